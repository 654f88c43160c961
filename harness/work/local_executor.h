// SPDX-License-Identifier: MIT
//
// Runs cells in worker processes, one event loop in the calling (main) thread. A worker serves
// cells of one plugin only and is replaced after a cell that did not end well or left something
// behind in the process, so that a broken rule costs its own cells only. A speed cell has a worker
// of its own.
//
// Limits: a cell's timeout_s counts from the moment its data and plugin are loaded; loading may
// take kLoadingLimitS, or the cell's limit if that is longer. Time in which this process was itself
// stopped or held up does not count.
#pragma once

#include <memory>

#include "harness/work/executor.h"

namespace agon::harness {

inline constexpr double kLoadingLimitS = 120;

// A plugin that crashes is held back, see quarantine.h. Where the system has no room for so many
// processes, fewer cells run side by side; where there is none for 10 s, run() throws NoRoom.
std::unique_ptr<Executor> local_executor(ExecutorOptions options);

}  // namespace agon::harness
