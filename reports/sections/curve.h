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
};

// Where a point of a run's curve stands along the axis.
using CurvePlace = std::function<double(const CellRecord&, const CurvePoint&)>;

// The score of the group's curves at up to `points` of their places, first and last among them:
// mean over seeds, with the lowest and the highest seed as its interval. Places without a number of
// the score, and those at or before 0, which have none on a logarithmic axis, are left out.
ChartSeries curve_series(const CurveGroup& group, double CurvePoint::*score,
                         const CurvePlace& place, size_t points);

}  // namespace agon::reports
