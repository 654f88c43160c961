// SPDX-License-Identifier: MIT
//
// A linear readout over features, shared by the rules that train nothing else (linear, elm,
// monolith).
//
// d features f, c classes, z [B x d] the features z-scored by their training mean and sd:
//   (1) y = z W^T + b                                            W [c x d], b [c]
//   softmax: one SGD step per minibatch on the cross-entropy of y with L2 on W,
//   (2) W -= eta (delta^T z / B + l2 W),  b -= eta mean(delta),  delta = softmax(y) - onehot,
//       eta = lr / sqrt(d / 64)
//   ridge: targets t = +-1 centred by their training mean m, in closed form after the first epoch,
//   (3) W^T = (Z^T Z + lambda I)^-1 Z^T (t - m),  b = m
//       lambda in {.01, .1, 1, 10, 100}: least squared error on every 4th row after a fit on the
//       others, then a refit on all rows. Both parts are kept as Gram matrices, never as rows:
//   (4) sum over the part |z W^T + m - t|^2 = tr(W G W^T) - 2 tr(W C) + sum (t - m)^2,
//       G = Z^T Z, C = Z^T (t - m) of that part.
//
// Use: call prepare, fit, end_epoch and predict from the rule's verbs of the same name, with the
// features of the rows instead of the rows. Errors: RuleError. Thread: [model]. fit and predict do
// not allocate; end_epoch does while it solves (3).
#pragma once

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "agon/ops.h"
#include "agon/params.h"
#include "agon/rule.h"

namespace agon {

enum class ReadoutKind { softmax, ridge };
inline constexpr std::array<const char*, 2> kReadoutKinds{"softmax", "ridge"};

// a followed by b, to put shared rows into a rule's table.
template <size_t N, size_t M>
constexpr std::array<agon_param, N + M> join(const std::array<agon_param, N>& a,
                                             const std::array<agon_param, M>& b) {
  std::array<agon_param, N + M> out{};
  for (size_t i = 0; i < N; ++i) out[i] = a[i];
  for (size_t i = 0; i < M; ++i) out[N + i] = b[i];
  return out;
}

// The readout's rows of a parameter table with this rule's own defaults: readout, lr, l2,
// readout_lambda, batch, epochs, updates.
constexpr std::array<agon_param, 7> readout_params(ReadoutKind kind, double lr, int64_t batch,
                                                   int64_t epochs) {
  return {
      choice("readout", kReadoutKinds, kPlain,
             "softmax: SGD on cross-entropy; ridge: closed form after the first epoch",
             static_cast<int64_t>(kind)),
      real("lr", lr, 1e-6, 100.0, kLog | kTunable, "",
           "learning rate of the softmax readout at 64 features; divided by sqrt(features / 64)"),
      real("l2", 1e-4, 0.0, 1.0, kPlain, "", "weight penalty of the softmax readout"),
      real(
          "readout_lambda", 0.0, 0.0, 1e9, kPlain, "",
          "penalty of the ridge readout; 0: chosen from .01 .1 1 10 100 on every 4th training row"),
      batch_param(batch),
      epochs_param(epochs),
      updates_param()};
}

class Readout {
 public:
  // features: columns of every matrix passed below. values must come from a table with
  // readout_params().
  Readout(const agon_task& task, int64_t features, const Values& values)
      : kind_(values.choice<ReadoutKind>("readout")),
        features_(features),
        outputs_(task.outputs),
        lr_(values.real("lr") / std::sqrt(static_cast<double>(features) / 64.0)),
        l2_(values.real("l2")),
        lambda_(values.real("readout_lambda")),
        mean_(static_cast<size_t>(features)),
        m2_(static_cast<size_t>(features)),
        center_(1, features),
        scale_(1, features),
        weights_(task.outputs, features),
        bias_(1, task.outputs),
        z_(task.max_batch, features),
        delta_(task.max_batch, task.outputs) {
    if (task.kind != AGON_CLASSIFY)
      throw RuleError(AGON_UNSUPPORTED, "the linear readout only classifies");
    scale_.fill(1.0f);
    if (kind_ == ReadoutKind::ridge) {
      for (Part& part : parts_) part.resize(features_, outputs_);
      chunk_gram_ = Matrix(features_, features_);
      chunk_cross_ = Matrix(features_, outputs_);
      signs_ = Matrix(task.max_batch, outputs_);
      for (auto& rows : chosen_) rows.reserve(static_cast<size_t>(task.max_batch));
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
  // or half the squared error against +-1 for ridge.
  double fit(const Context& ctx, ConstView features, const agon_batch& batch) {
    const View z = z_.top(features.rows);
    standardise(features, z);
    const View delta = delta_.top(features.rows);
    ctx.gemm_nt(as_const(z), weights_, delta, {.bias = bias_.data()});  // y [B x c]
    return kind_ == ReadoutKind::softmax ? step_softmax(ctx, as_const(z), batch, delta)
                                         : gather_ridge(ctx, as_const(z), batch, delta);
  }

  void end_epoch(const Context& ctx, int64_t /*epoch*/) {
    if (kind_ == ReadoutKind::ridge && !solved_) solve(ctx);
  }

  // out [rows x c] = y of (1): logits, or the regressed targets in about [-1, 1].
  void predict(const Context& ctx, ConstView features, View out) {
    const View z = z_.top(features.rows);
    standardise(features, z);
    ctx.gemm_nt(as_const(z), weights_, out, {.bias = bias_.data()});
  }

  // "readout_W" [c x d] and "readout_b" [1 x c], writable, to be appended to the rule's own
  // tensors.
  void add_tensors(std::vector<Tensor>& out) {
    out.push_back({"readout_W", weights_});
    out.push_back({"readout_b", bias_});
  }

  ReadoutKind kind() const noexcept { return kind_; }
  // The ridge penalty in use: the given one, or the chosen one once the first epoch has ended (0
  // before).
  double lambda() const noexcept { return lambda_; }

 private:
  // Sums over some rows: G = sum z^T z [d x d], C = sum z^T t [d x c], and what centring t needs.
  struct Part {
    int64_t rows = 0;
    std::vector<double> gram, cross, z_sum, t_sum;
    void resize(int64_t d, int64_t c) {
      gram.assign(static_cast<size_t>(d * d), 0.0);
      cross.assign(static_cast<size_t>(d * c), 0.0);
      z_sum.assign(static_cast<size_t>(d), 0.0);
      t_sum.assign(static_cast<size_t>(c), 0.0);
    }
    void add(const Part& other) {
      rows += other.rows;
      for (size_t i = 0; i < gram.size(); ++i) gram[i] += other.gram[i];
      for (size_t i = 0; i < cross.size(); ++i) cross[i] += other.cross[i];
      for (size_t i = 0; i < z_sum.size(); ++i) z_sum[i] += other.z_sum[i];
      for (size_t i = 0; i < t_sum.size(); ++i) t_sum[i] += other.t_sum[i];
    }
    std::vector<double> t_mean() const {
      std::vector<double> m = t_sum;
      for (double& v : m) v /= static_cast<double>(rows);
      return m;
    }
    // C of (3) and (4): Z^T (t - m).
    std::vector<double> centred_cross(const std::vector<double>& m) const {
      std::vector<double> c = cross;
      for (size_t i = 0; i < z_sum.size(); ++i) {
        for (size_t k = 0; k < m.size(); ++k) c[i * m.size() + k] -= z_sum[i] * m[k];
      }
      return c;
    }
  };
  enum : size_t { kOuter = 0, kInner = 1 };
  static constexpr int64_t kInnerEvery = 4;  // every 4th row: the inner 25 %
  static constexpr std::array<double, 5> kLambdas{0.01, 0.1, 1.0, 10.0, 100.0};

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

  void standardise(ConstView features, View z) const {
    const float* const center = center_.data();
    const float* const scale = scale_.data();
    for (int64_t r = 0; r < features.rows; ++r) {
      const float* f = features.data + r * features.stride;
      float* out = z.data + r * z.stride;
      for (int64_t i = 0; i < features_; ++i) out[i] = (f[i] - center[i]) * scale[i];
    }
  }

  // (2)
  double step_softmax(const Context& ctx, ConstView z, const agon_batch& batch, View delta) {
    const double loss = ctx.softmax_cross_entropy(as_const(delta), batch.target, delta);
    if (!std::isfinite(loss)) throw RuleError(AGON_DIVERGED, "the loss is not finite");
    const float step = static_cast<float>(-lr_ / static_cast<double>(z.rows));
    if (l2_ > 0) ctx.affine(static_cast<float>(1.0 - lr_ * l2_), 0.0f, weights_);
    ctx.gemm_tn(as_const(delta), z, weights_, {.scale = step, .accumulate = true});
    ctx.column_sums(as_const(delta), step, true, bias_.data());
    return loss;
  }

  // Adds the rows to the inner or the outer part; the weights change in end_epoch only.
  double gather_ridge(const Context& ctx, ConstView z, const agon_batch& batch, View y) {
    double loss = 0;
    for (auto& rows : chosen_) rows.clear();
    for (int64_t r = 0; r < z.rows; ++r) {
      for (int64_t k = 0; k < outputs_; ++k) {
        const float t = k == batch.labels[r] ? 1.0f : -1.0f;
        signs_.at(r, k) = t;
        const double miss = static_cast<double>(y.data[r * y.stride + k]) - t;
        loss += 0.5 * miss * miss;
      }
      if (!solved_)
        chosen_[gathered_++ % kInnerEvery == kInnerEvery - 1].push_back(static_cast<int32_t>(r));
    }
    for (size_t p = 0; p < parts_.size() && !solved_; ++p) add_rows(ctx, z, chosen_[p], parts_[p]);
    return loss / static_cast<double>(z.rows);
  }

  // Products of one minibatch in float, sums over minibatches in double: a float sum over all rows
  // would lose the small eigenvalues that lambda = .01 needs.
  void add_rows(const Context& ctx, ConstView z, std::span<const int32_t> rows, Part& part) {
    if (rows.empty()) return;
    chunk_gram_.fill(0.0f);
    chunk_cross_.fill(0.0f);
    ctx.rank_k(z, z, rows, 1.0f, chunk_gram_);
    ctx.rank_k(z, as_const(signs_.top(z.rows)), rows, 1.0f, chunk_cross_);
    for (int64_t i = 0; i < features_; ++i) {
      add_row(chunk_gram_.row(i), part.gram.data() + i * features_);
      add_row(chunk_cross_.row(i), part.cross.data() + i * outputs_);
    }
    for (const int32_t r : rows) {
      add_row(row_of(z, r), part.z_sum.data());
      add_row(signs_.row(r), part.t_sum.data());
    }
    part.rows += static_cast<int64_t>(rows.size());
  }
  static void add_row(std::span<const float> from, double* to) {
    for (size_t i = 0; i < from.size(); ++i) to[i] += from[i];
  }

  // (3) on one part: W^T [d x c].
  std::vector<double> regress(const Context& ctx, const Part& part, const std::vector<double>& m,
                              double lambda) const {
    std::vector<double> w = part.centred_cross(m);
    ctx.solve_spd(part.gram, features_, lambda, w, outputs_);
    return w;
  }

  // (4) for w [d x c] with target mean m.
  double squared_error(const Part& part, const std::vector<double>& m,
                       const std::vector<double>& w) const {
    const size_t d = static_cast<size_t>(features_), c = static_cast<size_t>(outputs_);
    const std::vector<double> cross = part.centred_cross(m);
    double error = 0;
    for (size_t k = 0; k < c; ++k) {
      error += static_cast<double>(part.rows) * (1.0 + m[k] * m[k]) -
               2.0 * m[k] * part.t_sum[k];  // t^2 = 1
    }
    std::vector<double> gw(c);  // one row of G W^T
    for (size_t i = 0; i < d; ++i) {
      std::fill(gw.begin(), gw.end(), 0.0);
      for (size_t j = 0; j < d; ++j) {
        const double g = part.gram[i * d + j];
        for (size_t k = 0; k < c; ++k) gw[k] += g * w[j * c + k];
      }
      for (size_t k = 0; k < c; ++k) error += w[i * c + k] * (gw[k] - 2.0 * cross[i * c + k]);
    }
    return error;
  }

  double choose_lambda(const Context& ctx) const {
    if (parts_[kOuter].rows == 0 || parts_[kInner].rows == 0) return 1.0;  // fewer than 4 rows
    const std::vector<double> m = parts_[kOuter].t_mean();
    double best = std::numeric_limits<double>::infinity(), chosen = kLambdas.back();
    for (const double lambda : kLambdas) {
      ctx.stop_if_asked();
      const double error =
          squared_error(parts_[kInner], m, regress(ctx, parts_[kOuter], m, lambda));
      if (error < best) {
        best = error;
        chosen = lambda;
      }
    }
    return chosen;
  }

  void solve(const Context& ctx) {
    if (lambda_ == 0) lambda_ = choose_lambda(ctx);
    parts_[kOuter].add(parts_[kInner]);
    if (parts_[kOuter].rows == 0) return;
    const std::vector<double> m = parts_[kOuter].t_mean();
    const std::vector<double> w = regress(ctx, parts_[kOuter], m, lambda_);
    for (int64_t k = 0; k < outputs_; ++k) {
      for (int64_t i = 0; i < features_; ++i) {
        weights_.at(k, i) = static_cast<float>(w[static_cast<size_t>(i * outputs_ + k)]);
      }
      bias_.at(0, k) = static_cast<float>(m[static_cast<size_t>(k)]);
    }
    solved_ = true;
    parts_ = {};
    chunk_gram_ = Matrix();
    chunk_cross_ = Matrix();
  }

  ReadoutKind kind_;
  int64_t features_, outputs_;
  double lr_, l2_, lambda_;
  int64_t seen_ = 0;               // rows that prepare() has seen
  std::vector<double> mean_, m2_;  // [d]
  Matrix center_, scale_;          // [1 x d]: z = (f - center) * scale
  Matrix weights_, bias_;          // W [c x d], b [1 x c]
  Matrix z_, delta_;               // [max_batch x d], [max_batch x c]
  // Ridge only.
  bool solved_ = false;
  int64_t gathered_ = 0;  // rows that fit() has seen
  std::array<Part, 2> parts_;
  std::array<std::vector<int32_t>, 2> chosen_;
  Matrix chunk_gram_, chunk_cross_, signs_;  // [d x d], [d x c], [max_batch x c]
};

}  // namespace agon
