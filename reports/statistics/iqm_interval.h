// SPDX-License-Identifier: MIT
//
// Intervals of the interquartile mean over tasks, by Monte Carlo with a fixed seed: what other seeds
// and rows would give on these tasks, and what other tasks like these would. Pure functions, any
// thread.
#pragma once

#include <cstdint>
#include <span>

#include "reports/statistics/draws.h"
#include "reports/statistics/interval.h"
#include "reports/statistics/tasks.h"

namespace agon::reports {

// 95 %, for these tasks: every task's value plus its standard error times a draw of t. Unknown
// without a task, or where a variance is.
Interval iqm_interval(std::span<const TaskValue> tasks, size_t draws = kMonteCarloDraws,
                      uint64_t seed = kMonteCarloSeed);

// "Tasks like these (IQM, about 95 %)": tasks drawn with replacement, from the 1.5 to the 98.5
// percentile. Unknown below kTasksForIqm: then nothing is said about other tasks.
Interval iqm_of_tasks_like(std::span<const double> values, size_t draws = kMonteCarloDraws,
                           uint64_t seed = kMonteCarloSeed);

}  // namespace agon::reports
