// SPDX-License-Identifier: MIT
//
// Win, tie and loss: one table of comparisons, one criterion. p corrected by Benjamini and Hochberg
// over the whole table, below 0.05; from kSeedsToCompare seeds on, and none below, where no
// difference of one task could be significant. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "reports/statistics/corrections.h"
#include "reports/statistics/difference.h"
#include "reports/statistics/limits.h"

namespace agon::reports {

// unknown: too few paired seeds. tie: no difference shown, which is not that there is none.
enum class Outcome { win, tie, loss, unknown };
Outcome outcome_of(const Difference& difference, double corrected_p);

struct Judged {
  double corrected = std::numeric_limits<double>::quiet_NaN();
  Outcome outcome = Outcome::unknown;
  // Its interval excludes 0, but after the correction it is a tie: shown as a dot.
  bool alone_only = false;
};
struct JudgedTable {
  size_t comparisons = 0;  // that were corrected together: those of enough seeds
  std::vector<Judged> cells;
};
JudgedTable judge_table(std::span<const Difference> table);

}  // namespace agon::reports
