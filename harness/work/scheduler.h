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

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/work/executor.h"

namespace agon::harness {

struct LocalOptions {
  unsigned jobs = 1;
  bool pinned = false;     // each worker on one CPU of its own: for speed cells, with jobs = 1
  int64_t memory_mib = 0;  // per worker, 0: no limit
  bool fail_fast = false;
  std::vector<std::string> worker_arguments;  // after "worker": data roots, SIMD target, ...
  // Places in the plan of cells that crashed in an earlier attempt of the same run, by plugin.
  std::map<std::string, std::vector<size_t>> crashed_before;
};

inline constexpr double kLoadingLimitS = 120;

// A plugin with this many crashed cells runs no more of them.
inline constexpr size_t kQuarantineCrashes = 3;

// From a plugin's first crash on its cells run one at a time in plan order, so that which cells are
// quarantined does not depend on the number of jobs. Where the system has no room for so many
// processes, fewer cells run side by side; where there is none for 10 s, run() throws NoRoom.
std::unique_ptr<Executor> local_executor(LocalOptions options);

}  // namespace agon::harness
