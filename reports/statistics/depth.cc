// SPDX-License-Identifier: MIT
#include "reports/statistics/depth.h"

#include <algorithm>
#include <cmath>

#include "reports/statistics/tasks.h"

namespace agon::reports {
namespace {

constexpr int64_t kShallow = 2;  // hidden layers of the reference, at most
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

std::vector<double> scores(const DepthPoint& point) {
  std::vector<double> out;
  for (const auto& [seed, score] : point.score_by_seed) out.push_back(score);
  return out;
}

double mean(const DepthPoint& point) { return mean_interval(scores(point)).mean; }
double mean(const DepthRuns& point) { return mean_interval(seed_means(table_of(point.runs))).mean; }

size_t seeds(const DepthPoint& point) { return point.score_by_seed.size(); }
size_t seeds(const DepthRuns& point) { return point.runs.by_seed.size(); }

template <typename Point>
const Point& reference_of(std::span<const Point> points) {
  const Point* best = &points.front();
  for (const Point& p : points) {
    if (p.depth <= kShallow && mean(p) > mean(*best)) best = &p;
  }
  return *best;
}

Retention retention_of(const DepthPoint& point, const DepthPoint& reference, double chance) {
  const double span = mean(reference) - chance;
  Retention out;
  out.depth = point.depth;
  std::vector<double> differences;
  for (const auto& [seed, score] : point.score_by_seed) {
    const auto it = reference.score_by_seed.find(seed);
    if (it != reference.score_by_seed.end()) differences.push_back(score - it->second);
  }
  if (differences.empty()) {  // other seeds: the plain ratio of means, without an interval
    out.value = 1 + (mean(point) - mean(reference)) / span;
    return out;
  }
  const MeanInterval d = mean_interval(differences);
  out.value = 1 + d.mean / span;
  out.n = d.n;
  // A score lies between 0 and 1.
  out.ci = within({1 + d.ci.low / span, 1 + d.ci.high / span}, -chance / span, (1 - chance) / span);
  return out;
}

Retention retention_of(const DepthRuns& point, const DepthRuns& reference, double chance,
                       RowKind kind) {
  Retention out;
  out.depth = point.depth;
  const double span = mean(reference) - chance;
  const PairedRuns pair = paired(point.runs, reference.runs);
  if (pair.x.seeds == 0) {
    out.value = (mean(point) - chance) / span;
    return out;
  }
  const TaskValue ratio = normalised(pair.x, pair.y, chance, kind);
  out.value = ratio.value;
  out.n = ratio.n;
  // The reference against itself is 1 by definition.
  if (point.depth == reference.depth || !(ratio.variance > 0)) return out;
  const double half = t_quantile(0.975, ratio.df) * std::sqrt(ratio.variance);
  out.ci = within({out.value - half, out.value + half}, -chance / span, (1 - chance) / span);
  return out;
}

template <typename Point, typename RetentionOf>
DepthMetrics metrics_of(std::span<const Point> points, double chance, size_t least_seeds,
                        RetentionOf retention) {
  DepthMetrics out;
  if (points.empty()) return out;
  const Point& reference = reference_of(points);
  out.reference = reference.depth;
  if (!(mean(reference) - chance > 0)) return out;
  for (const Point& p : points) out.retention.push_back(retention(p, reference));
  out.auc = depth_auc(out.retention);
  if (seeds(reference) < least_seeds) return out;
  std::vector<int64_t> depths;
  std::vector<double> lower;
  for (const Retention& r : out.retention) {
    depths.push_back(r.depth);
    // What does not vary has no interval, and nothing else to say than that.
    lower.push_back(r.ci.known() ? r.ci.low : r.n >= least_seeds ? r.value : kUnknown);
  }
  const TrainableDepth trainable = trainable_depth(depths, lower, out.reference);
  out.trainable = trainable.depth;
  out.trainable_censored = trainable.at_least;
  return out;
}

}  // namespace

double depth_auc(std::span<const Retention> curve) {
  std::vector<std::pair<double, double>> points;  // log2 d, clipped R
  for (const Retention& r : curve) {
    if (r.depth >= 1)
      points.emplace_back(std::log2(static_cast<double>(r.depth)), std::clamp(r.value, 0.0, 1.0));
  }
  if (points.empty()) return std::numeric_limits<double>::quiet_NaN();
  constexpr double kRounding = 1e-9;
  double sum = 0;
  size_t count = 0, right = 0;
  for (double x = points.front().first; x <= points.back().first + kRounding; x += 1) {
    while (right < points.size() && points[right].first < x - kRounding) ++right;
    const auto [x1, y1] = points[std::min(right, points.size() - 1)];
    double y = y1;
    if (right > 0 && x1 > x + kRounding) {
      const auto [x0, y0] = points[right - 1];
      y = y0 + (x - x0) / (x1 - x0) * (y1 - y0);
    }
    sum += y;
    ++count;
  }
  return sum / static_cast<double>(count);
}

TrainableDepth trainable_depth(std::span<const int64_t> depths, std::span<const double> lower,
                               int64_t reference, double level) {
  TrainableDepth out;
  for (size_t i = 0; i < depths.size(); ++i) {
    if (depths[i] < reference) continue;
    if (depths[i] > reference && (out.depth < 0 || !(lower[i] >= level))) break;
    out = {depths[i], i + 1 == depths.size()};
  }
  return out;
}

DepthMetrics depth_metrics(std::span<const DepthPoint> points, double chance) {
  return metrics_of(points, chance, 2, [&](const DepthPoint& p, const DepthPoint& reference) {
    return retention_of(p, reference, chance);
  });
}

DepthMetrics depth_metrics(std::span<const DepthRuns> points, double chance, RowKind kind) {
  // Test rows that are a sample say something of one seed too.
  const size_t least_seeds = kind.test_rows == TestedRows::all ? 2 : 1;
  return metrics_of(points, chance, least_seeds,
                    [&](const DepthRuns& p, const DepthRuns& reference) {
                      return retention_of(p, reference, chance, kind);
                    });
}

}  // namespace agon::reports
