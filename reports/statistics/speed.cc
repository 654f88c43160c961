// SPDX-License-Identifier: MIT
#include "reports/statistics/speed.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <vector>

namespace agon::reports {

Throughput throughput(std::span<const double> repetitions, double confidence) {
  Throughput out;
  out.n = repetitions.size();
  if (repetitions.empty()) return out;
  std::vector<double> sorted(repetitions.begin(), repetitions.end());
  std::ranges::sort(sorted);
  const size_t n = sorted.size();
  out.median = n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
  if (n < 2) return out;
  // [x_(k), x_(n+1-k)] covers the median with probability 1 - 2 P(B <= k - 1), B ~ Binomial(n,
  // 1/2).
  const boost::math::binomial half(static_cast<double>(n), 0.5);
  const auto coverage = [&](size_t k) {
    return 1 - 2 * boost::math::cdf(half, static_cast<double>(k - 1));
  };
  size_t k = 1;
  while (k + 1 <= n / 2 && coverage(k + 1) >= confidence) ++k;
  out.ci = {sorted[k - 1], sorted[n - k]};
  out.confidence = coverage(k);
  return out;
}

SpeedRatio speed_ratio(const Throughput& a, const Throughput& b) {
  if (!(a.median > 0) || !(b.median > 0)) return {};
  return {a.median / b.median, {a.ci.low / b.ci.high, a.ci.high / b.ci.low}};
}

}  // namespace agon::reports
