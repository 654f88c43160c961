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
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core.h"
#include "features.h"

namespace agon::ebn {

class Classes {
 public:
  Classes(const Context& ctx, const agon_task& task, const Options& o)
      : core(task, o, components(task, o) + task.outputs, components(task, o)),
        classes_(task.outputs),
        features_(task, components(task, o), kPrincipal),
        u_(task.max_batch, features_.count()),
        command_(1, core.net.shape.dims),
        target_(1, core.net.shape.dims),
        x_(1, core.net.shape.dims),
        total_(o.updates > 0 ? o.updates * o.batch
                             : std::max<int64_t>(1, o.epochs * task.train_rows)) {
    draw_decoders(ctx, task.seed, o.gamma, core.net.decoders);
    draw_dendrites(ctx, task.seed, o.sm, o.theta,
                   core.net);  // features have length 1: M u has sd sM
  }

  static void check(const agon_task& task) {
    if (task.inputs > Features::kMostInputs) {
      invalid("the principal components of " + std::to_string(task.inputs) +
              " inputs are out of reach, at most " + std::to_string(Features::kMostInputs) +
              " are; take a task with smaller inputs");
    }
  }

  void prepare(const Context& ctx, ConstView x, bool last) {
    features_.prepare(ctx, x, last);
    if (!last) return;
    core.wire();
    const Matrix sample = features_.take_sample(ctx);
    if (core.o.centre) centre_dendrites(core.net, sample);
  }

  // The mean squared error of the state over the steps that learn.
  double fit(const Context& ctx, const agon_batch& batch) {
    load(ctx, batch.x);
    forget_measures();
    double error = 0;
    for (int64_t r = 0; r < batch.x.rows; ++r) {
      if (r % kPoll == 0) ctx.stop_if_asked();
      const double progress = static_cast<double>(image_++) / static_cast<double>(total_);
      const double eta = core.o.eta * std::pow(core.o.decay, std::min(1.0, progress));
      core.begin();
      teach(batch, r, [&](int64_t n) {
        core.learn_step(ctx, command_.data(), x_.data(), n < core.o.settle ? 0.0 : eta);
        if (n >= core.o.settle) error += core.last_square;
        core.check(core.learning, command_.data(), x_.data(), [this, n] { return place(n); });
      });
    }
    error /= learning_values(batch);
    const double size = std::sqrt(2.0);  // of features of length 1 and a one-hot
    core.check_lost(std::sqrt(error * static_cast<double>(x_.cols())), size,
                    [this] { return place(core.o.steps); });
    return error;
  }

  // The same of a network that does not learn.
  double loss(const Context& ctx, const agon_batch& batch) {
    load(ctx, batch.x);
    double error = 0;
    for (int64_t r = 0; r < batch.x.rows; ++r) {
      if (r % kPoll == 0) ctx.stop_if_asked();
      core.net.rest(core.free);
      teach(batch, r, [&](int64_t n) {
        const double square = core.follow(ctx, core.free, command_.data(), x_.data(), 0.0);
        if (n >= core.o.settle) error += square;
      });
    }
    return error / learning_values(batch);
  }

  void predict(const Context& ctx, ConstView x, View out) {
    load(ctx, x);
    for (int64_t r = 0; r < x.rows; ++r) {
      if (r % kPoll == 0) ctx.stop_if_asked();
      show(r);
      const bool measured = rows_ < kMeasured;
      core.net.rest(core.free);
      core.noise.start({u_.data(r), static_cast<size_t>(u_.cols())});
      if (measured) core.measure.start(nullptr);
      const auto answer = row_of(out, r);
      std::ranges::fill(answer, 0.0f);
      for (int64_t n = 0; n < core.o.steps; ++n) {
        core.free_step(ctx, command_.data(), measured);
        if (n < core.o.steps - core.o.read) continue;
        const float* const y = core.free.xhat.data() + features_.count();
        for (size_t i = 0; i < answer.size(); ++i)
          answer[i] += y[i] / static_cast<float>(core.o.read);
      }
      core.check(core.free, command_.data(), nullptr,
                 [r] { return "row " + std::to_string(r) + " of a prediction"; });
      ++rows_;
    }
  }

  // Spikes of one input, over all since the last learning or lesion.
  double spikes_per_sample() const {
    return static_cast<double>(core.measure.train.count() + core.unmeasured) /
           static_cast<double>(rows_);
  }
  void forget_measures() {
    core.measure.clear();
    core.unmeasured = rows_ = 0;
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

  static int64_t components(const agon_task& task, const Options& o) {
    return std::min(o.features, task.inputs);
  }

  void load(const Context& ctx, ConstView x) {
    if (!features_.ready())
      invalid("the rule must see the training inputs (prepare) before it learns or predicts");
    core.wire();
    features_.transform(ctx, x, View{u_.data(), x.rows, u_.cols(), u_.stride()});
  }
  // Row r of the batch into command and target.
  void show(int64_t r) {
    const float lambda = static_cast<float>(core.o.lambda);
    for (int64_t p = 0; p < features_.count(); ++p) {
      target_.data()[p] = u_.at(r, p);
      command_.data()[p] = lambda * u_.at(r, p);
    }
  }
  // step(n) for every step of row r, its command and the teacher's state x_ there.
  template <typename Step>
  void teach(const agon_batch& batch, int64_t r, Step&& step) {
    show(r);
    std::copy_n(row_of(batch.target, r).data(), classes_, target_.data() + features_.count());
    double left = 1;  // (1 - lambda dt)^n
    for (int64_t n = 0; n < core.o.steps; ++n) {
      const float risen = static_cast<float>(1 - left);
      for (int64_t q = 0; q < x_.cols(); ++q) x_.data()[q] = risen * target_.data()[q];
      step(n);
      left *= 1 - core.o.lambda * core.o.dt;
    }
  }
  double learning_values(const agon_batch& batch) const {
    return static_cast<double>(batch.x.rows * (core.o.steps - core.o.settle) * x_.cols());
  }
  std::string place(int64_t step) const {
    return "step " + std::to_string(step) + " of training row " + std::to_string(image_);
  }

  int64_t classes_;
  Features features_;
  Matrix u_;                     // [rows x P] of the batch
  Matrix command_, target_, x_;  // [K]; the classes' part of command_ stays 0
  int64_t total_;                // rows of the training
  int64_t image_ = 0;            // rows learnt so far
  int64_t rows_ = 0;             // predicted since the last learning or lesion
};

}  // namespace agon::ebn
