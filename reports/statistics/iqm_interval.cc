// SPDX-License-Identifier: MIT
#include "reports/statistics/iqm_interval.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "reports/statistics/iqm.h"

namespace agon::reports {
namespace {

// interquartile_mean() without the names; reorders.
double trimmed_mean(std::vector<double>& values) {
  std::ranges::sort(values);
  const size_t cut = values.size() / 4, end = values.size() - cut;
  double sum = 0;
  for (size_t i = cut; i < end; ++i) sum += values[i];
  return sum / static_cast<double>(end - cut);
}

Interval percentiles(std::vector<double>& drawn, double low, double high) {
  std::ranges::sort(drawn);
  return {percentile(drawn, low), percentile(drawn, high)};
}

}  // namespace

Interval iqm_interval(std::span<const TaskValue> tasks, size_t draws, uint64_t seed) {
  const auto unknown = [](const TaskValue& t) {
    return std::isnan(t.value) || std::isnan(t.variance) || (t.variance > 0 && !(t.df > 0));
  };
  const auto certain = [](const TaskValue& t) { return t.variance == 0; };
  if (draws == 0 || std::ranges::any_of(tasks, unknown) || std::ranges::all_of(tasks, certain))
    return {};
  core::Stream stream(seed, 0);
  std::vector<double> drawn, values(tasks.size());
  drawn.reserve(draws);
  for (size_t k = 0; k < draws; ++k) {
    for (size_t t = 0; t < tasks.size(); ++t) {
      const double error = std::sqrt(tasks[t].variance);
      values[t] = tasks[t].value + (error > 0 ? error * draw_t(stream, tasks[t].df) : 0);
    }
    drawn.push_back(trimmed_mean(values));
  }
  return percentiles(drawn, 0.025, 0.975);
}

Interval iqm_of_tasks_like(std::span<const double> tasks, size_t draws, uint64_t seed) {
  if (draws == 0 || tasks.size() < kTasksForIqm) return {};
  core::Stream stream(seed, 1);
  std::vector<double> drawn, values(tasks.size());
  drawn.reserve(draws);
  for (size_t k = 0; k < draws; ++k) {
    for (double& v : values) v = tasks[stream.below(static_cast<uint32_t>(tasks.size()))];
    drawn.push_back(trimmed_mean(values));
  }
  return percentiles(drawn, 0.015, 0.985);
}

}  // namespace agon::reports
