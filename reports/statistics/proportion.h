// SPDX-License-Identifier: MIT
//
// Shares of few: the exact interval of Clopper and Pearson (1934), the score interval of Wilson
// (1927), and how many seeds did badly. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <limits>
#include <span>

#include "reports/statistics/interval.h"

namespace agon::reports {

// 95 %, of k out of n; unknown for n = 0.
Interval clopper_pearson(size_t k, size_t n);
// 95 %, of k out of n, k may be a half; unknown for n = 0.
Interval wilson(double k, double n);
// Wilson's interval of a share from `n` independent rows, t instead of a normal quantile.
Interval wilson_of_share(double share, double n, double t);

// Seeds that failed or ended below c + (max over seeds - c)/2. Rare bad seeds cannot be covered by
// an interval, because n good seeds do not show them; what can be said is how many there may be.
struct SeedsBelow {
  size_t below = 0, n = 0;
  double up_to = std::numeric_limits<double>::quiet_NaN();  // share, upper end of clopper_pearson()
};
// scores: one a seed, NaN for a failed run.
SeedsBelow seeds_below(std::span<const double> scores, double chance);

}  // namespace agon::reports
