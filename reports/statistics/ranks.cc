// SPDX-License-Identifier: MIT
#include "reports/statistics/ranks.h"

#include <algorithm>
#include <numeric>

namespace agon::reports {

std::vector<double> mean_ranks(std::span<const double> values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, {}, [&](size_t i) { return values[i]; });
  std::vector<double> out(values.size());
  for (size_t first = 0; first < order.size();) {
    size_t end = first + 1;
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    for (size_t i = first; i < end; ++i) out[order[i]] = static_cast<double>(first + end + 1) / 2;
    first = end;
  }
  return out;
}

}  // namespace agon::reports
