// SPDX-License-Identifier: MIT
//
// A linear readout over features, shared by the rules that train nothing else: linear, elm,
// monolith.
//
// f [B x d] features, z [B x d] the same z-scored by their training mean and sd, c classes:
//
//   (1)  y = z W^T + b                                     W [c x d], b [c]
//
// readout=softmax, one SGD step per minibatch on the cross-entropy of y with L2 on W; a task of
// real targets t has the squared error |y - t|^2 / 2 in its place:
//
//   (2)  delta = softmax(y) - onehot, or y - t
//
//   (3)  W -= eta (delta^T z / B + l2 W),   b -= eta mean(delta),   eta = lr / sqrt(d / 64)
//
// where real targets have eta = 4 lr / d instead: |z|^2 is d on average, so that steps below 2 / d
// cannot overshoot, however alike the features are.
//
// readout=ridge, in closed form after the first epoch onto targets +-1, or the real ones; see
// agon/ridge.h.
//
// Use: a rule is a ReadoutRule<itself>, which has the verbs, and adds to it
//
//   agon::ConstView features(agon::Context&, agon::ConstView x);  // of rows x, [rows x d]
//
// and prepare(), which calls readout().prepare() with the features of what it sees. Or it owns a
// Readout and calls check from its check, warn from its constructor, and prepare, fit, end_epoch
// and predict from the verbs of the same name, with the features of the rows instead of the rows.
// Errors: RuleError. Thread: [model]. fit and predict do not allocate; end_epoch does while it
// solves a ridge.
#pragma once

#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "agon/metrics.h"
#include "agon/ops.h"
#include "agon/params.h"
#include "agon/ridge.h"
#include "agon/rule.h"

namespace agon {

enum class ReadoutKind { softmax, ridge };
// a followed by b, to put shared rows into a rule's table.
template <size_t N, size_t M>
constexpr std::array<agon_param, N + M> join(const std::array<agon_param, N>& a,
                                             const std::array<agon_param, M>& b) {
  std::array<agon_param, N + M> out{};
  for (size_t i = 0; i < N; ++i) out[i] = a[i];
  for (size_t i = 0; i < M; ++i) out[N + i] = b[i];
  return out;
}

struct ReadoutOptions {
  ReadoutKind kind;
  double lr, l2, lambda;
  int64_t epochs, updates;
};

// The readout's rows with a rule's own defaults.
constexpr auto readout_options(ReadoutKind kind, double lr, int64_t batch, int64_t epochs) {
  return options<ReadoutOptions>(
      choice<&ReadoutOptions::kind, "softmax", "ridge">(
          "readout", kPlain,
          "softmax: SGD on cross-entropy, or on the squared error of real targets; ridge: closed "
          "form after the first epoch",
          static_cast<int64_t>(kind)),
      real<&ReadoutOptions::lr>(
          "lr", lr, 1e-6, 100.0, kLog | kTunable, "",
          "learning rate of the softmax readout at 64 features; divided by sqrt(features / 64), "
          "for real targets times 4 / features"),
      real<&ReadoutOptions::l2>("l2", 1e-4, 0.0, 1.0, kPlain, "",
                                "weight penalty of the softmax readout"),
      real<&ReadoutOptions::lambda>(
          "readout_lambda", 0.0, 0.0, 1e9, kTunable, "",
          "penalty of the ridge readout; 0: chosen from .01 .1 1 10 100 on every 4th training row, "
          "or from 1e-6 on by the rows themselves where these are all there are"),
      batch_param(batch), bind<&ReadoutOptions::epochs>(epochs_param(epochs)),
      bind<&ReadoutOptions::updates>(updates_param()));
}
// What goes into a rule's table: readout, lr, l2, readout_lambda, batch, epochs, updates.
constexpr auto readout_params(ReadoutKind kind, double lr, int64_t batch, int64_t epochs) {
  return table(readout_options(kind, lr, batch, epochs));
}
inline ReadoutOptions read_readout(const Values& values) {
  return read(readout_options(ReadoutKind::softmax, 0.15, 32, 1), values);
}

class Readout {
 public:
  // features: columns of every matrix passed below. values must come from a table with
  // readout_params().
  Readout(const agon_task& task, int64_t features, const Values& values)
      : Readout(task, features, read_readout(values)) {
    check(task, values);
  }
  Readout(const agon_task& task, int64_t features, const ReadoutOptions& o)
      : kind_(o.kind),
        regress_(task.kind == AGON_REGRESS),
        features_(features),
        outputs_(task.outputs),
        lr_(regress_ ? 4 * o.lr / static_cast<double>(features)
                     : o.lr / std::sqrt(static_cast<double>(features) / 64.0)),
        l2_(o.l2),
        mean_(static_cast<size_t>(features)),
        m2_(static_cast<size_t>(features)),
        center_(1, features),
        scale_(1, features),
        weights_(task.outputs, features),
        bias_(1, task.outputs),
        z_(task.max_batch, features),
        delta_(task.max_batch, task.outputs) {
    scale_.fill(1.0f);
    if (kind_ == ReadoutKind::ridge) {
      const auto rows = trains_on_all_rows(task) ? Ridge::Rows::all : Ridge::Rows::sample;
      ridge_.emplace(features, outputs_, task.train_rows, o.lambda, true, rows);
    }
  }

  // What the constructor would refuse; for a rule's own check.
  static void check(const agon_task& task, const Values& values) {
    if (task.kind != AGON_CLASSIFY && task.kind != AGON_REGRESS) {
      throw RuleError(AGON_UNSUPPORTED, "the linear readout classifies or regresses rows");
    }
    const ReadoutOptions o = read_readout(values);
    if (o.kind == ReadoutKind::ridge && o.epochs == 0 && o.updates == 0) {
      invalid(
          "readout=ridge is solved at the end of the first epoch and epochs is 0: set epochs=1");
    }
  }
  // What runs, but hardly as meant.
  static void warn(const Context& ctx, const Values& values) {
    const ReadoutOptions o = read_readout(values);
    if (o.kind == ReadoutKind::ridge && o.epochs > 1 && o.updates == 0) {
      ctx.log(AGON_LOG_WARNING,
              "readout=ridge is solved after the first epoch: the others change nothing, set "
              "epochs=1");
    }
  }

  // Training mean and variance by Welford's update in double, row by row: exact enough for features
  // that hardly vary. Any number of rows per call.
  void prepare(ConstView features, bool last) {
    for (int64_t r = 0; r < features.rows; ++r) {
      const float* f = features.data + r * features.stride;
      const double share = 1.0 / static_cast<double>(++seen_);
      for (size_t i = 0; i < mean_.size(); ++i) {
        const double before = f[i] - mean_[i];
        mean_[i] += before * share;
        m2_[i] += before * (f[i] - mean_[i]);
      }
    }
    if (last) set_scale();
  }

  // One minibatch of features [rows x d]. Returns its mean loss before the update: cross-entropy,
  // or half the squared error for ridge and for real targets.
  double fit(const Context& ctx, ConstView features, const agon_batch& batch) {
    const View z = z_.top(features.rows);
    standardise(ctx, features, z);
    const View delta = delta_.top(features.rows);
    ctx.gemm_nt(z, weights_, delta, {.bias = bias_.data()});  // y [B x c]
    return kind_ == ReadoutKind::softmax ? step(ctx, z, batch, delta)
                                         : gather(ctx, z, batch, delta);
  }

  // What fit would return for features [B x d], without learning.
  double loss(const Context& ctx, ConstView features, const agon_batch& batch) {
    const View y = delta_.top(features.rows);
    predict(ctx, features, y);
    return kind_ == ReadoutKind::softmax ? error(ctx, batch, y) : misses(batch, y);
  }

  void end_epoch(const Context& ctx, int64_t /*epoch*/) {
    if (ridge_ && !solved_) solved_ = ridge_->solve(ctx, weights_, bias_);
  }

  // out [rows x c] = y of (1): logits, or what is regressed.
  void predict(const Context& ctx, ConstView features, View out) {
    const View z = z_.top(features.rows);
    standardise(ctx, features, z);
    ctx.gemm_nt(z, weights_, out, {.bias = bias_.data()});
  }

  // "readout_W" [c x d] and "readout_b" [1 x c], writable, to be appended to the rule's own
  // tensors.
  void add_tensors(std::vector<Tensor>& out) {
    out.push_back({"readout_W", weights_});
    out.push_back({"readout_b", bias_});
  }

  // Of agon/state.h; W and b are tensors.
  void state(State& s) {
    s("seen", seen_);
    s("mean", mean_);
    s("m2", m2_);
    s("center", center_);
    s("scale", scale_);
    s("solved", solved_);
    if (ridge_) s("ridge", *ridge_);
  }

  ReadoutKind kind() const noexcept { return kind_; }

  // The penalty that the ridge was solved with, NaN where none was; written among a rule's metrics.
  static constexpr agon_metric kLambdaUsed{
      "lambda_used", "",
      "penalty of the ridge readout: the one asked for, chosen, or raised until rounding let it be "
      "solved"};
  void read_metrics(const MetricValues& values) const {
    values[kLambdaUsed.key] = solved_ ? ridge_->lambda() : std::nan("");
  }

 private:
  // A feature whose sd is below 1e-6 of the largest carries no information, only rounding: it is
  // left 0.
  void set_scale() {
    double largest = 0;
    for (const double m2 : m2_) largest = std::max(largest, m2);
    for (size_t i = 0; i < mean_.size(); ++i) {
      const double sd = std::sqrt(m2_[i] / static_cast<double>(seen_));
      const bool alive = m2_[i] > 0 && m2_[i] >= 1e-12 * largest;
      center_.data()[i] = static_cast<float>(mean_[i]);
      scale_.data()[i] = alive ? static_cast<float>(1.0 / sd) : 0.0f;
    }
  }

  void standardise(const Context& ctx, ConstView features, View z) const {
    const float* const center = center_.data();
    const float* const scale = scale_.data();
    ctx.vectorised([&] {
      for (int64_t r = 0; r < features.rows; ++r) {
        const float* const f = features.data + r * features.stride;
        float* const __restrict out = z.data + r * z.stride;
        for (int64_t i = 0; i < features_; ++i) out[i] = (f[i] - center[i]) * scale[i];
      }
    });
  }

  // (2): y comes in delta. Returns the mean loss.
  double error(const Context& ctx, const agon_batch& batch, View delta) const {
    if (!regress_) return ctx.softmax_cross_entropy(delta, batch.target, delta);
    ctx.axpy(-1.0f, batch.target, delta);
    return 0.5 * ctx.dot(delta, delta) / static_cast<double>(delta.rows);
  }

  // (3): y comes in delta.
  double step(const Context& ctx, ConstView z, const agon_batch& batch, View delta) {
    const double loss = error(ctx, batch, delta);
    if (!std::isfinite(loss)) throw RuleError(AGON_DIVERGED, "the loss is not finite");
    const float step = static_cast<float>(-lr_ / static_cast<double>(z.rows));
    if (l2_ > 0) ctx.affine(static_cast<float>(1.0 - lr_ * l2_), 0.0f, weights_);
    ctx.gemm_tn(delta, z, weights_, {.scale = step, .accumulate = true});
    ctx.count_work({.weight_writes = weights_.rows() * weights_.cols()});
    ctx.column_sums(delta, step, true, bias_.data());
    return loss;
  }

  // Half the mean squared error of y against the targets of the ridge.
  double misses(const agon_batch& batch, ConstView y) const {
    double loss = 0;
    for (int64_t r = 0; r < y.rows; ++r) {
      const std::span<const float> real = row_of(batch.target, r);
      for (int64_t k = 0; k < outputs_; ++k) {
        const double t = regress_               ? real[static_cast<size_t>(k)]
                         : k == batch.labels[r] ? 1.0
                                                : -1.0;
        const double miss = static_cast<double>(y.data[r * y.stride + k]) - t;
        loss += 0.5 * miss * miss;
      }
    }
    return loss / static_cast<double>(y.rows);
  }

  // Ridge: the weights change in end_epoch only. y [B x c] by the weights so far.
  double gather(const Context& ctx, ConstView z, const agon_batch& batch, View y) {
    if (!solved_ && regress_) ridge_->add(ctx, z, batch.target);
    if (!solved_ && !regress_) ridge_->add(ctx, z, batch.labels);
    return misses(batch, y);
  }

  ReadoutKind kind_;
  bool regress_;
  int64_t features_, outputs_;
  double lr_, l2_;
  int64_t seen_ = 0;               // rows that prepare() has seen
  std::vector<double> mean_, m2_;  // [d]
  Matrix center_, scale_;          // [1 x d]: z = (f - center) * scale
  Matrix weights_, bias_;          // W [c x d], b [1 x c]
  Matrix z_, delta_;               // [max_batch x d], [max_batch x c]
  std::optional<Ridge> ridge_;
  bool solved_ = false;
};

// The verbs of a rule R that is features under a readout. A rule with metrics, tensors, a state or
// refusals of its own has members of these names that call the readout's.
template <typename R>
class ReadoutRule {
 public:
  static constexpr auto metrics = std::to_array<agon_metric>({Readout::kLambdaUsed});

  static void check(const agon_task& task, const Values& values) { Readout::check(task, values); }

  // The verbs of agon/rule.h, with the features of the rows instead of the rows.
  double fit(Context& ctx, const agon_batch& batch) {
    return readout_.fit(ctx, features_of(ctx, batch.x), batch);
  }
  double loss(Context& ctx, const agon_batch& batch) {
    return readout_.loss(ctx, features_of(ctx, batch.x), batch);
  }
  void end_epoch(Context& ctx, int64_t epoch) { readout_.end_epoch(ctx, epoch); }
  void predict(Context& ctx, ConstView x, View out) {
    readout_.predict(ctx, features_of(ctx, x), out);
  }
  void read_metrics(Context&, double* out) { readout_.read_metrics({metrics, out}); }
  void state(State& s) { s("readout", readout_); }
  std::vector<Tensor> tensors() {
    std::vector<Tensor> out;
    readout_.add_tensors(out);
    return out;
  }

 protected:
  ReadoutRule(Context& ctx, const agon_task& task, int64_t features, const Values& values)
      : readout_(task, features, values) {
    Readout::warn(ctx, values);
  }
  Readout& readout() { return readout_; }

 private:
  ConstView features_of(Context& ctx, ConstView x) {
    return static_cast<R*>(this)->features(ctx, x);
  }

  Readout readout_;
};

}  // namespace agon
