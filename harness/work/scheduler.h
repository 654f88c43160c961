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

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "harness/work/cell_job.h"
#include "reports/record/record.h"

namespace agon::harness {

struct ScheduledCell {
  size_t index = 0;    // place in the plan
  std::string plugin;  // unit of quarantine, and of a worker
  CellJob job;
};

struct SchedulerOptions {
  unsigned jobs = 1;
  bool pinned = false;     // each worker on one CPU of its own: for speed cells, with jobs = 1
  int64_t memory_mib = 0;  // per worker, 0: no limit
  bool fail_fast = false;
  std::vector<std::string> worker_arguments;  // after "worker": data roots, SIMD target, ...
};

struct SchedulerEvents {
  std::function<void(const ScheduledCell&)> started;
  std::function<void(const ScheduledCell&, double fraction)> progress;
  // Called once per cell; an exception from it ends the run after the workers are gone.
  std::function<void(const ScheduledCell&, const reports::CellOutcome&)> finished;
  std::function<void()> tick;                    // about every 100 ms
  std::function<void(const std::string&)> note;  // what a person should know, a sentence
};

enum class ScheduleEnd { complete, interrupted, failed_fast };

inline constexpr double kLoadingLimitS = 120;

// A plugin with this many crashed cells runs no more of them.
inline constexpr size_t kQuarantineCrashes = 3;

// crashed_before: places in the plan of cells that crashed in an earlier attempt of the same run,
// by plugin. From a plugin's first crash on its cells run one at a time in plan order, so that
// which cells are quarantined does not depend on the number of jobs. Where the system has no room
// for so many processes, fewer cells run side by side; where there is none for 10 s, it throws
// NoRoom.
ScheduleEnd run_cells(std::span<const ScheduledCell> cells, const SchedulerOptions& options,
                      const SchedulerEvents& events,
                      const std::map<std::string, std::vector<size_t>>& crashed_before);

}  // namespace agon::harness
