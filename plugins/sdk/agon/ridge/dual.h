// SPDX-License-Identifier: MIT
//
// The dual form of agon/ridge.h, its equation (3). The rows are the outer part's, then the inner
// part's. Thread: [model].
// Errors: RuleError.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "agon/ridge/gathered.h"
#include "agon/ridge/penalty.h"

namespace agon::ridge {

class Dual {
 public:
  Dual(Gathered& rows, Penalty& penalty) : of_(rows), penalty_(penalty) {}

  // W^T [d x c] of all rows.
  Doubles solve(const Context& ctx) {
    const int64_t outer = of_.parts[kOuter].kept, n = outer + of_.parts[kInner].kept;
    const Doubles k = kernel(ctx);
    const Doubles m = of_.target_mean({kOuter, kInner});
    Doubles a;
    if (penalty_.open() && penalty_.all()) {
      const Doubles t = targets(n, m);
      penalty_.choose(ctx, of_, [&](double lambda) {
        a = t;
        return ctx.solve_spd(k, n, lambda, a, of_.c) ? own_error(ctx, weights_of(a), t) : kUnsolved;
      });
    }
    if (penalty_.open()) {
      Doubles k_outer(size(outer * outer));
      for (int64_t r = 0; r < outer; ++r)
        std::copy_n(k.data() + r * n, outer, k_outer.data() + r * outer);
      const Doubles m_outer = of_.target_mean({kOuter});
      const Doubles t = targets(n, m_outer);
      penalty_.choose(ctx, of_, [&](double lambda) {
        a = targets(outer, m_outer);
        const bool solved = ctx.solve_spd(k_outer, outer, lambda, a, of_.c);
        return solved ? squared_error(k, n, a, t) : kUnsolved;
      });
    }
    penalty_.raise_until(ctx, [&] {
      a = targets(n, m);
      return ctx.solve_spd(k, n, penalty_.value(), a, of_.c);
    });
    return weights_of(a);
  }

 private:
  // K = Z Z^T [n x n].
  Doubles kernel(const Context& ctx) {
    const int64_t outer = of_.parts[kOuter].kept, n = outer + of_.parts[kInner].kept;
    Doubles k(size(n * n));
    Matrix products(kBlock, outer);
    for (const size_t p : {kOuter, kInner}) {
      Part& part = of_.parts[p];
      const int64_t first = p == kOuter ? 0 : outer;
      for (int64_t r0 = 0; r0 < part.kept; r0 += kBlock) {
        const int64_t r1 = std::min(r0 + kBlock, part.kept);
        double* const block = k.data() + (first + r0) * n;
        if (p == kInner)
          add_products(ctx, part, r0, r1, of_.parts[kOuter], outer, products, block, n);
        add_products(ctx, part, r0, r1, part, r1, products, block + first, n);
      }
    }
    mirror(k, n);
    return k;
  }

  // to [r1 - r0 x rows], n doubles from row to row, += rows [r0, r1) of a times the first rows of
  // b.
  void add_products(const Context& ctx, Part& a, int64_t r0, int64_t r1, Part& b, int64_t rows,
                    Matrix& products, double* to, int64_t n) const {
    const View out{products.data(), r1 - r0, rows, products.stride()};
    ctx.stop_if_asked();
    for (int64_t left = 0; left < of_.d; left += kChunk) {
      const int64_t right = std::min(left + kChunk, of_.d);
      ctx.gemm_nt(cut(a.z, r0, r1, left, right), cut(b.z, 0, rows, left, right), out);
      ctx.vectorised([&] {
        for (int64_t i = 0; i < out.rows; ++i) {
          const float* const from = out.data + i * out.stride;
          double* const __restrict sums = to + i * n;
          for (int64_t j = 0; j < rows; ++j) sums[j] += from[j];
        }
      });
    }
  }

  // t - m of the first rows [rows x c].
  Doubles targets(int64_t rows, const Doubles& m) const {
    Doubles t(size(rows * of_.c));
    for (int64_t r = 0; r < rows; ++r) {
      const float* const real = of_.real ? target_of(r) : nullptr;
      const int64_t label = of_.real ? -1 : label_of(r);
      for (int64_t k = 0; k < of_.c; ++k) {
        const double v = of_.real ? real[k] : k == label ? 1.0 : -1.0;
        t[size(r * of_.c + k)] = v - m[size(k)];
      }
    }
    return t;
  }
  const float* target_of(int64_t r) const {
    const int64_t outer = of_.parts[kOuter].kept;
    return r < outer ? of_.parts[kOuter].targets.data() + r * of_.c
                     : of_.parts[kInner].targets.data() + (r - outer) * of_.c;
  }
  int64_t label_of(int64_t r) const {
    const int64_t outer = of_.parts[kOuter].kept;
    return r < outer ? of_.parts[kOuter].labels[size(r)]
                     : of_.parts[kInner].labels[size(r - outer)];
  }

  // (4): a [outer x c] on the outer rows, t - m [n x c] of all rows.
  double squared_error(const Doubles& k, int64_t n, const Doubles& a, const Doubles& t) const {
    const size_t c = size(of_.c), outer = a.size() / c;
    double error = 0;
    Doubles y(c);
    for (size_t r = outer; r < size(n); ++r) {
      std::ranges::fill(y, 0.0);
      for (size_t j = 0; j < outer; ++j) {
        for (size_t q = 0; q < c; ++q) y[q] += k[r * size(n) + j] * a[j * c + q];
      }
      for (size_t q = 0; q < c; ++q) error += (y[q] - t[r * c + q]) * (y[q] - t[r * c + q]);
    }
    return error;
  }

  // sum |z W^T - (t - m)|^2 over all rows, the products in floats as predict makes them; w [d x c].
  double own_error(const Context& ctx, const Doubles& w, const Doubles& t) {
    const size_t c = size(of_.c);
    Matrix weights(of_.c, of_.d), y(kBlock, of_.c);
    for (size_t k = 0; k < c; ++k) {
      for (size_t i = 0; i < size(of_.d); ++i)
        weights.row(static_cast<int64_t>(k))[i] = static_cast<float>(w[i * c + k]);
    }
    double error = 0;
    const double* want = t.data();
    for (Part& part : of_.parts) {
      for (int64_t r0 = 0; r0 < part.kept; r0 += kBlock) {
        const int64_t r1 = std::min(r0 + kBlock, part.kept);
        ctx.gemm_nt(cut(part.z, r0, r1, 0, of_.d), weights, y.top(r1 - r0));
        for (int64_t r = 0; r < r1 - r0; ++r) {
          for (const float v : y.row(r)) {
            const double off = static_cast<double>(v) - *want++;
            error += off * off;
          }
        }
      }
    }
    return error;
  }

  // W^T = Z^T a [d x c].
  Doubles weights_of(const Doubles& a) const {
    const size_t c = size(of_.c);
    Doubles w(size(of_.d) * c);
    const double* row_a = a.data();
    for (const Part& part : of_.parts) {
      for (int64_t r = 0; r < part.kept; ++r, row_a += c) {
        const std::span<const float> z = part.z.row(r);
        for (size_t i = 0; i < z.size(); ++i) {
          for (size_t k = 0; k < c; ++k) w[i * c + k] += z[i] * row_a[k];
        }
      }
    }
    return w;
  }

  Gathered& of_;
  Penalty& penalty_;
};

}  // namespace agon::ridge
