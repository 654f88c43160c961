// SPDX-License-Identifier: MIT
#include "reports/statistics/iqm.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "core/rng.h"

namespace agon::reports {
namespace {

// Reorders its argument.
double trimmed_mean(std::vector<double>& values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  const size_t cut = values.size() / 4;
  if (cut > 0) {
    const auto low = values.begin() + static_cast<ptrdiff_t>(cut);
    const auto high = values.end() - static_cast<ptrdiff_t>(cut);
    std::nth_element(values.begin(), low, values.end());
    std::nth_element(low, high, values.end());
  }
  double sum = 0;
  for (size_t i = cut; i < values.size() - cut; ++i) sum += values[i];
  return sum / static_cast<double>(values.size() - 2 * cut);
}

bool has_pair_of_seeds(const TaskScores& scores) {
  return std::ranges::any_of(scores, [](const auto& task) { return task.size() >= 2; });
}

Interval percentile_interval(std::vector<double>& draws, double confidence) {
  std::ranges::sort(draws);
  return {percentile(draws, 0.5 - confidence / 2), percentile(draws, 0.5 + confidence / 2)};
}

}  // namespace

double percentile(std::span<const double> sorted, double p) {
  if (sorted.empty()) return std::numeric_limits<double>::quiet_NaN();
  const double at = p * static_cast<double>(sorted.size() - 1);
  const auto i = std::min(static_cast<size_t>(at), sorted.size() - 1);
  const size_t j = std::min(i + 1, sorted.size() - 1);
  return sorted[i] + (at - static_cast<double>(i)) * (sorted[j] - sorted[i]);
}

double interquartile_mean(std::span<const double> values) {
  std::vector<double> copy(values.begin(), values.end());
  return trimmed_mean(copy);
}

double interquartile_mean(const TaskScores& scores) {
  std::vector<double> pool;
  for (const auto& task : scores) pool.insert(pool.end(), task.begin(), task.end());
  return trimmed_mean(pool);
}

Estimate iqm_estimate(const TaskScores& scores, double confidence, size_t resamples) {
  Estimate out{interquartile_mean(scores), {}};
  if (!has_pair_of_seeds(scores)) return out;
  core::Stream stream(kBootstrapSeed, 0);
  std::vector<double> draws, pool;
  for (size_t r = 0; r < resamples; ++r) {
    pool.clear();
    for (const auto& task : scores) {
      const auto n = static_cast<uint32_t>(task.size());
      for (uint32_t i = 0; i < n; ++i) pool.push_back(task[stream.below(n)]);
    }
    draws.push_back(trimmed_mean(pool));
  }
  out.ci = percentile_interval(draws, confidence);
  return out;
}

Estimate iqm_difference(const TaskScores& a, const TaskScores& b, double confidence,
                        size_t resamples) {
  if (a.size() != b.size()) throw std::invalid_argument("iqm_difference: other tasks");
  for (size_t t = 0; t < a.size(); ++t) {
    if (a[t].size() != b[t].size()) throw std::invalid_argument("iqm_difference: other seeds");
  }
  Estimate out{interquartile_mean(a) - interquartile_mean(b), {}};
  if (!has_pair_of_seeds(a)) return out;
  core::Stream stream(kBootstrapSeed, 1);
  std::vector<double> draws, pool_a, pool_b;
  for (size_t r = 0; r < resamples; ++r) {
    pool_a.clear();
    pool_b.clear();
    for (size_t t = 0; t < a.size(); ++t) {
      const auto n = static_cast<uint32_t>(a[t].size());
      for (uint32_t i = 0; i < n; ++i) {
        const uint32_t seed = stream.below(n);
        pool_a.push_back(a[t][seed]);
        pool_b.push_back(b[t][seed]);
      }
    }
    draws.push_back(trimmed_mean(pool_a) - trimmed_mean(pool_b));
  }
  out.ci = percentile_interval(draws, confidence);
  return out;
}

}  // namespace agon::reports
