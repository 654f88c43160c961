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
enum class Place { post, pre };
enum class Shape { relu, tanh, sigmoid, identity, lrelu, gelu };
enum class Energy { squared, cross_entropy };
enum class Schedule { pc, ipc, fixedpred, zil, bp };
enum class Nudging { pn, nn, cn };
enum class Feedback { sym, kp, local, fixed };
enum class Readout { automatic, forward, relax, argmin_energy };
enum class Clamp { both, input, label, none };
enum class Init { xavier, he };

struct Options {
  explicit Options(const Values& v);

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
  Learn learn;

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

inline constexpr auto kOptions = options<Options>(
    integer<&Options::depth>("depth", 1, 0, 4096, kStructure, "layers", "hidden layers, L - 1"),
    integer<&Options::width>("width", 64, 1, 65536, kStructure | kLog, "units",
                             "units per hidden layer"),
    choice<&Options::shape, "relu", "tanh", "sigmoid", "identity", "lrelu", "gelu">(
        "activation", kStructure, "f of the hidden layers"),
    real<&Options::lr>("lr", 0.001, 1e-7, 1000.0, kLog | kTunable, "",
                       "learning rate of the weights"),
    batch_param(32), epochs_param(30), updates_param(),
    choice<&Options::direction, "discriminative", "generative">(
        "direction", kStructure,
        "discriminative: node 0 is the input, node L the label; generative: the other way round"),
    choice<&Options::place, "post", "pre">(
        "place", kPlain, "f after the weights (mu = f(W x + b)) or before (W f(x) + b)"),
    choice<&Options::energy, "squared", "cross-entropy">("energy", kPlain, "of node L"),
    real<&Options::precision_hidden>("precision_hidden", 1.0, 1e-6, 1e6, kLog, "",
                                     "pi of nodes 1 to L - 1"),
    real<&Options::precision_out>("precision_out", 1.0, 1e-6, 1e6, kLog, "",
                                  "pi of node L; cross-entropy has none"),
    choice<&Options::schedule, "pc", "ipc", "fixedpred", "zil", "bp">(
        "schedule", kPlain,
        "pc: relax, then learn once; ipc: learn at every step; fixedpred: predictions stay those "
        "of the forward pass; zil: zero-divergence learning; bp: the gradient itself"),
    integer<&Options::steps>("steps", 20, 0, 1000000, kTunable, "steps",
                             "T, state updates per minibatch, at least L - 1; zil takes L"),
    real<&Options::gamma>(
        "gamma", 0.0, 0.0, 10.0, kTunable, "",
        "state rate; 0: 1.5 / (max pi (1 + s)^2), s the largest |W_l|_2; 1 for fixedpred, zil"),
    boolean<&Options::cap>("cap", true, kPlain,
                           "lower a given gamma to 1.5 / (max pi (1 + s)^2) where it is above"),
    real<&Options::momentum>("momentum", 0.0, 0.0, 0.999, kPlain, "",
                             "of the states; starts anew with every minibatch"),
    real<&Options::tol>("tol", 0.0, 0.0, 1e6, kPlain, "",
                        "stop relaxing when no state drive exceeds it; 0: off"),
    real<&Options::rtol>("rtol", 0.0, 0.0, 1.0, kPlain, "",
                         "stop relaxing when a step changes the energy by a smaller share; 0: off"),
    choice<&Options::nudging, "pn", "nn", "cn">(
        "nudging", kPlain,
        "node L is clamped to mu + beta (y - mu): pn, with -beta: nn, the mean of both: cn"),
    real<&Options::beta>("beta", 1.0, 1e-4, 1.0, kPlain, "",
                         "strength of the nudging; pn with 1 clamps to y"),
    choice<&Options::clamp, "both", "input", "label", "none">(
        "clamp", kPlain, "which data are clamped while the states relax in training"),
    choice<&Options::feedback, "sym", "kp", "local", "fixed">(
        "feedback", kPlain,
        "weights B that carry errors back: W itself; own ones with the update of W (kp), with "
        "e_l^T x_{l-1} (local), or random and fixed"),
    real<&Options::w_scale>("w_scale", 1.0, 0.0, 100.0, kPlain, "",
                            "scales the initial W_2 to W_L"),
    real<&Options::b_scale>("b_scale", 1.0, 0.0, 100.0, kPlain, "", "scales the initial B"),
    choice<&Options::optimiser, "sgd", "momentum", "adam">("optimiser", kPlain, "of the weights",
                                                           2),
    real<&Options::decay>("decay", 0.0, 0.0, 0.5, kPlain, "",
                          "W and B lose this share before every update"),
    choice<&Options::init, "xavier", "he">("init", kPlain,
                                           "Xavier or He uniform; biases start at 0"),
    choice<&Options::readout, "auto", "forward", "relax", "argmin-energy">(
        "readout", kPlain,
        "auto: forward if discriminative, relax if generative; argmin-energy: the label with the "
        "smallest energy, one relaxation each"),
    integer<&Options::readout_steps>("readout_steps", 100, 1, 1000000, kPlain, "steps",
                                     "T_r, state updates of a read-out"),
    real<&Options::prior>("prior", 0.0, 0.0, 1e6, kPlain, "", "pi_0 that draws a free node 0 to 0"),
    real<&Options::label_start>("label_start", 0.1, -10.0, 10.0, kPlain, "",
                                "where a free generative label starts to relax"),
    learn_param<&Options::learn>());

inline constexpr auto kPresets = std::to_array<agon_preset>({
    preset("discriminative", "", "input to label, read by a forward pass: these are the defaults"),
    preset("generative", "direction=generative,place=pre,activation=tanh,gamma=0.05",
           "the article's direction: the label predicts the image, relaxation reads the label"),
});

inline Options::Options(const Values& v) {
  read(kOptions, v, *this);
  if (readout == Readout::automatic) readout = generative() ? Readout::relax : Readout::forward;
}

}  // namespace agon::pc
