// SPDX-License-Identifier: MIT
#include "reports/statistics/wilcoxon.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "reports/statistics/ranks.h"

namespace agon::reports {

SignedRanks wilcoxon(std::span<const double> differences) {
  std::vector<double> sizes;
  std::vector<bool> positive;
  for (const double d : differences) {
    if (d == 0) continue;
    sizes.push_back(std::fabs(d));
    positive.push_back(d > 0);
  }
  SignedRanks out;
  out.n = sizes.size();
  if (out.n == 0) return out;
  const std::vector<double> ranks = mean_ranks(sizes);
  // share[w]: the share of sign patterns whose doubled sum of positive ranks is w.
  std::vector<double> share(out.n * (out.n + 1) + 1, 0.0);
  share[0] = 1;
  size_t top = 0, observed = 0;
  for (size_t i = 0; i < out.n; ++i) {
    const auto rank = static_cast<size_t>(std::lround(2 * ranks[i]));
    top += rank;
    if (positive[i]) observed += rank;
    for (size_t w = top + 1; w-- > 0;)
      share[w] = (share[w] + (w >= rank ? share[w - rank] : 0)) / 2;
  }
  double below = 0, above = 0;
  for (size_t w = 0; w <= top; ++w) {
    if (w <= observed) below += share[w];
    if (w >= observed) above += share[w];
  }
  out.w_plus = static_cast<double>(observed) / 2;
  out.p = std::min(1.0, 2 * std::min(below, above));
  return out;
}

}  // namespace agon::reports
