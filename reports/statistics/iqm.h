// SPDX-License-Identifier: MIT
//
// Interquartile mean: the mean of the values left when floor(n / 4) are cut at each end (Agarwal,
// Schwarzer, Castro, Courville, Bellemare, "Deep RL at the edge of the statistical precipice",
// NeurIPS 2021, who pool runs; here the unit over tasks is the task, so that what is cut has a
// name). Pure functions, any thread.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace agon::reports {

// Fewer tasks than this, and cutting a quarter would drop a whole failed task in silence.
inline constexpr size_t kTasksForIqm = 8;

struct InterquartileMean {
  double value = std::numeric_limits<double>::quiet_NaN();  // NaN for no values
  std::vector<size_t> cut;  // indices of the values left out, the lowest first
};
InterquartileMean interquartile_mean(std::span<const double> values);

// Percentile (type 7, linear interpolation) of sorted values, p in [0, 1].
double percentile(std::span<const double> sorted, double p);

}  // namespace agon::reports
