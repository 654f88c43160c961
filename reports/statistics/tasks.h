// SPDX-License-Identifier: MIT
//
// A score over several tasks: the mean of what each task gives, with a t interval. Seeds and rows
// are independent between tasks, so variances add, and the degrees of freedom are those of Welch
// and Satterthwaite. Says something about these tasks, nothing about others. Pure functions, any
// thread.
#pragma once

#include <cstddef>
#include <limits>
#include <span>

#include "reports/statistics/difference.h"
#include "reports/statistics/interval.h"
#include "reports/statistics/rows.h"
#include "reports/statistics/score.h"

namespace agon::reports {

// One task's part.
struct TaskValue {
  double value = std::numeric_limits<double>::quiet_NaN();
  double variance = std::numeric_limits<double>::quiet_NaN();  // of value
  size_t n = 0;                                                // seeds
  double df = std::numeric_limits<double>::quiet_NaN();        // of the variance
};

// Whether a baseline can serve as the unit of a task: the lower end of its score's interval exceeds
// c + 0.05 (1 - c).
bool serves_as_unit(const RowScore& baseline, double chance);

// x and baseline: the same seeds and rows, see paired().
// N = (P - c) / (B - c): the baseline's noise counts, by the linearisation z = (x - N b) / (B - c).
// Unknown where B is not above chance.
TaskValue normalised(const RowView& x, const RowView& baseline, double chance, RowKind kind);
// (P - c) / (1 - c).
TaskValue scaled_to_perfect(const RowView& x, double chance, RowKind kind);
// mean(x - y) / span, d = x - y.
TaskValue scaled_difference(const RowView& d, double span, RowKind kind);

// The same of scores, over seeds only.
TaskValue scaled_to_perfect(const SeedScores& x, double chance);
TaskValue scaled_to(const SeedScores& baseline, const SeedScores& x, double chance);
TaskValue scaled_difference(const SeedScores& x, const SeedScores& y, double span);

struct TaskMean {
  double value = std::numeric_limits<double>::quiet_NaN();
  Interval ci{};  // unknown where a task's variance is, or no task has any spread
  double p = 1;   // of value = 0; without spread the smallest that the seeds allow
  double df = std::numeric_limits<double>::quiet_NaN();  // NaN where ci is unknown
};
TaskMean mean_of_tasks(std::span<const TaskValue> tasks);

// Which intervals over tasks are too narrow, because some of its runs failed and the seeds are few.
struct TooNarrow {
  bool mean = false, iqm = false;
};
TooNarrow too_narrow(bool runs_failed, size_t seeds, size_t tasks);

}  // namespace agon::reports
