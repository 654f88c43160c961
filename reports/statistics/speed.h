// SPDX-License-Identifier: MIT
//
// Throughput: the median of repetitions and its distribution-free interval from order statistics
// (the k-th smallest and k-th largest value, k from the binomial distribution; Conover, "Practical
// nonparametric statistics", 1999, section 3.2). Few repetitions cannot reach 99 %: the interval is
// then the full range and `confidence` says what it covers. Pure functions, any thread.
#pragma once

#include <limits>
#include <span>

#include "reports/statistics/interval.h"

namespace agon::reports {

inline constexpr double kSpeedConfidence = 0.99;

struct Throughput {
  size_t n = 0;
  double median = std::numeric_limits<double>::quiet_NaN();  // samples per second
  Interval ci{};
  double confidence = 0;  // coverage of ci, at least the wish where n allows it
};
Throughput throughput(std::span<const double> repetitions, double confidence = kSpeedConfidence);

struct SpeedRatio {
  double value = std::numeric_limits<double>::quiet_NaN();  // a over b
  Interval ci{};  // [a.low / b.high, a.high / b.low]: conservative
};
SpeedRatio speed_ratio(const Throughput& a, const Throughput& b);

}  // namespace agon::reports
