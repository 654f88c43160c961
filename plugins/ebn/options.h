// SPDX-License-Identifier: MIT
//
// The options of ebn: the table the host shows, the presets, and the values of one cell, where 0
// (or auto) has become the default of the task's kind.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "agon/params.h"
#include "network.h"

namespace agon::ebn {

// The network that spikes and learns by the local rule, and its two references: a student without
// spikes, and the same network with the slow weights of least squares.
enum class Variant { spiking, rate, least_squares };

inline constexpr std::array<const char*, 5> kDendrites{"auto", "linear", "tanh", "gauss", "exp"};
inline constexpr std::array<const char*, 2> kWeights{"factored", "full"};
inline constexpr std::array<const char*, 2> kFast{"fixed", "learnt"};

inline constexpr auto kParams = std::to_array<agon_param>({
    integer("width", 200, 2, 4096, kStructure | kTunable, "neurons", "N"),
    integer("basis", 0, 0, 8192, kStructure, "dendrites",
            "B; 0: 400 for trajectories, 300 for classes; linear dendrites have one per dimension"),
    choice("dendrites", kDendrites, kPlain,
           "phi: linear, tanh, gauss = exp(-s^2), exp; auto: gauss for trajectories, tanh for "
           "classes"),
    real("sm", 0, 0, 100, kPlain, "", "sM, sd of M x; 0: 5 for trajectories, 1.5 for classes"),
    real("theta", 0, 0, 100, kPlain, "",
         "offsets of the dendrites, uniform within +-theta; 0: sM for trajectories, 1 for classes"),
    boolean("centre", true, kPlain,
            "psi0: takes the mean off every dendrite (not the linear ones)"),
    real("gamma", 0, 0, 10, kPlain, "",
         "length of a decoder; 0: 0.03 for trajectories, 0.2 for classes"),
    real("mu", 0.1, 0, 10, kPlain, "gamma^2",
         "cost of a spike: more keeps neurons from fighting over membrane noise, less codes finer"),
    real("lambda", 0, 0, 1e4, kPlain, "1/s", "leak; 0: 10 for trajectories, 50 for classes"),
    real("k", 0, 0, 1e4, kPlain, "1/s",
         "gain of the error feedback while learning; 0: 100 for trajectories, 50 for classes"),
    real("eta", 0, 0, 1e6, kPlain, "1/s",
         "learning rate at the start; 0: 200 for trajectories, 20 for classes"),
    real("lr", 1.0, 1e-6, 1e3, kLog | kTunable, "eta",
         "factor on eta, the same key as in other rules"),
    real("decay", 0, 0, 1, kPlain, "",
         "what eta has become at the end; 0: 0.001 for trajectories, 0.05 for classes"),
    integer("spikes", 0, 0, 1000, kPlain, "spikes/step",
            "S, the most of a step; 0: 4 for trajectories, 8 for classes"),
    choice(
        "weights", kWeights, kPlain,
        "slow weights: factored keeps A with W = D^T A, full every synapse of W; the same spikes"),
    choice(
        "fast", kFast, kPlain,
        "fast weights: fixed at -(D^T D + mu I), or learnt from the resets alone (Brendel et al.)"),
    real("fast_lr", 1e-3, 1e-6, 1, kLog, "1/spike", "fast=learnt: step of a neuron's fast weights"),
    integer("substeps", 1, 1, 1000, kPlain, "steps", "network steps in one row of a trajectory"),
    real("dt", 1e-3, 1e-6, 1, kLog, "s",
         "step when classes are learnt; trajectories bring their own"),
    integer("features", 20, 1, 512, kStructure, "dimensions",
            "P, principal components of the input, when classes are learnt"),
    integer("steps", 80, 2, 100000, kPlain, "steps", "presentation of an input"),
    integer("settle", 20, 0, 100000, kPlain, "steps", "of these at the start without learning"),
    integer("read", 30, 1, 100000, kPlain, "steps", "of these at the end whose mean is the answer"),
    integer("batch", 64, 1, 65536, kHost, "rows",
            "rows of a call; they are learnt one after the other"),
    integer("epochs", 2, 0, 1000000, kHost, "epochs", "passes over the training set"),
    integer("updates", 0, 0, 1000000000, kHost, "minibatches",
            "when > 0: stop after this many minibatches, instead of epochs"),
});

inline constexpr auto kPresets = std::to_array<agon_preset>({
    agon_preset{"oscillator", "a linear teacher: linear dendrites, 50 neurons",
                "width=50,dendrites=linear,gamma=0.05,k=50,eta=30,decay=0.03,epochs=1"},
    agon_preset{"van-der-pol", "a limit cycle, 100 neurons", "width=100,epochs=2"},
    agon_preset{"double-well", "two fixed points, 100 neurons; a slow leak leaves less to learn",
                "width=100,sm=4,gamma=0.02,lambda=5,decay=0.003,epochs=3"},
    agon_preset{"lorenz", "the chaotic attractor, 200 neurons, 600 dendrites",
                "width=200,basis=600,sm=4,mu=0.5,eta=400,decay=0.003,epochs=1"},
    agon_preset{"digits", "400 neurons for 10 classes", "width=400,epochs=2"},
});

// What 0 and auto stand for.
struct KindDefaults {
  int64_t basis;
  Dendrite dendrite;
  double sm, theta, gamma, lambda, k, eta, decay;  // theta 0: sM
  int64_t cap;
};
inline constexpr KindDefaults kTrajectories{400, Dendrite::gauss, 5, 0, 0.03, 10, 100,
                                            200, 0.001,           4};
inline constexpr KindDefaults kClasses{300, Dendrite::tanh, 1.5, 1, 0.2, 50, 50, 20, 0.05, 8};

struct Options {
  Options(const agon_task& task, const Values& v, Variant of)
      : variant(of),
        dynamics(task.kind == AGON_DYNAMICS),
        centre(v.flag("centre")),
        full(v.choice<int64_t>("weights") == 1),
        fast_learnt(v.choice<int64_t>("fast") == 1),
        neurons(v.integer("width")),
        substeps(dynamics ? v.integer("substeps") : 1),
        features(v.integer("features")),
        steps(v.integer("steps")),
        settle(v.integer("settle")),
        read(v.integer("read")),
        epochs(v.integer("epochs")),
        updates(v.integer("updates")),
        batch(v.integer("batch")),
        dt(dynamics ? task.dt / static_cast<double>(substeps) : v.real("dt")),
        fast_lr(v.real("fast_lr")) {
    const KindDefaults& kind = dynamics ? kTrajectories : kClasses;
    const auto real_or = [&](const char* key, double otherwise) {
      const double value = v.real(key);
      return value == 0 ? otherwise : value;
    };
    const int64_t chosen = v.choice<int64_t>("dendrites");
    dendrite = chosen == 0 ? kind.dendrite : static_cast<Dendrite>(chosen - 1);
    basis = v.integer("basis") == 0 ? kind.basis : v.integer("basis");
    basis_given = v.integer("basis") != 0;
    cap = v.integer("spikes") == 0 ? kind.cap : v.integer("spikes");
    sm = real_or("sm", kind.sm);
    theta = real_or("theta", kind.theta == 0 ? sm : kind.theta);
    gamma = real_or("gamma", kind.gamma);
    lambda = real_or("lambda", kind.lambda);
    k = real_or("k", kind.k);
    decay = real_or("decay", kind.decay);
    eta = v.real("lr") * real_or("eta", kind.eta);
    mu = v.real("mu") * gamma * gamma;
  }

  Variant variant;
  bool dynamics, centre, full, fast_learnt, basis_given = false;
  int64_t neurons, substeps, features, steps, settle, read, epochs, updates, batch;
  double dt;  // s, of a network step
  double fast_lr;
  Dendrite dendrite{};
  int64_t basis = 0, cap = 0;
  double sm = 0, theta = 0, gamma = 0, lambda = 0, k = 0, decay = 0, eta = 0;  // eta with lr
  double mu = 0;  // in units of V, which is gamma^2 large

  Shape shape(int64_t dims, int64_t seen) const {
    return {neurons,
            dims,
            seen,
            dendrite == Dendrite::linear ? seen : basis,
            cap,
            dt,
            lambda,
            mu,
            dendrite,
            full,
            variant == Variant::rate};
  }
};

}  // namespace agon::ebn
