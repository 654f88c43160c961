// SPDX-License-Identifier: MIT
#include "reports/statistics/auroc.h"

#include <algorithm>
#include <cmath>

namespace agon::reports {
namespace {

// Share of `sorted` below x, ties half.
double share_below(const std::vector<double>& sorted, double x) {
  const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), x);
  const auto below = static_cast<double>(first - sorted.begin());
  const auto equal = static_cast<double>(last - first);
  return (below + equal / 2) / static_cast<double>(sorted.size());
}

}  // namespace

AurocValues auroc_values(std::span<const double> scores, std::span<const uint8_t> positive) {
  AurocValues out;
  std::vector<double> above, below;  // scores of the positive and of the negative rows
  for (size_t i = 0; i < scores.size(); ++i) {
    if (!std::isfinite(scores[i])) return out;
    (positive[i] != 0 ? above : below).push_back(scores[i]);
  }
  if (above.empty() || below.empty()) return out;
  std::ranges::sort(above);
  std::ranges::sort(below);
  std::vector<double> wins(scores.size());  // of each row over the other class
  double sum = 0;
  for (size_t i = 0; i < scores.size(); ++i) {
    wins[i] = positive[i] != 0 ? share_below(below, scores[i]) : 1 - share_below(above, scores[i]);
    if (positive[i] != 0) sum += wins[i];
  }
  out.auroc = sum / static_cast<double>(above.size());
  const auto m = static_cast<double>(scores.size());
  for (size_t i = 0; i < scores.size(); ++i) {
    const auto own = static_cast<double>(positive[i] != 0 ? above.size() : below.size());
    out.values.push_back(out.auroc + m / own * (wins[i] - out.auroc));
  }
  return out;
}

}  // namespace agon::reports
