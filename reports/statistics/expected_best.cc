// SPDX-License-Identifier: MIT
#include "reports/statistics/expected_best.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

namespace agon::reports {

double expected_best(std::span<const double> values, size_t k) {
  return expected_best(values, values, k);
}

double expected_best(std::span<const double> test, std::span<const double> validation, size_t k) {
  const size_t n = test.size();
  if (k < 1 || k > n || validation.size() != n) return std::numeric_limits<double>::quiet_NaN();
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, {}, [&](size_t i) { return validation[i]; });
  // C(j-1, k-1) / C(n, k), the share of subsets whose best is the j-th, from j = n down.
  double share = static_cast<double>(k) / static_cast<double>(n), sum = 0;
  for (size_t j = n; j >= k; --j) {
    sum += share * test[order[j - 1]];
    if (j > 1) share *= static_cast<double>(j - k) / static_cast<double>(j - 1);
  }
  return sum;
}

}  // namespace agon::reports
