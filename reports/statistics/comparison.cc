// SPDX-License-Identifier: MIT
#include "reports/statistics/comparison.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "core/rng.h"

namespace agon::reports {
namespace {

double mean_over_tasks(const TaskScores& x, const TaskScores& y) {
  double sum = 0;
  size_t tasks = 0;
  for (size_t t = 0; t < x.size(); ++t) {
    if (x[t].empty() || y[t].empty()) continue;
    sum += probability_of_improvement(x[t], y[t]);
    ++tasks;
  }
  return tasks == 0 ? std::numeric_limits<double>::quiet_NaN() : sum / static_cast<double>(tasks);
}

TaskScores resample(const TaskScores& scores, core::Stream& stream) {
  TaskScores out(scores.size());
  for (size_t t = 0; t < scores.size(); ++t) {
    const auto n = static_cast<uint32_t>(scores[t].size());
    for (uint32_t i = 0; i < n; ++i) out[t].push_back(scores[t][stream.below(n)]);
  }
  return out;
}

}  // namespace

PairedDifference paired_difference(const std::map<uint64_t, double>& x,
                                   const std::map<uint64_t, double>& y) {
  std::vector<double> differences;
  for (const auto& [seed, score] : x) {
    const auto it = y.find(seed);
    if (it != y.end()) differences.push_back(score - it->second);
  }
  PairedDifference out{mean_interval(differences), Outcome::unknown};
  if (differences.size() < 2) return out;
  const Interval& ci = out.difference.ci;
  out.outcome = ci.low > 0 ? Outcome::win : ci.high < 0 ? Outcome::loss : Outcome::tie;
  return out;
}

double probability_of_improvement(std::span<const double> x, std::span<const double> y) {
  double wins = 0;
  for (const double a : x) {
    for (const double b : y) wins += a > b ? 1.0 : a == b ? 0.5 : 0.0;
  }
  return x.empty() || y.empty() ? std::numeric_limits<double>::quiet_NaN()
                                : wins / static_cast<double>(x.size() * y.size());
}

Estimate probability_of_improvement(const TaskScores& x, const TaskScores& y, double confidence,
                                    size_t resamples) {
  if (x.size() != y.size()) throw std::invalid_argument("probability_of_improvement: other tasks");
  Estimate out{mean_over_tasks(x, y), {}};
  const auto few = [](const auto& task) { return task.size() < 2; };
  if (x.empty() || (std::ranges::all_of(x, few) && std::ranges::all_of(y, few))) return out;
  core::Stream stream(kBootstrapSeed, 2);
  std::vector<double> draws;
  for (size_t r = 0; r < resamples; ++r) {
    const TaskScores a = resample(x, stream);
    draws.push_back(mean_over_tasks(a, resample(y, stream)));
  }
  std::ranges::sort(draws);
  out.ci = {percentile(draws, 0.5 - confidence / 2), percentile(draws, 0.5 + confidence / 2)};
  return out;
}

double smallest_p(size_t n, size_t m) {
  if (n == 0 || m == 0) return 1;
  double one_order = 1;  // 1 / C(n + m, n)
  for (size_t i = 1; i <= n; ++i) one_order *= static_cast<double>(i) / static_cast<double>(m + i);
  return std::min(1.0, 2 * one_order);
}

bool can_be_significant(size_t n, double alpha) { return smallest_p(n, n) < alpha; }

}  // namespace agon::reports
