// SPDX-License-Identifier: MIT
//
// Comparing two rules. Same seed means same data order, so differences are paired by seed.
//  - paired difference with its t interval: win, loss, or tie when the interval holds 0
//  - probability of improvement (Agarwal et al., NeurIPS 2021): mean over tasks of U / (n_x n_y),
//  the
//    chance that a random run of x beats a random run of y, ties counting half
//  - smallest attainable p: the exact two-sided rank-sum test of n against m runs cannot go below
//    2 / C(n + m, n): 0.1 at 3 against 3, 0.0079 at 5 against 5. Below that, "cannot be significant
//    at this n" is the honest sentence.
// Pure functions, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>

#include "reports/statistics/interval.h"
#include "reports/statistics/iqm.h"

namespace agon::reports {

enum class Outcome { win, tie, loss, unknown };  // unknown: fewer than two paired seeds

struct PairedDifference {
  MeanInterval difference;  // x - y over the seeds both have
  Outcome outcome = Outcome::unknown;
};
PairedDifference paired_difference(const std::map<uint64_t, double>& x,
                                   const std::map<uint64_t, double>& y);

// Share of pairs where x is larger, ties half; NaN when either is empty.
double probability_of_improvement(std::span<const double> x, std::span<const double> y);
// Mean over tasks with the stratified bootstrap interval. x and y list the same tasks.
Estimate probability_of_improvement(const TaskScores& x, const TaskScores& y,
                                    double confidence = 0.95, size_t resamples = kResamples);

double smallest_p(size_t n, size_t m);
// True when smallest_p(n, n) < alpha.
bool can_be_significant(size_t n, double alpha = 0.05);

}  // namespace agon::reports
