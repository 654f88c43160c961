// SPDX-License-Identifier: MIT
#include "reports/statistics/median.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>

namespace agon::reports {

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

MedianInterval median_interval(std::span<const double> values, double confidence) {
  MedianInterval out;
  out.n = values.size();
  if (values.empty()) return out;
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  const size_t n = sorted.size();
  out.median = median(sorted);
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

}  // namespace agon::reports
