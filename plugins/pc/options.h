// SPDX-License-Identifier: MIT
//
// The options of predictive coding: the table the host shows and the values of one cell.
#pragma once

#include <array>
#include <cstdint>

#include "agon/optimiser.h"
#include "agon/params.h"

namespace agon::pc {

enum class Direction { discriminative, generative };
inline constexpr std::array<const char*, 2> kDirections{"discriminative", "generative"};

enum class Place { post, pre };
inline constexpr std::array<const char*, 2> kPlaces{"post", "pre"};

enum class Shape { relu, tanh, sigmoid, identity, lrelu, gelu };
inline constexpr std::array<const char*, 6> kShapes{"relu",     "tanh",  "sigmoid",
                                                    "identity", "lrelu", "gelu"};

enum class Energy { squared, cross_entropy };
inline constexpr std::array<const char*, 2> kEnergies{"squared", "cross-entropy"};

enum class Schedule { pc, ipc, fixedpred, zil, bp };
inline constexpr std::array<const char*, 5> kSchedules{"pc", "ipc", "fixedpred", "zil", "bp"};

enum class Nudging { pn, nn, cn };
inline constexpr std::array<const char*, 3> kNudgings{"pn", "nn", "cn"};

enum class Feedback { sym, kp, local, fixed };
inline constexpr std::array<const char*, 4> kFeedbacks{"sym", "kp", "local", "fixed"};

enum class Readout { automatic, forward, relax, argmin_energy };
inline constexpr std::array<const char*, 4> kReadouts{"auto", "forward", "relax", "argmin-energy"};

enum class Clamp { both, input, label, none };
inline constexpr std::array<const char*, 4> kClamps{"both", "input", "label", "none"};

inline constexpr std::array<const char*, 3> kOptimisers{"sgd", "momentum", "adam"};

enum class Init { xavier, he };
inline constexpr std::array<const char*, 2> kInits{"xavier", "he"};

inline constexpr auto kParams = std::to_array<agon_param>({
    integer("depth", 1, 0, 4096, kStructure, "layers", "hidden layers, L - 1"),
    integer("width", 64, 1, 65536, kStructure | kLog, "units", "units per hidden layer"),
    choice("activation", kShapes, kStructure, "f of the hidden layers"),
    real("lr", 0.001, 1e-7, 1000.0, kLog | kTunable, "", "learning rate of the weights"),
    batch_param(32),
    epochs_param(30),
    updates_param(),
    choice(
        "direction", kDirections, kStructure,
        "discriminative: node 0 is the input, node L the label; generative: the other way round"),
    choice("place", kPlaces, kPlain,
           "f after the weights (mu = f(W x + b)) or before (W f(x) + b)"),
    choice("energy", kEnergies, kPlain, "of node L"),
    real("precision_hidden", 1.0, 1e-6, 1e6, kLog, "", "pi of nodes 1 to L - 1"),
    real("precision_out", 1.0, 1e-6, 1e6, kLog, "", "pi of node L; cross-entropy has none"),
    choice(
        "schedule", kSchedules, kPlain,
        "pc: relax, then learn once; ipc: learn at every step; fixedpred: predictions stay those "
        "of the forward pass; zil: zero-divergence learning; bp: the gradient itself"),
    integer("steps", 20, 0, 1000000, kTunable, "steps",
            "T, state updates per minibatch, at least L - 1; zil takes L"),
    real("gamma", 0.0, 0.0, 10.0, kTunable, "",
         "state rate; 0: 1.5 / (max pi (1 + s)^2), s the largest |W_l|_2; 1 for fixedpred, zil"),
    boolean("cap", true, kPlain,
            "lower a given gamma to 1.5 / (max pi (1 + s)^2) where it is above"),
    real("momentum", 0.0, 0.0, 0.999, kPlain, "",
         "of the states; starts anew with every minibatch"),
    real("tol", 0.0, 0.0, 1e6, kPlain, "", "stop relaxing when no state drive exceeds it; 0: off"),
    real("rtol", 0.0, 0.0, 1.0, kPlain, "",
         "stop relaxing when a step changes the energy by a smaller share; 0: off"),
    choice("nudging", kNudgings, kPlain,
           "node L is clamped to mu + beta (y - mu): pn, with -beta: nn, the mean of both: cn"),
    real("beta", 1.0, 1e-4, 1.0, kPlain, "", "strength of the nudging; pn with 1 clamps to y"),
    choice("clamp", kClamps, kPlain, "which data are clamped while the states relax in training"),
    choice("feedback", kFeedbacks, kPlain,
           "weights B that carry errors back: W itself; own ones with the update of W (kp), with "
           "e_l^T x_{l-1} (local), or random and fixed"),
    real("w_scale", 1.0, 0.0, 100.0, kPlain, "", "scales the initial W_2 to W_L"),
    real("b_scale", 1.0, 0.0, 100.0, kPlain, "", "scales the initial B"),
    choice("optimiser", kOptimisers, kPlain, "of the weights", 2),
    real("decay", 0.0, 0.0, 0.5, kPlain, "", "W and B lose this share before every update"),
    choice("init", kInits, kPlain, "Xavier or He uniform; biases start at 0"),
    choice(
        "readout", kReadouts, kPlain,
        "auto: forward if discriminative, relax if generative; argmin-energy: the label with the "
        "smallest energy, one relaxation each"),
    integer("readout_steps", 100, 1, 1000000, kPlain, "steps", "T_r, state updates of a read-out"),
    real("prior", 0.0, 0.0, 1e6, kPlain, "", "pi_0 that draws a free node 0 to 0"),
    real("label_start", 0.1, -10.0, 10.0, kPlain, "",
         "where a free generative label starts to relax"),
});

inline constexpr auto kPresets = std::to_array<agon_preset>({
    preset("discriminative", "", "input to label, read by a forward pass: these are the defaults"),
    preset("generative", "direction=generative,place=pre,activation=tanh,gamma=0.05",
           "the article's direction: the label predicts the image, relaxation reads the label"),
});

struct Options {
  explicit Options(const Values& v)
      : depth(v.integer("depth")),
        width(v.integer("width")),
        steps(v.integer("steps")),
        readout_steps(v.integer("readout_steps")),
        direction(v.choice<Direction>("direction")),
        place(v.choice<Place>("place")),
        shape(v.choice<Shape>("activation")),
        energy(v.choice<Energy>("energy")),
        schedule(v.choice<Schedule>("schedule")),
        nudging(v.choice<Nudging>("nudging")),
        clamp(v.choice<Clamp>("clamp")),
        feedback(v.choice<Feedback>("feedback")),
        readout(v.choice<Readout>("readout")),
        optimiser(v.choice<Optimiser>("optimiser")),
        init(v.choice<Init>("init")),
        cap(v.flag("cap")),
        precision_hidden(v.real32("precision_hidden")),
        precision_out(v.real32("precision_out")),
        gamma(v.real("gamma")),
        tol(v.real("tol")),
        rtol(v.real("rtol")),
        momentum(v.real32("momentum")),
        beta(v.real32("beta")),
        lr(v.real32("lr")),
        decay(v.real32("decay")),
        w_scale(v.real("w_scale")),
        b_scale(v.real("b_scale")),
        prior(v.real32("prior")),
        label_start(v.real32("label_start")) {
    if (readout == Readout::automatic) readout = generative() ? Readout::relax : Readout::forward;
  }

  int64_t depth, width, steps, readout_steps;
  Direction direction;
  Place place;
  Shape shape;
  Energy energy;
  Schedule schedule;
  Nudging nudging;
  Clamp clamp;
  Feedback feedback;
  Readout readout;
  Optimiser optimiser;
  Init init;
  bool cap;
  float precision_hidden, precision_out;
  double gamma, tol, rtol;
  float momentum, beta, lr, decay;
  double w_scale, b_scale;
  float prior, label_start;

  int64_t layers() const { return depth + 1; }  // L
  bool generative() const { return direction == Direction::generative; }
  bool input_clamped() const { return clamp == Clamp::both || clamp == Clamp::input; }
  bool label_clamped() const { return clamp == Clamp::both || clamp == Clamp::label; }
  // Node 0 and node L, in training.
  bool first_clamped() const { return generative() ? label_clamped() : input_clamped(); }
  bool last_clamped() const { return generative() ? input_clamped() : label_clamped(); }
  // Node 0 relaxes in training or in the read-out: B_1 is used.
  bool first_ever_free() const {
    return !first_clamped() || (generative() && readout == Readout::relax);
  }
  bool nudged() const { return nudging != Nudging::pn || beta != 1.0f; }
  // The schedules that relax for `steps` steps.
  bool relaxes() const {
    return schedule == Schedule::pc || schedule == Schedule::ipc || schedule == Schedule::fixedpred;
  }
};

}  // namespace agon::pc
