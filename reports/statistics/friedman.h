// SPDX-License-Identifier: MIT
//
// Rules over tasks by ranks: the test of Friedman (1937) with ties, in the form of Iman and
// Davenport (1980), and the critical difference of Nemenyi (1963); Demsar, "Statistical comparisons
// of classifiers over multiple data sets", JMLR 2006. For a drawing, never for a win. Pure
// functions, any thread.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace agon::reports {

inline constexpr size_t kTasksForFriedman = 6;  // to be printed

struct Friedman {
  size_t tasks = 0, rules = 0;
  std::vector<double> mean_ranks;  // of every rule, 1 = best
  double chi2 = std::numeric_limits<double>::quiet_NaN();
  double p_chi2 = std::numeric_limits<double>::quiet_NaN();
  double f = std::numeric_limits<double>::quiet_NaN();  // infinite for one order on all tasks
  double p_f = std::numeric_limits<double>::quiet_NaN();
};
// scores: [tasks x rules], higher is better; only tasks on which every rule has a score. Unknown
// below two tasks or two rules.
Friedman friedman(std::span<const double> scores, size_t rules);

struct CriticalDifference {
  double q = std::numeric_limits<double>::quiet_NaN();   // studentised range / sqrt 2
  double cd = std::numeric_limits<double>::quiet_NaN();  // of mean ranks
};
// Unknown below two rules or without a task. alpha in (0, 1).
CriticalDifference critical_difference(size_t rules, size_t tasks, double alpha = 0.05);

}  // namespace agon::reports
