// SPDX-License-Identifier: MIT
//
// The mean of a few seeds and its Student t interval, m +- t(1 - alpha/2, n - 1) s / sqrt(n), by
// Boost.Math; the percentile bootstrap of a mean covers far less than it says (72 % instead of 95 %
// at n = 3). Seeds are all that such an interval speaks of: the test rows are the same for every
// seed, and what another sample of rows would have given is not in it. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string_view>

namespace agon::reports {

// What every interval of a mean over seeds is called, on the page and in the files.
inline constexpr std::string_view kSeedsInterval = "95 % t interval over seeds only";

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
  Interval ci{};  // NaN for n < 2, and where all values are equal: no spread is no certainty
};

// Quantile of Student's t; p in (0, 1), degrees of freedom > 0.
double t_quantile(double p, double degrees_of_freedom);
// P(|T| > |t|).
double t_two_sided(double t, double degrees_of_freedom);
// The part of an interval that numbers between these bounds can reach.
Interval within(const Interval& interval, double low, double high);

// values: finite. confidence in (0, 1).
MeanInterval mean_interval(std::span<const double> values, double confidence = 0.95);
// The same of scores, whose interval stays within 0 and 1 unless a score itself does not.
MeanInterval score_interval(std::span<const double> scores);

}  // namespace agon::reports
