// SPDX-License-Identifier: MIT
//
// The state rate gamma of a minibatch or a read-out, equation (5) of pc.cc. Threads: [model].
#pragma once

#include <cstdio>

#include "agon/rule.h"
#include "network.h"
#include "options.h"
#include "spectrum.h"

namespace agon::pc {

class Rate {
 public:
  Rate(const Options& o, const std::vector<int64_t>& sizes)
      : o_(o), running_(sizes), fresh_(sizes) {}

  // For the next minibatch: one round of power iteration, more before the first. Warns once when a
  // given gamma is above the stable rate.
  float of_training(Context& ctx, const Network& net) {
    if (!curved()) return constant();
    running_.iterate(ctx, net, warm_ ? 1 : Spectrum::kWarmUp);
    warm_ = true;
    const Curvature c = Curvature::of(running_, net, o_, !o_.first_clamped());
    if (o_.gamma > c.stable() && !warned_) warn(ctx, c);
    return chosen(c);
  }

  void state(State& s) {
    s("running", running_);
    s("warm", warm_);
    s("warned", warned_);
  }

  // The same from a fresh start, which leaves the running iteration as it is.
  float of_training_afresh(Context& ctx, const Network& net) {
    return curved() ? chosen(curvature(ctx, net, !o_.first_clamped())) : constant();
  }
  float of_readout(Context& ctx, const Network& net, bool first_free) {
    return chosen(curvature(ctx, net, first_free));
  }
  Curvature curvature(Context& ctx, const Network& net, bool first_free) {
    fresh_.reset();
    fresh_.iterate(ctx, net, Spectrum::kWarmUp);
    return Curvature::of(fresh_, net, o_, first_free);
  }

 private:
  // Schedules whose predictions follow the states: the others are stable for every gamma < 2.
  bool curved() const { return o_.schedule == Schedule::pc || o_.schedule == Schedule::ipc; }
  float constant() const {
    const bool given = o_.schedule == Schedule::fixedpred && o_.gamma > 0;
    return given ? static_cast<float>(o_.gamma) : 1.0f;
  }
  float chosen(const Curvature& c) const {
    const bool lower = o_.gamma == 0 || (o_.cap && o_.gamma > c.chosen());
    return static_cast<float>(lower ? c.chosen() : o_.gamma);
  }
  void warn(Context& ctx, const Curvature& c) {
    warned_ = true;
    char text[240];
    std::snprintf(text, sizeof(text),
                  "gamma=%.4g is above %.4g, the largest state rate of sure descent (s = %.4g, the "
                  "largest |W_l|_2): %s",
                  o_.gamma, c.stable(), c.s,
                  o_.cap ? "capped from here on where needed; cap=false keeps it"
                         : "kept by cap=false, the states may not settle");
    ctx.log(AGON_LOG_WARNING, text);
  }

  const Options& o_;
  Spectrum running_, fresh_;
  bool warm_ = false, warned_ = false;
};

}  // namespace agon::pc
