// SPDX-License-Identifier: MIT
//
// A score over several tasks: the mean of what each task gives, with a t interval over seeds only.
// Seeds are independent between tasks, so variances add, and the degrees of freedom are those of
// Welch and Satterthwaite. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <limits>
#include <span>

#include "reports/statistics/comparison.h"
#include "reports/statistics/interval.h"

namespace agon::reports {

// One task's part.
struct TaskValue {
  double value = std::numeric_limits<double>::quiet_NaN();
  double variance = std::numeric_limits<double>::quiet_NaN();  // of value; NaN for one seed
  size_t n = 0;                                                // seeds
};

// (P - c) / (1 - c) over the seeds of x.
TaskValue scaled_to_perfect(const SeedScores& x, double chance);
// N = (P - c) / (B - c) over the seeds that both have: the baseline's noise counts, by the
// linearisation z = (x - N b) / (B - c). NaN without a common seed, or where B is not above chance.
TaskValue scaled_to(const SeedScores& baseline, const SeedScores& x, double chance);
// mean(x - y) / span over the seeds that both have.
TaskValue scaled_difference(const SeedScores& x, const SeedScores& y, double span);

struct TaskMean {
  double value = std::numeric_limits<double>::quiet_NaN();
  Interval ci{};  // unknown where a task has one seed only, or no task has any spread
  double p = 1;   // of value = 0; without spread the smallest that the seeds allow
};
TaskMean mean_of_tasks(std::span<const TaskValue> tasks);

}  // namespace agon::reports
