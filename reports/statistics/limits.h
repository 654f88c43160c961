// SPDX-License-Identifier: MIT
//
// What cannot be significant, whatever the numbers say: the smallest p that a test can give from so
// many seeds, rows or tasks. Pure functions, any thread.
#pragma once

#include <cstddef>

#include "reports/statistics/rows.h"

namespace agon::reports {

inline constexpr double kSignificant = 0.05;
inline constexpr size_t kSeedsToCompare = 5;

// 2 / C(2n, n), of an exact rank-sum test of n against n seeds: 0.1 at 3 seeds, 0.0079 at 5.
double smallest_p(size_t seeds);
// 2^(1-n), at most 1, of an exact sign or signed-rank test of n test rows that differ, or n tasks.
double smallest_signed_p(size_t n);

// The floor under the p of a difference: by the test rows that differ, or by the seeds.
double floor_of(size_t seeds, size_t discordant_rows, TestedRows test_rows);

enum class Never {
  no,     // it can be
  seeds,  // fewer than kSeedsToCompare
  rows,   // too few test rows differ
  tasks   // too few tasks for a signed-rank test
};
// Not significant ever: said instead of a symbol.
Never never_significant(size_t seeds, size_t discordant_rows, TestedRows test_rows);
// The signed-rank test over so many tasks, of which `comparisons` are corrected after Holm.
Never never_significant_over(size_t tasks, size_t comparisons = 1);
// Not significant on its own in a table of so many comparisons: only beside others that are.
bool never_alone(double floor, size_t comparisons);

}  // namespace agon::reports
