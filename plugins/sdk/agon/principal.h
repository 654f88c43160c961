// SPDX-License-Identifier: MIT
//
// Principal axes of a covariance C [n x n], in double: subspace iteration from random axes, then
// Jacobi rotations inside the subspace. The same seed and stream give the same axes. Errors:
// RuleError. Thread: [model].
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "agon/ops.h"

namespace agon {

class PrincipalAxes {
 public:
  using Vector = std::vector<double>;

  // covariance: symmetric, row by row; it is not copied.
  PrincipalAxes(std::span<const double> covariance, size_t n) : covariance_(covariance), n_(n) {}

  // m orthonormal axes of the largest variance, largest first.
  std::vector<Vector> leading(const Context& ctx, uint64_t seed, uint64_t stream, size_t m) const {
    Matrix start(static_cast<int64_t>(m), static_cast<int64_t>(n_));
    ctx.random_normal(seed, stream, 1.0f, start);
    std::vector<Vector> q(m);
    for (size_t a = 0; a < m; ++a)
      q[a].assign(start.data(static_cast<int64_t>(a)), start.data(static_cast<int64_t>(a)) + n_);
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

  // The variance along v of length 1.
  double along(const Vector& v) const { return inner(v, times(v)); }

 private:
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

  std::span<const double> covariance_;
  size_t n_;
};

}  // namespace agon
