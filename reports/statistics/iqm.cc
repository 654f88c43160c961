// SPDX-License-Identifier: MIT
#include "reports/statistics/iqm.h"

#include <algorithm>
#include <numeric>

namespace agon::reports {

InterquartileMean interquartile_mean(std::span<const double> values) {
  InterquartileMean out;
  if (values.empty()) return out;
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, {}, [&](size_t i) { return values[i]; });
  const size_t cut = values.size() / 4, end = values.size() - cut;
  double sum = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    if (i < cut || i >= end) {
      out.cut.push_back(order[i]);
    } else {
      sum += values[order[i]];
    }
  }
  out.value = sum / static_cast<double>(end - cut);
  return out;
}

double percentile(std::span<const double> sorted, double p) {
  if (sorted.empty()) return std::numeric_limits<double>::quiet_NaN();
  const double at = p * static_cast<double>(sorted.size() - 1);
  const auto i = std::min(static_cast<size_t>(at), sorted.size() - 1);
  const size_t j = std::min(i + 1, sorted.size() - 1);
  return sorted[i] + (at - static_cast<double>(i)) * (sorted[j] - sorted[i]);
}

}  // namespace agon::reports
