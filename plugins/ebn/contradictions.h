// SPDX-License-Identifier: MIT
//
// Settings that cannot work are refused before anything runs; those that work badly are warned of.
#pragma once

#include <cmath>
#include <string>

#include "agon/contradictions.h"
#include "agon/ops.h"
#include "agon/text.h"
#include "options.h"

namespace agon::ebn {

// Throws RuleError(AGON_INVALID): the option, the reason and the fix.
inline void refuse_contradictions(const agon_task& task, const Options& o) {
  if (o.dynamics && task.inputs != task.outputs) {
    invalid("a trajectory's drive and state must have the same dimensions, got " +
            std::to_string(task.inputs) + " and " + std::to_string(task.outputs));
  }
  if (o.dynamics && !(task.dt > 0)) {
    invalid("the task gives no time step dt for its trajectories; name one in its file");
  }
  if (o.variant == Variant::rate && (o.full || o.fast_learnt)) {
    invalid("ebn-rate has no neurons whose synapses could be learnt; leave out weights and fast");
  }
  if (o.variant == Variant::least_squares && (o.full || o.fast_learnt)) {
    invalid(
        "ebn-ls solves for the slow weights A and learns no others; leave out weights and fast");
  }
  const std::string step = "a step of dt=" + text_of(o.dt * 1e3) + " ms";
  const std::string finer = o.dynamics ? "raise substeps" : "lower dt";
  if (o.lambda * o.dt >= 1) {
    invalid(step + " is too coarse for the leak: lambda*dt = " + text_of(o.lambda * o.dt) +
            " must be below 1; " + finer + " or lower lambda");
  }
  if (o.k * o.dt >= 1) {
    invalid(step + " is too coarse for the error feedback: k*dt = " + text_of(o.k * o.dt) +
            " must be below 1; " + finer + " or lower k");
  }
  // A spike moves xhat by gamma, and in a step a state of length 1 leaks lambda dt.
  const double needed = o.lambda * o.dt / o.gamma;
  if (o.variant != Variant::rate && needed >= static_cast<double>(o.cap)) {
    invalid(
        step +
        " is too coarse for the spike rate: to hold a state of length 1 against the leak takes " +
        text_of(needed) + " spikes per step and spikes=" + std::to_string(o.cap) +
        " are allowed; " + finer + ", or raise spikes or gamma");
  }
  if (o.dendrite == Dendrite::linear && o.basis_given) {
    invalid("dendrites=linear have one dendrite per dimension, basis=" + std::to_string(o.basis) +
            " cannot be chosen; leave basis out");
  }
  if (o.dynamics) return;
  if (o.settle >= o.steps) {
    invalid("settle=" + std::to_string(o.settle) + " leaves none of the steps=" +
            std::to_string(o.steps) + " of a presentation to learn in; lower settle");
  }
  if (o.read > o.steps) {
    invalid("read=" + std::to_string(o.read) + " is more than the steps=" +
            std::to_string(o.steps) + " of a presentation; lower read");
  }
}

// E |psi|^2 for a state of x ~ N(0, 0.6^2 I) or features of length 1, when dendrites are centred.
inline double expected_power(const Options& o) {
  const double unit = o.dynamics ? 0.36 : 1.0;
  const double variance = o.sm * o.sm * unit + o.theta * o.theta / 3;
  const double n = static_cast<double>(o.basis);
  switch (o.dendrite) {
    case Dendrite::linear: return unit;
    case Dendrite::tanh: return n * variance / (1 + variance);  // 0 and 1 in the limits
    case Dendrite::gauss: return n * (1 / std::sqrt(1 + 4 * variance) - 1 / (1 + 2 * variance));
    case Dendrite::exp: return n * std::exp(variance) * (std::exp(variance) - 1);
  }
  return 0;
}

// Feedback and learning are a loop of gains k and eta |psi|^2, which in steps of dt is damped only
// while eta dt |psi|^2 < k.
inline void warn(const Context& ctx, const Options& o) {
  if (o.variant == Variant::least_squares) return;
  const double loop = o.eta * o.dt * expected_power(o);
  if (loop > o.k) {
    ctx.log(AGON_LOG_WARNING, "eta dt |psi|^2 is about " + text_of(loop) + " and above k=" +
                                  text_of(o.k) + ": learning overshoots; lower lr");
  }
}

}  // namespace agon::ebn
