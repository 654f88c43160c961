// SPDX-License-Identifier: MIT
//
// A line of a chart over the training: the mean over seeds of the curves of one setting. Pure, any
// thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "reports/sections/chart.h"
#include "reports/sections/page.h"

namespace agon::reports {

struct CurveGroup {
  std::string label;
  Look look;
  std::vector<const CellRecord*> runs;  // one per seed
  std::string rule{};
};

// A point of a run's curve: its place along the axis, its score.
struct CurveAt {
  double x = kNaN, score = kNaN;
};
using CurveOf = std::function<std::vector<CurveAt>(const CellRecord&)>;

// The curves of the group's runs at up to `points` of their places, first and last among them: mean
// over seeds, with the lowest and the highest seed as its interval. Places without a score, and
// those at or before 0, which have none on a logarithmic axis, are left out.
ChartSeries curve_series(const CurveGroup& group, const CurveOf& curve_of, size_t points);

}  // namespace agon::reports
