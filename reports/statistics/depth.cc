// SPDX-License-Identifier: MIT
#include "reports/statistics/depth.h"

#include <algorithm>
#include <cmath>

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

const DepthPoint& reference_of(std::span<const DepthPoint> points) {
  const DepthPoint* best = &points.front();
  for (const DepthPoint& p : points) {
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

DepthMetrics depth_metrics(std::span<const DepthPoint> points, double chance) {
  DepthMetrics out;
  if (points.empty()) return out;
  const DepthPoint& reference = reference_of(points);
  out.reference = reference.depth;
  const double span = mean(reference) - chance;
  if (!(span > 0)) return out;
  for (const DepthPoint& p : points) out.retention.push_back(retention_of(p, reference, chance));
  out.auc = depth_auc(out.retention);
  if (reference.score_by_seed.size() < 2) return out;
  out.trainable = reference.depth;
  for (const Retention& r : out.retention) {
    if (r.depth <= reference.depth) continue;
    // Seeds that all lose the same have no interval, and nothing else to say than that.
    const double bound = r.ci.known() ? r.ci.low : r.n >= 2 ? r.value : kUnknown;
    if (!(bound >= kTrainableRetention)) break;
    out.trainable = r.depth;
  }
  out.trainable_censored = out.trainable == points.back().depth;
  return out;
}

}  // namespace agon::reports
