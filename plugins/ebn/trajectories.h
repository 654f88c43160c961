// SPDX-License-Identifier: MIT
//
// Learning trajectories: a row of drive and teacher is `substeps` steps of the network, the drive
// constant, the teacher interpolated. The last row of a stretch has no successor and holds.
#pragma once

#include <algorithm>
#include <string>

#include "core.h"

namespace agon::ebn {

class Trajectories {
 public:
  Trajectories(const Context& ctx, const agon_task& task, const Options& o)
      : core(task, o, task.outputs, task.outputs),
        x_(1, task.outputs),
        total_(o.updates > 0
                   ? o.updates
                   : std::max<int64_t>(1, o.epochs * std::max<int64_t>(1, task.episodes))) {
    draw_decoders(ctx, task.seed, o.gamma, core.net.decoders);
    draw_dendrites(ctx, task.seed, o.sm / std::sqrt(static_cast<double>(task.outputs)), o.theta,
                   core.net);
    if (!o.centre) return;
    constexpr int64_t kStates = 4000;
    constexpr float kSpread = 0.6f;  // the rms of a state that is O(1)
    Matrix states(kStates, task.outputs);
    ctx.random_normal(task.seed, Stream::kStates, kSpread, states);
    core.wire();
    centre_dendrites(core.net, states);
  }

  double fit(const Context& ctx, ConstView drive, ConstView teacher, bool new_episode) {
    const Core::Told told(core, ctx);
    core.wire();
    if (new_episode) {
      ++episode_;
      step_ = 0;
      if (!core.begin(row_of(teacher, 0).data())) unreachable();
    }
    forget_measures();
    const double progress =
        static_cast<double>(std::max<int64_t>(0, episode_ - 1)) / static_cast<double>(total_);
    const double eta = core.o.eta * std::pow(core.o.decay, std::min(1.0, progress));
    double error = 0, size = 0;
    for (int64_t n = 0; n < drive.rows; ++n) {
      if (n % kPoll == 0) ctx.stop_if_asked();
      teach(drive, teacher, n, [&](const float* c, const float* x) {
        core.learn_step(ctx, c, x, eta);
        error += core.last_square;
        core.check(core.learning, c, x, [this] { return place(); });
      });
      for (const float v : row_of(teacher, n))
        size += static_cast<double>(v) * static_cast<double>(v);
      ++step_;
    }
    error /= static_cast<double>(drive.rows * drive.cols * core.o.substeps);
    const double rows = static_cast<double>(drive.rows);
    core.check_lost(std::sqrt(error * static_cast<double>(drive.cols)), std::sqrt(size / rows),
                    [this] { return place(); });
    return error;
  }

  // The error of a whole episode for a network that does not learn.
  double loss(const Context& ctx, ConstView drive, ConstView teacher) {
    const Core::Told told(core, ctx);
    core.wire();
    if (!core.net.start(core.free, row_of(teacher, 0).data())) unreachable();
    double error = 0;
    for (int64_t n = 0; n < drive.rows; ++n) {
      if (n % kPoll == 0) ctx.stop_if_asked();
      teach(drive, teacher, n, [&](const float* c, const float* x) {
        error += core.follow(ctx, core.free, c, x, 0.0);
      });
    }
    return error / static_cast<double>(drive.rows * drive.cols * core.o.substeps);
  }

  void rollout(const Context& ctx, ConstView start, ConstView drive, View out) {
    const Core::Told told(core, ctx);
    core.wire();
    const bool measured = drive.rows >= longest_;  // the longest since the last learning
    const float* const x0 = row_of(start, 0).data();
    for (int64_t q = 0; q < start.cols; ++q) {
      if (!std::isfinite(x0[q]))
        throw RuleError(AGON_DIVERGED, "the start of a free run is not a finite number");
    }
    core.noise.start(row_of(start, 0));
    if (!core.net.start(core.free, x0)) unreachable();
    if (measured) {
      longest_ = drive.rows;
      core.measure.clear();
      core.measure.start(x0);
    }
    for (int64_t n = 0; n < drive.rows; ++n) {
      if (n % kPoll == 0) ctx.stop_if_asked();
      std::copy_n(core.free.xhat.data(), out.cols, row_of(out, n).data());
      if (n + 1 == drive.rows) break;  // the last row of the drive acts beyond the end
      const float* const c = row_of(drive, n).data();
      for (int64_t sub = 0; sub < core.o.substeps; ++sub) {
        core.free_step(ctx, c, measured);
        core.check(core.free, c, nullptr,
                   [n] { return "step " + std::to_string(n) + " of a free run"; });
      }
    }
  }

  // The next rollout is measured, however short.
  void forget_measures() {
    longest_ = 0;
    core.measure.clear();
  }

  void state(agon::State& s) {
    s("core", core);
    s("episode", episode_);
    s("step", step_);
  }

  Core core;

 private:
  static constexpr int64_t kPoll = 256;  // rows, below 10 ms

  // step(c, x) for every substep of row n.
  template <typename Step>
  void teach(ConstView drive, ConstView teacher, int64_t n, Step&& step) {
    const float* const c = row_of(drive, n).data();
    const std::span<const float> now = row_of(teacher, n);
    const std::span<const float> next = row_of(teacher, std::min(n + 1, drive.rows - 1));
    for (int64_t sub = 0; sub < core.o.substeps; ++sub) {
      const float* x = now.data();
      if (sub > 0) {
        const float part = static_cast<float>(sub) / static_cast<float>(core.o.substeps);
        for (size_t q = 0; q < now.size(); ++q) x_.data()[q] = now[q] + part * (next[q] - now[q]);
        x = x_.data();
      }
      step(c, x);
    }
  }

  std::string place() const {
    return "step " + std::to_string(step_) + " of episode " + std::to_string(episode_);
  }
  [[noreturn]] static void unreachable() {
    throw RuleError(AGON_DIVERGED,
                    "the spikes that should reach the start of a run do not end: the start is too "
                    "far from 0 for "
                    "decoders of length gamma, or the fast weights diverged");
  }

  Matrix x_;       // [K] the teacher between two rows
  int64_t total_;  // episodes of the training
  int64_t episode_ = 0, step_ = 0;
  int64_t longest_ = 0;
};

}  // namespace agon::ebn
