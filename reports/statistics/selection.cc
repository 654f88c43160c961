// SPDX-License-Identifier: MIT
#include "reports/statistics/selection.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <vector>

namespace agon::reports {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

double gain_of(const EpochScores& run) {
  double best = kUnknown, selected = kUnknown, validation = kUnknown;
  for (size_t e = 0; e < std::min(run.test.size(), run.validation.size()); ++e) {
    if (!std::isfinite(run.test[e]) || !std::isfinite(run.validation[e])) continue;
    if (!(run.test[e] <= best)) best = run.test[e];
    if (run.validation[e] < validation) continue;
    validation = run.validation[e];
    selected = run.test[e];
  }
  return best - selected;
}

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

size_t best_of_grid(std::span<const double> means) {
  const auto middle = [&](size_t i) {  // twice the distance from it
    const auto last = static_cast<int64_t>(means.size()) - 1;
    return std::abs(2 * static_cast<int64_t>(i) - last);
  };
  size_t best = 0;
  for (size_t i = 1; i < means.size(); ++i) {
    const bool tied = means[i] == means[best] || (std::isnan(means[i]) && std::isnan(means[best]));
    const bool better = std::isnan(means[best]) ? !std::isnan(means[i]) : means[i] > means[best];
    if (better || (tied && middle(i) < middle(best))) best = i;
  }
  return best;
}

double best_epoch_gain(std::span<const EpochScores> seeds) {
  std::vector<double> gains;
  for (const EpochScores& run : seeds) {
    const double gain = gain_of(run);
    if (!std::isnan(gain)) gains.push_back(gain);
  }
  return gains.empty() ? kUnknown : mean(gains);
}

double best_k_gain(std::span<const double> scores, size_t k) {
  if (k < 1 || k > scores.size()) return kUnknown;
  std::vector<double> sorted(scores.begin(), scores.end());
  std::ranges::sort(sorted, std::greater<>());
  return mean(std::span(sorted).first(k)) - mean(sorted);
}

double tuned_on_test_gain(std::span<const double> test_means, size_t chosen) {
  if (chosen >= test_means.size()) return kUnknown;
  return *std::ranges::max_element(test_means) - test_means[chosen];
}

}  // namespace agon::reports
