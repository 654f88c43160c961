// SPDX-License-Identifier: MIT
#include "reports/statistics/tasks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "reports/statistics/crossed.h"
#include "reports/statistics/limits.h"

namespace agon::reports {
namespace {

constexpr RowKind kSeedsOnly{true, TestedRows::all};

// One row a seed: the scores of the seeds that both have.
struct PairedScores {
  std::vector<double> x, y;
};
PairedScores paired_scores(const SeedScores& x, const SeedScores& y) {
  PairedScores out;
  for (const auto& [seed, score] : x) {
    const auto it = y.find(seed);
    if (it == y.end()) continue;
    out.x.push_back(score);
    out.y.push_back(it->second);
  }
  return out;
}

// scores outlives what is returned.
RowView column(const std::vector<double>& scores) { return {scores.size(), 1, scores}; }

// The variance of the mean of z; of binary outcomes with two rows appended, half a score each way.
TaskValue with_variance(double value, const RowView& z, double unit, RowKind kind) {
  TaskValue out;
  out.value = value;
  out.n = z.seeds;
  if (kind.test_rows == TestedRows::all || z.rows == 1) {
    const MeanInterval mean = mean_interval(seed_means(z));
    out.variance = mean.sd * mean.sd / static_cast<double>(z.seeds);
    if (z.seeds > 1) out.df = static_cast<double>(z.seeds - 1);
    return out;
  }
  const std::array<double, 2> added{-0.5 / unit, 0.5 / unit};
  const Crossed c = kind.binary ? crossed(z, added) : crossed(z);
  out.variance = c.variance;
  out.df = capped(c.df, z.seeds);
  return out;
}

double mean_of(const RowView& x) { return mean_interval(seed_means(x)).mean; }

}  // namespace

bool serves_as_unit(const RowScore& baseline, double chance) {
  return baseline.ci.low > chance + 0.05 * (1 - chance);
}

TaskValue normalised(const RowView& x, const RowView& baseline, double chance, RowKind kind) {
  const double unit = mean_of(baseline) - chance;
  if (!(unit > 0)) return {};
  const double value = (mean_of(x) - chance) / unit;
  RowTable z{x.seeds, x.rows, {}};
  z.values.reserve(x.values.size());
  // Less chance on both sides: the mean is 0, and the appended rows lie around it.
  for (size_t i = 0; i < x.values.size(); ++i)
    z.values.push_back((x.values[i] - chance - value * (baseline.values[i] - chance)) / unit);
  return with_variance(value, z, unit, kind);
}

TaskValue scaled_to_perfect(const RowView& x, double chance, RowKind kind) {
  const double unit = 1 - chance, mean = mean_of(x);
  RowTable z{x.seeds, x.rows, {}};
  z.values.reserve(x.values.size());
  for (const double v : x.values) z.values.push_back((v - mean) / unit);
  return with_variance((mean - chance) / unit, z, unit, kind);
}

TaskValue scaled_difference(const RowView& d, double span, RowKind kind) {
  RowTable z{d.seeds, d.rows, {}};
  z.values.reserve(d.values.size());
  for (const double v : d.values) z.values.push_back(v / span);
  return with_variance(mean_of(z), z, span, kind);
}

TaskValue scaled_to_perfect(const SeedScores& x, double chance) {
  const std::vector<double> scores = paired_scores(x, x).x;
  return scaled_to_perfect(column(scores), chance, kSeedsOnly);
}

TaskValue scaled_to(const SeedScores& baseline, const SeedScores& x, double chance) {
  const PairedScores pairs = paired_scores(x, baseline);
  return normalised(column(pairs.x), column(pairs.y), chance, kSeedsOnly);
}

TaskValue scaled_difference(const SeedScores& x, const SeedScores& y, double span) {
  const PairedScores pairs = paired_scores(x, y);
  return scaled_difference(minus(column(pairs.x), column(pairs.y)), span, kSeedsOnly);
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
    if (v > 0) squares += v * v / task.df;
    fewest = std::min(fewest, task.n);
  }
  out.value = sum / count;
  if (std::isnan(variance)) return out;
  if (!(variance > 0)) {
    out.p = out.value == 0 ? 1 : smallest_p(fewest);
    return out;
  }
  const double error = std::sqrt(variance);
  out.df = variance * variance / squares;
  const double half = t_quantile(0.975, out.df) * error;
  out.ci = {out.value - half, out.value + half};
  out.p = t_two_sided(out.value / error, out.df);
  return out;
}

TooNarrow too_narrow(bool runs_failed, size_t seeds, size_t tasks) {
  const bool few = runs_failed && seeds < 10;
  return {few && tasks < 5, few};
}

}  // namespace agon::reports
