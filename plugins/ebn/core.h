// SPDX-License-Identifier: MIT
//
// What both kinds of task share: the network, how it learns, the state of a run, lesions, measures.
#pragma once

#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "agon/rule.h"
#include "contradictions.h"
#include "draw.h"
#include "least_squares.h"
#include "measure.h"
#include "network.h"
#include "options.h"

namespace agon::ebn {

// Normal numbers for the membranes of one run, a block of steps at a time.
class MembraneNoise {
 public:
  explicit MembraneNoise(int64_t neurons) : block_(kBlock, neurons) {}

  // level: stationary sd of V by the noise alone, as a share of a threshold.
  void set(double level, uint64_t seed) {
    level_ = level;
    seed_ = seed;
  }
  double level() const { return level_; }

  // Runs from equal starts see equal noise, whatever ran before.
  void start(std::span<const float> x) {
    run_ = 0xcbf29ce484222325u;  // FNV-1a of the start's bits
    for (const float v : x) run_ = (run_ ^ std::bit_cast<uint32_t>(v)) * 0x100000001b3u;
    drawn_ = used_ = 0;
  }
  // [N] for the next step; null at level 0.
  const float* next(const Context& ctx) {
    if (level_ == 0) return nullptr;
    if (used_ == drawn_ * kBlock)
      ctx.random_normal(seed_, run_ + static_cast<uint64_t>(drawn_++), 1.0f, block_);
    return block_.data(used_++ % kBlock);
  }

 private:
  static constexpr int64_t kBlock = 64;  // steps
  Matrix block_;
  double level_ = 0;
  uint64_t seed_ = 0, run_ = 0;
  int64_t drawn_ = 0, used_ = 0;
};

struct Core {
  Core(const agon_task& task, const Options& options, int64_t dims, int64_t seen)
      : o(options),
        seed(task.seed),
        net(o.shape(dims, seen)),
        learning(net.shape),
        free(net.shape),
        measure(net.shape),
        noise(o.neurons) {
    if (o.fast_learnt) net.fast_learning.rate = o.fast_lr;
    if (o.variant == Variant::least_squares) least_squares_.emplace(net.shape);
  }

  Options o;
  uint64_t seed;
  Network<float> net;
  State<float> learning, free;  // of training and of free runs
  Measure measure;
  MembraneNoise noise;

  // Decoders may be set by name until the first fit; whoever runs the network calls this first.
  void wire() {
    if (wired) return;
    wired = true;
    net.connect();
    if (o.fast_learnt) net.forget_fast();
  }

  // Of agon/state.h: what is not among the tensors.
  void state(agon::State& s) {
    bool was_wired = wired;
    s("wired", was_wired);
    if (s.loading() && was_wired) wire();
    s("fast", net.fast);  // after wire(), which starts it anew
    s("learning", learning);
    s("warned", warned);
    s("steps", steps);
    s("capped", capped);
    s("error", error);
    s("last_square", last_square);
    s("cap_share", cap_share);
    s("train_error", train_error);
    if (least_squares_) s("least_squares", *least_squares_);
  }

  // At its end A has all that was learnt, and the host hears of the steps done since it was made; one for
  // each verb that runs the network.
  class Told {
   public:
    Told(Core& core, const Context& ctx) : core_(core), ctx_(ctx) {}
    Told(const Told&) = delete;
    Told& operator=(const Told&) = delete;
    ~Told() {
      core_.net.settle(core_.learning);
      ctx_.count_work(std::exchange(core_.work_, {}));
    }

   private:
    Core& core_;
    const Context& ctx_;
  };

  // ---- learning, counted by the epoch
  // A stretch begins at x [K]; false when its spikes do not end.
  [[nodiscard]] bool begin(const float* x) {
    if (least_squares_) least_squares_->begin();
    return net.start(learning, x);
  }
  // The same from rest.
  void begin() {
    if (least_squares_) least_squares_->begin();
    net.rest(learning);
  }
  void learn_step(const Context& ctx, const float* c, const float* x, double eta) {
    if (least_squares_) {
      last_square = least_squares_->see(ctx, net, c, x, eta > 0);
      for (int64_t q = 0; q < net.shape.dims; ++q)
        learning.u.data()[q] = c[q] + x[q];  // nothing runs: so that check() sees bad input
      return;
    }
    last_square = follow(ctx, learning, c, x, eta);
    ++steps;
    error += last_square;
    if (learning.capped) ++capped;
  }
  // One step of s under the command c and with feedback from the teacher x; returns |e|^2.
  double follow(const Context& ctx, State<float>& s, const float* c, const float* x, double eta) {
    int64_t fired = 0;
    const Input<float> in{
        .c = c, .x = x, .k = static_cast<float>(o.k), .eta = static_cast<float>(eta)};
    ctx.vectorised([&] { net.step(s, in, [&fired](int64_t) { ++fired; }); });
    const int64_t macs = net.step_macs(eta > 0) + fired * net.spike_macs();
    // The change of the slow weights takes an error and a dendrite that are at them already.
    count(macs, macs - (net.step_macs(eta > 0) - net.step_macs(false)));
    double square = 0;
    for (int64_t q = 0; q < net.shape.dims; ++q) {
      const double e = static_cast<double>(s.e.data()[q]);
      square += e * e;
    }
    return square;
  }
  void end_epoch(const Context& ctx) {
    if (least_squares_) least_squares_->solve(ctx, net);
    if (steps == 0) return;
    cap_share = static_cast<double>(capped) / static_cast<double>(steps);
    train_error = std::sqrt(error / static_cast<double>(steps * net.shape.dims));
    if (cap_share > 0.5 && !warned) {
      warned = true;
      ctx.log(AGON_LOG_WARNING,
              "spikes=" + std::to_string(o.cap) + " were too few on " +
                  text_of(std::round(100 * cap_share)) +
                  " % of the steps of an epoch: the step is too coarse for the spike rate; " +
                  finer());
    }
    steps = capped = 0;
    error = 0;
  }

  // One step of a free run under c. A network without spikes has nothing to measure.
  void free_step(const Context& ctx, const float* c, bool measured) {
    Input<float> in{.c = c};
    in.noise = noise.next(ctx);
    in.sigma = static_cast<float>(noise.level() * 0.5 * (o.gamma * o.gamma + o.mu) *
                                  std::sqrt(2 * o.lambda * o.dt));
    int64_t fired = 0;
    if (!measured || net.shape.rate) {
      ctx.vectorised([&] { net.step(free, in, [&fired](int64_t) { ++fired; }); });
      unmeasured += fired;
    } else {
      ctx.vectorised([&] {
        net.step(free, in, [&](int64_t i) {
          ++fired;
          measure.spike(net, i);
        });
        measure.step(net, free, c);
      });
    }
    const int64_t macs = net.step_macs(false) + fired * net.spike_macs();
    count(macs, macs);
  }

  std::string finer() const {
    return std::string(o.dynamics ? "raise substeps" : "lower dt") +
           (net.shape.rate ? "" : ", or raise spikes or gamma");
  }

  // ---- lesions
  void silence(const Context& ctx, double share, uint64_t by) {
    wire();
    net.revive();
    const int64_t dead = std::llround(share * static_cast<double>(o.neurons));
    if (dead == 0) return;
    const std::vector<int32_t> order = ctx.random_permutation(by, 0, o.neurons);
    for (int64_t i = 0; i < dead; ++i) net.kill(order[static_cast<size_t>(i)]);
  }

  // Throws RuleError(AGON_DIVERGED) when the last step left the finite numbers. c, x: what drove
  // it, x null in a free run; where: a function that says "step 12 of episode 3".
  template <typename Where>
  void check(const State<float>& s, const float* c, const float* x, Where&& place) const {
    if (finite(s)) return;
    const std::string where = place();
    const std::span<const float> command(c, static_cast<size_t>(net.shape.dims));
    for (const float v : command) {
      if (!std::isfinite(v))
        throw RuleError(AGON_DIVERGED, "the drive is not a finite number at " + where);
    }
    for (int64_t q = 0; x != nullptr && q < net.shape.dims; ++q) {
      if (!std::isfinite(x[q]))
        throw RuleError(AGON_DIVERGED, "the teacher is not a finite number at " + where);
    }
    for (int64_t q = 0; q < net.shape.dims; ++q) {
      if (!std::isfinite(s.u.data()[q])) {
        throw RuleError(AGON_DIVERGED,
                        "the network's state left the finite numbers at " + where + "; lower lr");
      }
    }
    for (int64_t i = 0; i < net.shape.neurons; ++i) {
      if (!std::isfinite(s.V.data()[i])) {
        throw RuleError(AGON_DIVERGED, "a membrane left the finite numbers at " + where +
                                           (o.fast_learnt ? "; lower fast_lr" : "; lower lr"));
      }
    }
  }
  // After a stretch: with its feedback a network stays close to its teacher; one that is further
  // away than silence would be learns no more. A teacher at rest has no size, so two spikes are
  // forgiven, or, where there are none, a twentieth of a state of O(1). What is solved for is not
  // taught. wrong, size: rms length of e and x. Throws RuleError(AGON_DIVERGED).
  template <typename Where>
  void check_lost(double wrong, double size, Where&& place) const {
    constexpr double kForgiven = 0.05;
    if (least_squares_) return;
    if (wrong <= size + (net.shape.rate ? kForgiven : 2 * o.gamma)) return;
    std::string text = "the network lost its teacher by " + place() + ": its rms error of " +
                       text_of(wrong) + " is above the teacher's size of " + text_of(size);
    if (!net.shape.rate) {
      const int64_t share = steps > 0 ? 100 * capped / steps : 0;
      text += ", and spikes=" + std::to_string(o.cap) + " were too few on " +
              std::to_string(share) + " % of the steps";
    }
    throw RuleError(AGON_DIVERGED, text + "; lower lr, or take finer steps: " + finer());
  }
  // In sums: one number that is not finite makes its sum so. Input that is not finite reaches u.
  bool finite(const State<float>& s) const {
    float sum = s.V.data()[0];
    for (int64_t q = 0; q < net.shape.dims; ++q) sum += s.u.data()[q];
    return std::isfinite(sum);
  }

  bool wired = false, warned = false;
  int64_t steps = 0, capped = 0;  // of the epoch
  double error = 0, last_square = 0;
  int64_t unmeasured = 0;  // spikes of free runs beyond the measured ones
  double cap_share = std::numeric_limits<double>::quiet_NaN();
  double train_error = std::numeric_limits<double>::quiet_NaN();

 private:
  void count(int64_t macs, int64_t words) {
    work_.macs += macs;
    work_.effective += macs;
    work_.words += words;
  }

  std::optional<LeastSquares> least_squares_;
  Work work_;  // that the host does not know of yet
};

}  // namespace agon::ebn
