// SPDX-License-Identifier: MIT
//
// A way to run cells: takes what a plan asks for, brings every cell to an end and says so, in the
// calling thread. A new one (a cluster's queue) is a file beside scheduler.cc, which runs cells in
// worker processes of this machine.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "harness/plan/cell.h"
#include "reports/record/record.h"

namespace agon::harness {

struct ScheduledCell {
  size_t index = 0;    // place in the plan
  std::string plugin;  // unit of quarantine, and of a worker
  CellJob job;
};

struct ExecutorEvents {
  std::function<void(const ScheduledCell&)> started;
  std::function<void(const ScheduledCell&, double fraction)> progress;
  // Called once per cell; an exception from it ends the run once no cell is running.
  std::function<void(const ScheduledCell&, const reports::CellOutcome&)> finished;
  std::function<void()> tick;                    // about every 100 ms
  std::function<void(const std::string&)> note;  // what a person should know, a sentence
};

enum class ScheduleEnd { complete, interrupted, failed_fast };

class Executor {
 public:
  virtual ~Executor() = default;
  // Returns when every cell has come to its end or the run is stopped: SIGINT, SIGTERM, or the
  // first failure where that is asked for. Call it once.
  virtual ScheduleEnd run(std::span<const ScheduledCell> cells, const ExecutorEvents& events) = 0;
};

}  // namespace agon::harness
