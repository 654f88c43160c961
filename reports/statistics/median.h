// SPDX-License-Identifier: MIT
//
// The median and its distribution-free interval from order statistics (the k-th smallest and k-th
// largest value, k from the binomial distribution; Conover, "Practical nonparametric statistics",
// 1999, section 3.2). Few values cannot reach every confidence: the interval is then the full range
// and `confidence` says what it covers. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "reports/statistics/interval.h"

namespace agon::reports {

// Of at least one value; with an even number the mean of the middle two.
double median(std::vector<double> values);

struct MedianInterval {
  size_t n = 0;
  double median = std::numeric_limits<double>::quiet_NaN();
  Interval ci{};          // NaN for n < 2
  double confidence = 0;  // coverage of ci, at least the wish where n allows it
};
MedianInterval median_interval(std::span<const double> values, double confidence = 0.95);

}  // namespace agon::reports
