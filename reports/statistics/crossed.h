// SPDX-License-Identifier: MIT
//
// The mean of a seeds x rows matrix and its variance, when both the seeds and the rows are samples:
// mean squares of a crossed design without replication (Cornfield and Tukey, "Average values of
// mean squares in factorials", 1956) and Satterthwaite's degrees of freedom (1946). Pure functions,
// any thread.
#pragma once

#include <limits>
#include <span>

#include "reports/statistics/rows.h"

namespace agon::reports {

struct Crossed {
  double mean = std::numeric_limits<double>::quiet_NaN();
  // Mean squares; NaN where one seed or one row leaves none.
  double ms_seeds = std::numeric_limits<double>::quiet_NaN();
  double ms_rows = std::numeric_limits<double>::quiet_NaN();
  double ms_residual = std::numeric_limits<double>::quiet_NaN();
  // Of the mean. Of one seed the rows alone speak, of one row the seeds; NaN of one value.
  double variance = std::numeric_limits<double>::quiet_NaN();
  double df = std::numeric_limits<double>::quiet_NaN();  // infinite where variance is 0
};

// added: values of rows that are appended, each the same for every seed.
Crossed crossed(const RowView& x, std::span<const double> added = {});

// Degrees of freedom for an interval: what the rows lend is at most twice what the seeds have.
double capped(double df, size_t seeds);

// var(mean) = seeds/n + rows/m + residual/(nm) of n seeds and m rows.
struct Components {
  double seeds = 0, rows = 0, residual = 0;
};
// NaN unless there are two seeds and two rows.
Components components(const RowView& x);

}  // namespace agon::reports
