// SPDX-License-Identifier: MIT
//
// The Bayesian signed-rank test of Benavoli, Corani, Demsar and Zaffalon, "Time for a change",
// JMLR 2017: how probable it is that a rule is practically equivalent to another, better or worse,
// as far as these tasks can say. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "reports/statistics/draws.h"

namespace agon::reports {

inline constexpr double kPracticallyEqual = 0.01;  // one point of the score
inline constexpr size_t kTasksForSignedRank = 5;   // to be printed
inline constexpr size_t kSignedRankDraws = 50000;  // Monte Carlo error at most .0022

struct Posterior {
  double worse = std::numeric_limits<double>::quiet_NaN();
  double equivalent = std::numeric_limits<double>::quiet_NaN();
  double better = std::numeric_limits<double>::quiet_NaN();
};
// differences: of the task means, on the scale of the score. region: half width of what counts as
// equal. Unknown without a task.
Posterior bayes_signed_rank(std::span<const double> differences, double region = kPracticallyEqual,
                            size_t draws = kSignedRankDraws, uint64_t seed = kMonteCarloSeed);

}  // namespace agon::reports
