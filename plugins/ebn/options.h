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
  Options(const agon_task& task, const Values& v, Variant of);

  Variant variant;
  bool dynamics, centre, full, fast_learnt, basis_given = false;
  bool stream;  // classes of series, frame by frame
  int64_t neurons, substeps, features, steps, settle, read, frame, window, epochs, updates, batch;
  double dt;  // s, of a network step
  double fast_lr, lr;
  int64_t chosen_dendrite;  // 0: auto
  Dendrite dendrite{};
  int64_t basis, cap;
  double sm, theta, gamma, lambda, k, decay, eta;  // eta with lr
  double mu;                                       // in units of V, which is gamma^2 large

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

inline constexpr auto kOptions = options<Options>(
    integer<&Options::neurons>("width", 200, 2, 4096, kStructure | kTunable, "neurons", "N"),
    integer<&Options::basis>(
        "basis", 0, 0, 8192, kStructure, "dendrites",
        "B; 0: 400 for trajectories, 300 for classes; linear dendrites have one per dimension"),
    choice<&Options::chosen_dendrite, "auto", "linear", "tanh", "gauss", "exp">(
        "dendrites", kPlain,
        "phi: linear, tanh, gauss = exp(-s^2), exp; auto: gauss for trajectories, tanh for "
        "classes"),
    real<&Options::sm>("sm", 0, 0, 100, kPlain, "",
                       "sM, sd of M x; 0: 5 for trajectories, 1.5 for classes"),
    real<&Options::theta>(
        "theta", 0, 0, 100, kPlain, "",
        "offsets of the dendrites, uniform within +-theta; 0: sM for trajectories, 1 for classes"),
    boolean<&Options::centre>("centre", true, kPlain,
                              "psi0: takes the mean off every dendrite (not the linear ones)"),
    real<&Options::gamma>("gamma", 0, 0, 10, kPlain, "",
                          "length of a decoder; 0: 0.03 for trajectories, 0.2 for classes"),
    real<&Options::mu>(
        "mu", 0.1, 0, 10, kPlain, "gamma^2",
        "cost of a spike: more keeps neurons from fighting over membrane noise, less codes finer"),
    real<&Options::lambda>("lambda", 0, 0, 1e4, kPlain, "1/s",
                           "leak; 0: 10 for trajectories, 50 for classes"),
    real<&Options::k>(
        "k", 0, 0, 1e4, kPlain, "1/s",
        "gain of the error feedback while learning; 0: 100 for trajectories, 50 for classes"),
    real<&Options::eta>("eta", 0, 0, 1e6, kPlain, "1/s",
                        "learning rate at the start; 0: 200 for trajectories, 20 for classes"),
    real<&Options::lr>("lr", 1.0, 1e-6, 1e3, kLog | kTunable, "eta",
                       "factor on eta, the same key as in other rules"),
    real<&Options::decay>(
        "decay", 0, 0, 1, kPlain, "",
        "what eta has become at the end; 0: 0.001 for trajectories, 0.05 for classes"),
    integer<&Options::cap>("spikes", 0, 0, 1000, kPlain, "spikes/step",
                           "S, the most of a step; 0: 4 for trajectories, 8 for classes"),
    choice<&Options::full, "factored", "full">(
        "weights", kPlain,
        "slow weights: factored keeps A with W = D^T A, full every synapse of W; the same spikes"),
    choice<&Options::fast_learnt, "fixed", "learnt">(
        "fast", kPlain,
        "fast weights: fixed at -(D^T D + mu I), or learnt from the resets alone (Brendel et al.)"),
    real<&Options::fast_lr>("fast_lr", 1e-3, 1e-6, 1, kLog, "1/spike",
                            "fast=learnt: step of a neuron's fast weights"),
    integer<&Options::substeps>("substeps", 1, 1, 1000, kPlain, "steps",
                                "network steps in one row of a trajectory"),
    real<&Options::dt>("dt", 1e-3, 1e-6, 1, kLog, "s",
                       "step when classes are learnt; trajectories bring their own"),
    integer<&Options::features>("features", 20, 1, 512, kStructure, "dimensions",
                                "P, principal components of the input, when classes are learnt"),
    integer<&Options::steps>("steps", 80, 2, 100000, kPlain, "steps", "presentation of an input"),
    integer<&Options::settle>("settle", 20, 0, 100000, kPlain, "steps",
                              "of these at the start without learning"),
    integer<&Options::read>("read", 30, 1, 100000, kPlain, "steps",
                            "of these at the end whose mean is the answer"),
    choice<&Options::stream, "flat", "stream">(
        "input", kPlain,
        "classes: flat shows a whole input at once; stream its frames in turn, where it is a series"),
    integer<&Options::frame>("frame", 10, 1, 100000, kPlain, "steps",
                             "input=stream: presentation of a frame, in place of steps"),
    integer<&Options::window>("window", 1, 1, 4096, kPlain, "frames",
                              "input=stream: the latest ones, which the features are of"),
    integer<&Options::batch>("batch", 64, 1, 65536, kHost, "rows",
                             "rows of a call; they are learnt one after the other"),
    integer<&Options::epochs>("epochs", 2, 0, 1000000, kHost, "epochs",
                              "passes over the training set"),
    integer<&Options::updates>("updates", 0, 0, 1000000000, kHost, "minibatches",
                               "when > 0: stop after this many minibatches, instead of epochs"));

inline constexpr auto kPresets = std::to_array<agon_preset>({
    agon_preset{"oscillator", "a linear teacher: linear dendrites, 50 neurons",
                "width=50,dendrites=linear,gamma=0.05,k=50,eta=30,decay=0.03,epochs=1"},
    agon_preset{"van-der-pol", "a limit cycle, 100 neurons", "width=100,epochs=2"},
    agon_preset{"double-well", "two fixed points, 100 neurons; a slow leak leaves less to learn",
                "width=100,sm=4,gamma=0.02,lambda=5,decay=0.003,epochs=3"},
    agon_preset{"lorenz", "the chaotic attractor, 200 neurons, 600 dendrites",
                "width=200,basis=600,sm=4,mu=0.5,eta=400,decay=0.003,epochs=1"},
    agon_preset{"stream", "classes of series, frame by frame", "input=stream"},
    agon_preset{"digits", "400 neurons for 10 classes", "width=400,epochs=2"},
});

inline Options::Options(const agon_task& task, const Values& v, Variant of)
    : variant(of), dynamics(task.kind == AGON_DYNAMICS) {
  agon::read(kOptions, v, *this);
  const KindDefaults& kind = dynamics ? kTrajectories : kClasses;
  const auto fill = [](auto& value, auto otherwise) { value = value == 0 ? otherwise : value; };
  if (dynamics) stream = false;
  if (!dynamics) substeps = 1;
  if (dynamics) dt = task.dt / static_cast<double>(substeps);
  dendrite = chosen_dendrite == 0 ? kind.dendrite : static_cast<Dendrite>(chosen_dendrite - 1);
  basis_given = basis != 0;
  fill(basis, kind.basis);
  fill(cap, kind.cap);
  fill(sm, kind.sm);
  fill(theta, kind.theta == 0 ? sm : kind.theta);
  fill(gamma, kind.gamma);
  fill(lambda, kind.lambda);
  fill(k, kind.k);
  fill(decay, kind.decay);
  fill(eta, kind.eta);
  eta *= lr;
  mu = mu * gamma * gamma;
}

}  // namespace agon::ebn
