// SPDX-License-Identifier: MIT
//
// Runs cells in worker processes. One event loop in the calling (main) thread; workers serve many cells
// each and are replaced after a cell that did not end well, so that a broken rule costs its own cell only.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "harness/run/cell_job.h"
#include "reports/record.h"

namespace agon::harness {

struct ScheduledCell {
  size_t index = 0;    // place in the plan
  std::string plugin;  // unit of quarantine
  CellJob job;
};

struct SchedulerOptions {
  unsigned jobs = 1;
  bool pinned = false;       // each worker on one CPU of its own: for speed cells, with jobs = 1
  int64_t memory_mib = 0;    // per worker, 0: no limit
  bool fail_fast = false;
  std::vector<std::string> worker_arguments;  // after "worker": data roots, SIMD target, ...
};

struct SchedulerEvents {
  std::function<void(const ScheduledCell&)> started;
  std::function<void(const ScheduledCell&, double fraction)> progress;
  // Called once per cell; an exception from it ends the run after the workers are gone.
  std::function<void(const ScheduledCell&, const reports::CellOutcome&)> finished;
  std::function<void()> tick;  // about every 100 ms
};

enum class ScheduleEnd { complete, interrupted, failed_fast };

// A plugin with this many crashed cells runs no more of them.
inline constexpr size_t kQuarantineCrashes = 3;

// crashed_before: places in the plan of cells that crashed in an earlier attempt of the same run, by plugin.
// From a plugin's first crash on its cells run one at a time in plan order, so that which cells are
// quarantined does not depend on the number of jobs.
ScheduleEnd run_cells(std::span<const ScheduledCell> cells, const SchedulerOptions& options,
                      const SchedulerEvents& events,
                      const std::map<std::string, std::vector<size_t>>& crashed_before);

}  // namespace agon::harness
