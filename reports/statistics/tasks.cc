// SPDX-License-Identifier: MIT
#include "reports/statistics/tasks.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace agon::reports {
namespace {

// x and y of the seeds that both have.
std::vector<std::pair<double, double>> paired(const SeedScores& x, const SeedScores& y) {
  std::vector<std::pair<double, double>> out;
  for (const auto& [seed, score] : x) {
    const auto it = y.find(seed);
    if (it != y.end()) out.emplace_back(score, it->second);
  }
  return out;
}

// The variance of the mean of these values.
double variance_of_mean(const std::vector<double>& values) {
  const MeanInterval mean = mean_interval(values);
  return mean.sd * mean.sd / static_cast<double>(mean.n);
}

TaskValue mean_value(const std::vector<double>& values) {
  return {mean_interval(values).mean, variance_of_mean(values), values.size()};
}

}  // namespace

TaskValue scaled_to_perfect(const SeedScores& x, double chance) {
  std::vector<double> values;
  for (const auto& [seed, score] : x) values.push_back((score - chance) / (1 - chance));
  return mean_value(values);
}

TaskValue scaled_to(const SeedScores& baseline, const SeedScores& x, double chance) {
  std::vector<double> own, unit, z;
  const auto pairs = paired(x, baseline);
  for (const auto& [score, base] : pairs) {
    own.push_back(score);
    unit.push_back(base);
  }
  const double span = mean_interval(unit).mean - chance;
  if (!(span > 0)) return {};
  const double value = (mean_interval(own).mean - chance) / span;
  for (const auto& [score, base] : pairs) z.push_back((score - value * base) / span);
  return {value, variance_of_mean(z), pairs.size()};
}

TaskValue scaled_difference(const SeedScores& x, const SeedScores& y, double span) {
  std::vector<double> values;
  for (const auto& [a, b] : paired(x, y)) values.push_back((a - b) / span);
  return mean_value(values);
}

TaskMean mean_of_tasks(std::span<const TaskValue> tasks) {
  TaskMean out;
  if (tasks.empty()) return out;
  const auto count = static_cast<double>(tasks.size());
  double sum = 0, variance = 0, squares = 0;
  size_t fewest = tasks.front().n;
  for (const TaskValue& task : tasks) {
    const double v = task.variance / (count * count);
    sum += task.value;
    variance += v;
    if (v > 0) squares += v * v / static_cast<double>(task.n - 1);
    fewest = std::min(fewest, task.n);
  }
  out.value = sum / count;
  if (std::isnan(variance)) return out;
  if (!(variance > 0)) {
    out.p = out.value == 0 ? 1 : smallest_p(fewest);
    return out;
  }
  const double error = std::sqrt(variance), df = variance * variance / squares;
  const double half = t_quantile(0.975, df) * error;
  out.ci = {out.value - half, out.value + half};
  out.p = t_two_sided(out.value / error, df);
  return out;
}

}  // namespace agon::reports
