// SPDX-License-Identifier: MIT
//
// Classification. The state is x = (x_f, x_y), the P features of the input and one dimension per
// class, and every input is shown for `steps` steps from rest:
//
//   teacher  x_n = (1 - (1 - lambda dt)^n) (u, one-hot)      command  c = (lambda u, 0)
//
// so that the slow weights must learn A psi(x_f) = lambda g(u) in the class rows, where g tells the
// class, and 0 in the feature rows. Dendrites see x_f only. The answer is the mean of xhat_y over
// the last `read` steps of a run without teacher. Rows are learnt one after the other.
//
// With input=stream a row is a series whose frames take turns: u is that of the latest `window` frames,
// a new one every `frame` steps, the teacher follows it as above from where it is, and the answer is
// the mean from `settle` on.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "agon/series.h"
#include "core.h"
#include "features.h"

namespace agon::ebn {

class Classes {
 public:
  Classes(const Context& ctx, const agon_task& task, const Options& o)
      : core(task, o, components(task, o) + task.outputs, components(task, o)),
        classes_(task.outputs),
        features_(seen(task, o), components(task, o), kPrincipal),
        u_(task.max_batch * (o.stream ? task.shape[0] : 1), features_.count()),
        windows_(o.stream ? task.max_batch : 0, seen(task, o).inputs),
        command_(1, core.net.shape.dims),
        target_(1, core.net.shape.dims),
        x_(1, core.net.shape.dims),
        start_(1, core.net.shape.dims),
        total_(o.updates > 0 ? o.updates * o.batch
                             : std::max<int64_t>(1, o.epochs * task.train_rows)) {
    draw_decoders(ctx, task.seed, o.gamma, core.net.decoders);
    draw_dendrites(ctx, task.seed, o.sm, o.theta,
                   core.net);  // features have length 1: M u has sd sM
  }

  static void check(const agon_task& task, const Options& o) {
    if (o.stream && !is_of_series(task)) {
      invalid(
          "input=stream needs a task whose rows are series, this one's are not; set input=flat");
    }
    if (const int64_t inputs = seen(task, o).inputs; inputs > Features::kMostInputs) {
      invalid("the principal components of " + std::to_string(inputs) +
              " inputs are out of reach, at most " + std::to_string(Features::kMostInputs) +
              " are; take " +
              (o.stream && o.window > 1 ? "a smaller window" : "a task with smaller inputs"));
    }
  }

  void prepare(const Context& ctx, ConstView x, bool last) {
    features_.prepare(ctx, x, last);
    if (last) centre(ctx);
  }
  void prepare(const Context& ctx, const agon_series& in, bool last) {
    for (int64_t t = 0; t < in.steps; ++t)
      features_.prepare(ctx, window(in, t), last && t + 1 == in.steps);
    if (last) centre(ctx);
  }

  // The mean squared error of the state over the steps that learn.
  template <typename Batch>
  double fit(const Context& ctx, const Batch& batch) {
    const Core::Told told(core, ctx);
    load(ctx, batch);
    forget_measures();
    double error = 0;
    for (int64_t r = 0; r < rows_shown(); ++r) {
      poll(ctx, r);
      const double progress = static_cast<double>(image_++) / static_cast<double>(total_);
      const double eta = core.o.eta * std::pow(core.o.decay, std::min(1.0, progress));
      core.begin();
      teach(batch.target, r, [&](int64_t n) {
        core.learn_step(ctx, command_.data(), x_.data(), n < settle(r) ? 0.0 : eta);
        if (n >= settle(r)) error += core.last_square;
        core.check(core.learning, command_.data(), x_.data(), [this, n] { return place(n); });
      });
    }
    error /= learning_values();
    const double size = std::sqrt(2.0);  // of features of length 1 and a one-hot
    core.check_lost(std::sqrt(error * static_cast<double>(x_.cols())), size,
                    [this] { return place(steps(rows_shown() - 1)); });
    return error;
  }

  // The same of a network that does not learn.
  template <typename Batch>
  double loss(const Context& ctx, const Batch& batch) {
    const Core::Told told(core, ctx);
    load(ctx, batch);
    double error = 0;
    for (int64_t r = 0; r < rows_shown(); ++r) {
      poll(ctx, r);
      core.net.rest(core.free);
      teach(batch.target, r, [&](int64_t n) {
        const double square = core.follow(ctx, core.free, command_.data(), x_.data(), 0.0);
        if (n >= settle(r)) error += square;
      });
    }
    return error / learning_values();
  }

  // in: flat rows or series.
  template <typename Rows>
  void predict(const Context& ctx, const Rows& in, View out) {
    const Core::Told told(core, ctx);
    load(ctx, in);
    for (int64_t r = 0; r < rows_shown(); ++r) {
      poll(ctx, r);
      const bool measured = rows_ < kMeasured;
      core.net.rest(core.free);
      core.noise.start({u_.data(r), static_cast<size_t>(u_.cols())});
      if (measured) core.measure.start(nullptr);
      const auto answer = row_of(out, r);
      std::ranges::fill(answer, 0.0f);
      const int64_t read = series_ ? steps(r) - settle(r) : core.o.read;
      for (int64_t n = 0; n < steps(r); ++n) {
        if (n % frame_steps() == 0) show(r, n / frame_steps());
        core.free_step(ctx, command_.data(), measured);
        if (n < steps(r) - read) continue;
        const float* const y = core.free.xhat.data() + features_.count();
        for (size_t i = 0; i < answer.size(); ++i) answer[i] += y[i] / static_cast<float>(read);
      }
      core.check(core.free, command_.data(), nullptr,
                 [r] { return "row " + std::to_string(r) + " of a prediction"; });
      ++rows_;
      steps_ += steps(r);
    }
  }

  // Spikes of one input, over all since the last learning or lesion.
  double spikes_per_sample() const {
    return static_cast<double>(core.measure.train.count() + core.unmeasured) /
           static_cast<double>(rows_);
  }
  // Of a presentation, likewise.
  double seconds_per_sample() const {
    return static_cast<double>(steps_) / static_cast<double>(rows_) * core.o.dt;
  }
  void forget_measures() {
    core.measure.clear();
    core.unmeasured = rows_ = steps_ = 0;
  }

  void state(agon::State& s) {
    s("core", core);
    s("features", features_);
    s("image", image_);
  }

  Core core;
  Features& features() { return features_; }

 private:
  static constexpr uint64_t kPrincipal = 16;  // stream of the cell's seed, after those of draw.h
  static constexpr int64_t kPoll = 8;         // rows, below 10 ms
  static constexpr int64_t kMeasured = 100;   // inputs whose balance and intervals are measured

  // The task of which the features are: flat inputs, or windows of frames.
  static agon_task seen(const agon_task& task, const Options& o) {
    agon_task out = task;
    if (!o.stream) return out;
    out.inputs = o.window * channels_of(task);
    out.train_rows = task.train_rows * task.shape[0];
    return out;
  }
  static int64_t components(const agon_task& task, const Options& o) {
    return std::min(o.features, seen(task, o).inputs);
  }

  void centre(const Context& ctx) {
    core.wire();
    const Matrix sample = features_.take_sample(ctx);
    if (core.o.centre) centre_dendrites(core.net, sample);
  }
  void poll(const Context& ctx, int64_t r) const {
    if (series_ || r % kPoll == 0) ctx.stop_if_asked();
  }

  // ---- what is shown: the features u_ of flat rows, or those of frame t of row r in row t * rows + r

  void load(const Context& ctx, const agon_batch& batch) { load(ctx, batch.x); }
  void load(const Context& ctx, ConstView x) {
    begin(x.rows, {});
    features_.transform(ctx, x, View{u_.data(), x.rows, u_.cols(), u_.stride()});
  }
  void load(const Context& ctx, const agon_series& in) {
    begin(in.rows, {in.lengths, static_cast<size_t>(in.rows)});
    for (int64_t t = 0; t < in.steps; ++t) {
      const View w = window(in, t);
      features_.transform(ctx, w, View{u_.data(t * in.rows), w.rows, u_.cols(), u_.stride()});
    }
  }
  void begin(int64_t rows, std::span<const int32_t> lengths) {
    if (!features_.ready())
      invalid("the rule must see the training inputs (prepare) before it learns or predicts");
    core.wire();
    shown_ = rows;
    series_ = !lengths.empty();
    lengths_.assign(lengths.begin(), lengths.end());
  }
  // The latest frames at step t, of the rows that still run; zeros before the first.
  View window(const agon_series& in, int64_t t) {
    const int64_t running = running_at(in, t);
    for (int64_t r = 0; r < running; ++r) {
      float* to = windows_.data(r);
      for (int64_t from = t + 1 - core.o.window; from <= t; ++from, to += in.channels) {
        if (from < 0) {
          std::fill_n(to, in.channels, 0.0f);
        } else {
          std::copy_n(frame_of(in, r, from), in.channels, to);
        }
      }
    }
    return {windows_.data(), running, windows_.cols(), windows_.stride()};
  }

  int64_t rows_shown() const { return shown_; }
  int64_t frame_steps() const { return series_ ? core.o.frame : core.o.steps; }
  int64_t steps(int64_t r) const {
    return series_ ? lengths_[static_cast<size_t>(r)] * core.o.frame : core.o.steps;
  }
  int64_t settle(int64_t r) const { return std::min(core.o.settle, steps(r) - 1); }

  // Frame t of row r into command and target.
  void show(int64_t r, int64_t t) {
    const float lambda = static_cast<float>(core.o.lambda);
    const float* const u = u_.data(t * shown_ + r);
    for (int64_t p = 0; p < features_.count(); ++p) {
      target_.data()[p] = u[p];
      command_.data()[p] = lambda * u[p];
    }
  }
  // step(n) for every step of row r, its command and the teacher's state x_ there.
  template <typename Step>
  void teach(ConstView answers, int64_t r, Step&& step) {
    std::copy_n(row_of(answers, r).data(), classes_, target_.data() + features_.count());
    start_.fill(0.0f);
    double left = 1;  // (1 - lambda dt)^n, n since the frame's first step
    const auto rise = [&](Matrix& x) {
      const float stays = static_cast<float>(left), risen = static_cast<float>(1 - left);
      for (int64_t q = 0; q < x.cols(); ++q)
        x.data()[q] = stays * start_.data()[q] + risen * target_.data()[q];
    };
    for (int64_t n = 0; n < steps(r); ++n) {
      if (n % frame_steps() == 0) {
        if (n > 0) rise(start_);
        show(r, n / frame_steps());
        left = 1;
      }
      rise(x_);
      step(n);
      left *= 1 - core.o.lambda * core.o.dt;
    }
  }
  double learning_values() const {
    int64_t learning = 0;
    for (int64_t r = 0; r < shown_; ++r) learning += steps(r) - settle(r);
    return static_cast<double>(learning * x_.cols());
  }
  std::string place(int64_t step) const {
    return "step " + std::to_string(step) + " of training row " + std::to_string(image_);
  }

  int64_t classes_;
  Features features_;
  Matrix u_;                      // [rows x P] of the batch
  Matrix windows_;                // [rows x window * channels]
  bool series_ = false;           // what the batch is of
  int64_t shown_ = 0;             // its rows
  std::vector<int32_t> lengths_;  // of its series, in frames
  Matrix command_, target_, x_;   // [K]; the classes' part of command_ stays 0
  Matrix start_;                  // [K] x_ when the frame began
  int64_t total_;                 // rows of the training
  int64_t image_ = 0;             // rows learnt so far
  int64_t rows_ = 0, steps_ = 0;  // predicted since the last learning or lesion
};

}  // namespace agon::ebn
