// SPDX-License-Identifier: MIT
//
// The features u of an input: its P leading principal components over the training inputs, with one
// common scale that makes the rms length of u 1. In double, by subspace iteration on the
// covariance.
#pragma once

#include <cmath>
#include <vector>

#include "agon/ops.h"

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
    const std::vector<Vector> axes =
        variance > 0 ? leading(ctx, std::min(n, wanted + 8)) : std::vector<Vector>{};
    double kept = 0;
    for (size_t p = 0; p < std::min(wanted, axes.size()); ++p) kept += along(axes[p]);
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

  // m orthonormal axes of the largest variance, largest first.
  std::vector<Vector> leading(const Context& ctx, size_t m) const {
    const size_t n = mean_.size();
    Matrix start(static_cast<int64_t>(m), static_cast<int64_t>(n));
    ctx.random_normal(seed_, stream_, 1.0f, start);
    std::vector<Vector> q(m);
    for (size_t a = 0; a < m; ++a)
      q[a].assign(start.data(static_cast<int64_t>(a)), start.data(static_cast<int64_t>(a)) + n);
    orthonormalise(q);
    double before = 0;
    for (int round = 0; round < 300; ++round) {
      ctx.stop_if_asked();
      for (Vector& axis : q) axis = times(axis);
      orthonormalise(q);
      double now = 0;
      for (const Vector& axis : q) now += along(axis);
      if (std::fabs(now - before) <= 1e-12 * now) break;
      before = now;
    }
    return rotate(q);
  }

  Vector times(const Vector& v) const {
    const size_t n = v.size();
    Vector out(n);
    for (size_t i = 0; i < n; ++i) {
      double sum = 0;
      for (size_t j = 0; j < n; ++j) sum += covariance_[i * n + j] * v[j];
      out[i] = sum;
    }
    return out;
  }
  double along(const Vector& v) const { return inner(v, times(v)); }
  static double inner(const Vector& a, const Vector& b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
  }

  // Gram and Schmidt, twice for orthogonality to rounding; an axis without length becomes 0.
  static void orthonormalise(std::vector<Vector>& q) {
    for (size_t a = 0; a < q.size(); ++a) {
      const double before = std::sqrt(inner(q[a], q[a]));
      for (int pass = 0; pass < 2; ++pass) {
        for (size_t b = 0; b < a; ++b) {
          const double shadow = inner(q[a], q[b]);
          for (size_t i = 0; i < q[a].size(); ++i) q[a][i] -= shadow * q[b][i];
        }
      }
      const double length = std::sqrt(inner(q[a], q[a]));
      const double scale = length > 1e-10 * before ? 1 / length : 0;
      for (double& v : q[a]) v *= scale;
    }
  }

  // The axes of their subspace along which the covariance is diagonal (Jacobi).
  std::vector<Vector> rotate(std::vector<Vector> q) const {
    const size_t m = q.size();
    std::vector<Vector> image(m);
    for (size_t a = 0; a < m; ++a) image[a] = times(q[a]);
    std::vector<Vector> c(m, Vector(m));
    for (size_t a = 0; a < m; ++a) {
      for (size_t b = 0; b < m; ++b) c[a][b] = inner(q[a], image[b]);
    }
    for (int sweep = 0; sweep < 30; ++sweep) {
      for (size_t a = 0; a + 1 < m; ++a) {
        for (size_t b = a + 1; b < m; ++b) {
          const double off = 0.5 * (c[a][b] + c[b][a]);
          if (std::fabs(off) <= 1e-15 * (std::fabs(c[a][a]) + std::fabs(c[b][b]))) continue;
          const double angle = 0.5 * std::atan2(2 * off, c[a][a] - c[b][b]);
          const double co = std::cos(angle), si = std::sin(angle);
          const auto turn = [co, si](double& x, double& y) {
            const double was = x;
            x = co * was + si * y;
            y = co * y - si * was;
          };
          for (size_t i = 0; i < m; ++i) turn(c[a][i], c[b][i]);
          for (size_t i = 0; i < m; ++i) turn(c[i][a], c[i][b]);
          for (size_t i = 0; i < q[a].size(); ++i) turn(q[a][i], q[b][i]);
        }
      }
    }
    std::vector<std::pair<double, Vector>> sorted;
    for (size_t a = 0; a < m; ++a) sorted.emplace_back(c[a][a], std::move(q[a]));
    std::ranges::stable_sort(sorted,
                             [](const auto& x, const auto& y) { return x.first > y.first; });
    for (size_t a = 0; a < m; ++a) q[a] = std::move(sorted[a].second);
    return q;
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
