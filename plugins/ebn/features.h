// SPDX-License-Identifier: MIT
//
// The features u of an input: its P leading principal components over the training inputs, with one
// common scale that makes the rms length of u 1. In double.
#pragma once

#include <cmath>
#include <vector>

#include "agon/ops.h"
#include "agon/principal.h"
#include "agon/state.h"

namespace agon::ebn {

class Features {
 public:
  static constexpr int64_t kMostInputs = 4096;  // the covariance is a matrix of inputs x inputs
  static constexpr int64_t kSample = 4096;      // training inputs kept until the end of prepare()

  Features(const agon_task& task, int64_t components, uint64_t stream)
      : seed_(task.seed),
        stream_(stream),
        weights_(components, task.inputs),
        bias_(1, components),
        every_(std::max<int64_t>(1, (task.train_rows + kSample - 1) / kSample)) {}

  int64_t count() const { return weights_.rows(); }
  bool ready() const { return ready_; }

  void prepare(const Context& ctx, ConstView x, bool last) {
    if (covariance_.empty()) {
      const size_t n = static_cast<size_t>(weights_.cols());
      covariance_.assign(n * n, 0.0);
      mean_.assign(n, 0.0);
      products_ = Matrix(weights_.cols(), weights_.cols());
      sums_ = Matrix(1, weights_.cols());
    }
    products_.fill(0.0f);
    ctx.rank_k(x, x, 1.0f, products_);
    ctx.column_sums(x, 1.0f, false, sums_.data());
    const size_t n = mean_.size();
    for (size_t i = 0; i < n; ++i) {
      mean_[i] += static_cast<double>(sums_.data()[i]);
      const float* const row = products_.data(static_cast<int64_t>(i));
      for (size_t j = 0; j < n; ++j) covariance_[i * n + j] += static_cast<double>(row[j]);
    }
    for (int64_t r = 0; r < x.rows; ++r, ++rows_) {
      if (rows_ % every_ == 0) {
        const auto row = row_of(x, r);
        sample_.insert(sample_.end(), row.begin(), row.end());
      }
    }
    if (last) solve(ctx);
  }

  // out [rows x P]
  void transform(const Context& ctx, ConstView x, View out) const {
    Epilogue add_bias;
    add_bias.bias = bias_.data();
    ctx.gemm_nt(x, weights_, out, add_bias);
  }

  // The features of every training input, or of a regular choice of at most 4096 of them; frees
  // what prepare() kept.
  Matrix take_sample(const Context& ctx) {
    const int64_t n = weights_.cols(), rows = static_cast<int64_t>(sample_.size()) / n;
    Matrix x(rows, n), u(rows, count());
    for (int64_t r = 0; r < rows; ++r) std::copy_n(sample_.data() + r * n, n, x.data(r));
    transform(ctx, x, u);
    sample_ = {};
    return u;
  }

  void state(agon::State& s) {
    s("weights", weights_);
    s("bias", bias_);
    s("rows", rows_);
    s("ready", ready_);
    s("covariance", covariance_);
    s("mean", mean_);
    s("products", products_);
    s("sums", sums_);
    s("sample", sample_);
  }

  View weights() { return weights_; }  // [P x inputs]
  View bias() { return bias_; }        // [1 x P]

 private:
  using Vector = std::vector<double>;

  void solve(const Context& ctx) {
    const size_t n = mean_.size(), wanted = static_cast<size_t>(count());
    const double rows = static_cast<double>(rows_);
    double variance = 0;
    for (double& m : mean_) m /= rows;
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < n; ++j)
        covariance_[i * n + j] = covariance_[i * n + j] / rows - mean_[i] * mean_[j];
      variance += covariance_[i * n + i];
    }
    if (!std::isfinite(variance)) {
      throw RuleError(
          AGON_INVALID,
          "a training input holds a number that is not finite: no principal components");
    }
    const PrincipalAxes all(covariance_, n);
    std::vector<Vector> axes;
    if (variance > 0) axes = all.leading(ctx, seed_, stream_, std::min(n, wanted + 8));
    double kept = 0;
    for (size_t p = 0; p < std::min(wanted, axes.size()); ++p) kept += all.along(axes[p]);
    const double scale = kept > 0 ? 1 / std::sqrt(kept) : 0;
    for (size_t p = 0; p < std::min(wanted, axes.size()); ++p) {
      double offset = 0;
      for (size_t i = 0; i < n; ++i) {
        weights_.data(static_cast<int64_t>(p))[i] = static_cast<float>(scale * axes[p][i]);
        offset -= scale * axes[p][i] * mean_[i];
      }
      bias_.data()[p] = static_cast<float>(offset);
    }
    covariance_ = {};
    products_ = {};
    ready_ = true;
  }

  uint64_t seed_, stream_;
  Matrix weights_, bias_;  // [P x inputs], [P]
  int64_t every_;          // of the training inputs one is kept
  int64_t rows_ = 0;
  bool ready_ = false;
  Vector covariance_, mean_;  // while prepare() runs: sums of x x^T and x
  Matrix products_, sums_;
  std::vector<float> sample_;  // rows of inputs
};

}  // namespace agon::ebn
