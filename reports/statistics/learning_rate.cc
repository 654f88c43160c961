// SPDX-License-Identifier: MIT
#include "reports/statistics/learning_rate.h"

#include <algorithm>
#include <cmath>

namespace agon::reports {

Sensitivity lr_sensitivity(std::span<const double> losses, double loss_init) {
  Sensitivity out;
  if (losses.empty() || !std::isfinite(loss_init)) return out;
  double sum = 0, best = loss_init;
  for (const double loss : losses) {
    const double capped = std::isfinite(loss) ? std::min(loss, loss_init) : loss_init;
    sum += capped;
    best = std::min(best, capped);
  }
  out.lrs = sum / static_cast<double>(losses.size()) - best;
  out.learns = best < loss_init;
  out.normalised = out.learns ? out.lrs / (loss_init - best) : 1.0;
  return out;
}

std::vector<double> relative_performance(std::span<const double> scores, double chance) {
  double best = chance;
  for (const double score : scores) {
    if (std::isfinite(score)) best = std::max(best, score);
  }
  std::vector<double> out;
  for (const double score : scores) {
    const bool counts = best > chance && std::isfinite(score);
    out.push_back(counts ? std::max(0.0, score - chance) / (best - chance) : 0.0);
  }
  return out;
}

UsableWidth usable_width(std::span<const double> rates, std::span<const double> relative,
                         double level) {
  UsableWidth out;
  if (rates.empty() || rates.size() != relative.size()) return out;
  const auto best = static_cast<size_t>(std::ranges::max_element(relative) - relative.begin());
  if (relative[best] < level) return out;  // nothing beats chance
  // Where the curve crosses the level between an inside and an outside grid point, in log10 eta.
  const auto crossing = [&](size_t inside, size_t outside) {
    const double a = std::log10(rates[inside]), b = std::log10(rates[outside]);
    const double share = (relative[inside] - level) / (relative[inside] - relative[outside]);
    return a + share * (b - a);
  };
  size_t first = best, last = best;
  while (first > 0 && relative[first - 1] >= level) --first;
  while (last + 1 < rates.size() && relative[last + 1] >= level) ++last;
  out.low_at_edge = first == 0;
  out.high_at_edge = last + 1 == rates.size();
  const double low = out.low_at_edge ? std::log10(rates.front()) : crossing(first, first - 1);
  const double high = out.high_at_edge ? std::log10(rates.back()) : crossing(last, last + 1);
  out.decades = high - low;
  out.low = std::pow(10.0, low);
  out.high = std::pow(10.0, high);
  return out;
}

}  // namespace agon::reports
