// SPDX-License-Identifier: MIT
//
// A line of a chart over the training: the mean over seeds of the curves of one setting. Pure, any
// thread.
#pragma once

#include <string>
#include <vector>

#include "reports/render/chart.h"
#include "reports/render/panels.h"

namespace agon::reports {

enum class Against { epochs, samples, seconds };

struct CurveGroup {
  std::string label;
  Look look;
  std::vector<const CellRecord*> runs;  // one per seed
};

// The score of the group's curves at up to `points` of their places, first and last among them: mean
// over seeds, with the lowest and the highest seed as its interval. Places without a number of the
// score, and those before training, which have none on a logarithmic axis, are left out.
ChartSeries curve_series(const CurveGroup& group, double CurvePoint::*score, Against against,
                         size_t points);

}  // namespace agon::reports
