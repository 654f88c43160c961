// SPDX-License-Identifier: MIT
//
// The signed-rank test of Wilcoxon (1945) on the differences of task means, exact with ties: every
// sign pattern is counted. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <span>

namespace agon::reports {

struct SignedRanks {
  size_t n = 0;       // differences that are not 0; the others are dropped
  double w_plus = 0;  // sum of the ranks of those above 0
  double p = 1;       // two-sided; 1 where all are 0
};
// differences: finite. Time O(n^3): 60 tasks are a fraction of a millisecond.
SignedRanks wilcoxon(std::span<const double> differences);

}  // namespace agon::reports
