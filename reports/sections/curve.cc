// SPDX-License-Identifier: MIT
#include "reports/sections/curve.h"

#include <algorithm>
#include <cmath>

#include "reports/statistics/interval.h"

namespace agon::reports {
namespace {

// At most `points` of the places 0 .. length - 1, first and last among them, denser at the start,
// where curves rise.
std::vector<size_t> kept_places(size_t length, size_t points) {
  std::vector<size_t> out;
  for (size_t k = 0; k < std::min(points, length); ++k) {
    if (length <= points) {
      out.push_back(k);
      continue;
    }
    const double t = static_cast<double>(k) / static_cast<double>(points - 1);
    const auto i =
        static_cast<size_t>(std::lround(std::pow(t, 1.5) * static_cast<double>(length - 1)));
    if (out.empty() || i > out.back()) out.push_back(i);
  }
  return out;
}

}  // namespace

ChartSeries curve_series(const CurveGroup& group, const CurveOf& curve_of, size_t points) {
  ChartSeries series{group.label, group.look.style, group.look.open, true, {}, group.rule};
  size_t length = 0;
  std::vector<std::vector<CurveAt>> curves;
  for (const CellRecord* run : group.runs)
    length = std::max(length, curves.emplace_back(curve_of(*run)).size());
  for (const size_t i : kept_places(length, points)) {
    std::vector<double> scores, positions;
    for (const std::vector<CurveAt>& curve : curves) {
      if (i >= curve.size()) continue;  // stopped earlier, e.g. diverged
      if (!std::isfinite(curve[i].score)) continue;
      scores.push_back(curve[i].score);
      positions.push_back(curve[i].x);
    }
    if (scores.empty()) continue;
    double x = 0;
    for (const double v : positions) x += v / static_cast<double>(positions.size());
    if (x <= 0) continue;  // no place on a logarithmic axis
    const MeanInterval mean = mean_interval(scores);
    const auto [low, high] = std::ranges::minmax(scores);
    const bool band = scores.size() > 1;
    series.points.push_back(
        {x, mean.mean, band ? low : kNaN, band ? high : kNaN, {}, runs_note(scores.size(), 0)});
  }
  return series;
}

}  // namespace agon::reports
