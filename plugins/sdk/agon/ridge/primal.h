// SPDX-License-Identifier: MIT
//
// The primal form of agon/ridge.h, its equations (2) and (5). Thread: [model].
// Errors: RuleError.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "agon/ridge/gathered.h"
#include "agon/ridge/penalty.h"

namespace agon::ridge {

class Primal {
 public:
  Primal(Gathered& rows, Penalty& penalty) : of_(rows), penalty_(penalty) {}

  // W^T [d x c] of all rows.
  Doubles solve(const Context& ctx) {
    Part &outer = of_.parts[kOuter], &inner = of_.parts[kInner];
    for (Part& part : of_.parts) {
      of_.fold(ctx, part);
      mirror(part.gram, of_.d);
    }
    if (penalty_.open() && !penalty_.all()) {
      const Doubles m = of_.target_mean({kOuter});
      penalty_.choose(ctx, of_, [&](double lambda) {
        Doubles w;
        return regress(ctx, outer, m, lambda, w) ? squared_error(inner, m, w) : kUnsolved;
      });
    }
    add_to(inner.gram, outer.gram);
    add_to(inner.class_sum, outer.class_sum);
    add_to(inner.class_rows, outer.class_rows);
    if (of_.real) {
      add_to(inner.t_sum, outer.t_sum);
      add_to(inner.z_sum, outer.z_sum);
      outer.real_rows += inner.real_rows;
    }
    inner.gram = {};
    Doubles w;
    const Doubles m = of_.target_mean({kOuter});
    if (penalty_.open()) {
      penalty_.choose(ctx, of_, [&](double lambda) {
        if (!regress(ctx, outer, m, lambda, w)) return kUnsolved;
        for (double& v : w) v = static_cast<double>(static_cast<float>(v));
        return squared_error(outer, m, w);
      });
    }
    penalty_.raise_until(ctx, [&] { return regress(ctx, outer, m, penalty_.value(), w); });
    return w;
  }

 private:
  // C of (2) and (5): Z^T (t - m) [d x c].
  Doubles cross(const Part& part, const Doubles& m) const {
    Doubles sum(size(of_.d)), out(size(of_.d * of_.c));
    if (of_.real) {
      for (int64_t i = 0; i < of_.d; ++i) {
        for (int64_t k = 0; k < of_.c; ++k) {
          out[size(i * of_.c + k)] =
              part.class_sum[size(k * of_.d + i)] - m[size(k)] * part.z_sum[size(i)];
        }
      }
      return out;
    }
    for (int64_t k = 0; k < of_.c; ++k) {
      for (int64_t i = 0; i < of_.d; ++i) sum[size(i)] += part.class_sum[size(k * of_.d + i)];
    }
    for (int64_t i = 0; i < of_.d; ++i) {
      for (int64_t k = 0; k < of_.c; ++k) {
        out[size(i * of_.c + k)] =
            2.0 * part.class_sum[size(k * of_.d + i)] - (1.0 + m[size(k)]) * sum[size(i)];
      }
    }
    return out;
  }

  // (2) on one part: W^T [d x c] into w; false when the penalty is too small for the rounding of G.
  bool regress(const Context& ctx, const Part& part, const Doubles& m, double lambda,
               Doubles& w) const {
    w = cross(part, m);
    return ctx.solve_spd(part.gram, of_.d, lambda, w, of_.c);
  }

  // (5) for w [d x c].
  double squared_error(const Part& part, const Doubles& m, const Doubles& w) const {
    const size_t d = size(of_.d), c = size(of_.c);
    const Doubles products = cross(part, m);
    const double rows = static_cast<double>(part.rows());
    double error = of_.real ? part.t_square : 0.0;
    for (size_t k = 0; k < c; ++k) {  // sum (t - m)^2, for t^2 = 1 when they are classes
      const double t_sum =
          of_.real ? part.t_sum[k] : 2.0 * static_cast<double>(part.class_rows[k]) - rows;
      error += rows * ((of_.real ? 0.0 : 1.0) + m[k] * m[k]) - 2.0 * m[k] * t_sum;
    }
    Doubles gw(c);  // one row of G W^T
    for (size_t i = 0; i < d; ++i) {
      std::ranges::fill(gw, 0.0);
      for (size_t j = 0; j < d; ++j) {
        const double g = part.gram[i * d + j];
        for (size_t k = 0; k < c; ++k) gw[k] += g * w[j * c + k];
      }
      for (size_t k = 0; k < c; ++k) error += w[i * c + k] * (gw[k] - 2.0 * products[i * c + k]);
    }
    return error;
  }

  template <typename T>
  static void add_to(const std::vector<T>& from, std::vector<T>& to) {
    for (size_t i = 0; i < to.size(); ++i) to[i] += from[i];
  }

  Gathered& of_;
  Penalty& penalty_;
};

}  // namespace agon::ridge
