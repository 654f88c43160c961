// SPDX-License-Identifier: MIT
//
// Comparing two rules. Same seed means same data order, so everything is paired by seed, and says
// what other seeds would do on the same test rows.
//  - difference: the mean over the seeds that both have, its t interval and its p. The p is never
//    below 2 / C(2n, n), the smallest of an exact rank-sum test: seeds that happen to agree to the
//    last row prove little. All differences equal: no interval, and that smallest p, or 1 at 0.
//  - One criterion for win, tie and loss: p corrected by Benjamini and Hochberg (1995) over a whole
//    table, below 0.05; from kSeedsToCompare seeds on, and none below, where no difference of one
//    task could be significant.
//  - Holm (1979) for the few comparisons that make a group of best rules.
// Pure functions, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <vector>

#include "reports/statistics/interval.h"

namespace agon::reports {

inline constexpr double kSignificant = 0.05;
inline constexpr size_t kSeedsToCompare = 5;

using SeedScores = std::map<uint64_t, double>;

// unknown: too few paired seeds. tie: no difference shown, which is not that there is none.
enum class Outcome { win, tie, loss, unknown };

struct Difference {
  size_t n = 0;  // paired seeds
  double mean = std::numeric_limits<double>::quiet_NaN();
  Interval ci{};                                        // of this comparison alone
  double p = std::numeric_limits<double>::quiet_NaN();  // NaN for n < 2
};
// x - y of scores between 0 and 1.
Difference difference(const SeedScores& x, const SeedScores& y);

// Share of the paired seeds where x is larger, ties half; NaN without a pair.
double share_ahead(const SeedScores& x, const SeedScores& y);

// 2 / C(2n, n): 0.1 at 3 seeds, 0.0079 at 5.
double smallest_p(size_t n);

// The p of every comparison of a table, corrected for all of them; p holds no NaN.
std::vector<double> benjamini_hochberg(std::span<const double> p);
std::vector<double> holm(std::span<const double> p);

Outcome outcome_of(const Difference& difference, double corrected_p);

}  // namespace agon::reports
