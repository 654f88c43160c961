// SPDX-License-Identifier: MIT
//
// The mean of a few seeds and its Student t interval, m +- t(1 - alpha/2, n - 1) s / sqrt(n), by
// Boost.Math. One cell has few seeds, where the percentile bootstrap of a mean covers far less than
// it says (72 % instead of 95 % at n = 3), so the bootstrap is kept for aggregates over tasks
// (iqm.h). Pure functions, any thread.
#pragma once

#include <cstddef>
#include <limits>
#include <span>

namespace agon::reports {

struct Interval {
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
  // False for a missing (NaN) interval too.
  bool contains(double x) const noexcept { return low <= x && x <= high; }
  bool known() const noexcept { return low <= high; }
};

struct MeanInterval {
  size_t n = 0;
  double mean = std::numeric_limits<double>::quiet_NaN();
  double sd = std::numeric_limits<double>::quiet_NaN();  // n - 1 in the denominator, NaN for n < 2
  Interval ci{};                                         // NaN for n < 2
};

// Quantile of Student's t; p in (0, 1), degrees of freedom > 0.
double t_quantile(double p, double degrees_of_freedom);

// values: finite. confidence in (0, 1).
MeanInterval mean_interval(std::span<const double> values, double confidence = 0.95);

}  // namespace agon::reports
