// SPDX-License-Identifier: MIT
//
// Probability of improvement, paired: how often a run scores higher than the baseline's run of the
// same seed, ties half. It speaks of seeds on the same test rows. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <limits>
#include <span>

#include "reports/statistics/difference.h"
#include "reports/statistics/interval.h"

namespace agon::reports {

struct TaskPair {
  const SeedScores* x = nullptr;
  const SeedScores* y = nullptr;
};
struct Improvement {
  double value = std::numeric_limits<double>::quiet_NaN();  // mean over the tasks that have a pair
  size_t pairs = 0;                                         // seeds, summed over tasks
  Interval ci{};                                            // Wilson, 95 %
};
Improvement probability_of_improvement(std::span<const TaskPair> tasks);

}  // namespace agon::reports
