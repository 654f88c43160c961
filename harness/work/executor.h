// SPDX-License-Identifier: MIT
//
// A way to run cells: takes what a plan asks for, brings every cell to an end and says so, in the
// calling thread. A new one (a cluster's queue) is a file beside local_executor.cc, which runs cells in
// worker processes of this machine, and a row of executors.cc.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "harness/plan/cell.h"
#include "reports/record/record.h"

namespace agon::harness {

struct ScheduledCell {
  size_t index = 0;    // place in the plan
  std::string plugin;  // unit of quarantine, and of a worker
  CellJob job;
};

struct FinishedCell {
  const ScheduledCell* cell = nullptr;
  reports::CellOutcome outcome;
  std::shared_ptr<const reports::Provenance> provenance = nullptr;  // null: this process's
};

struct ExecutorEvents {
  std::function<void(const ScheduledCell&)> started;
  std::function<void(const ScheduledCell&, double fraction)> progress;
  // Called with the cells whose end became known together, so that they can be kept together; once
  // per cell. An exception from it ends the run once no cell is running.
  std::function<void(std::span<const FinishedCell>)> finished;
  std::function<void()> tick;                    // about every 100 ms
  std::function<void(const std::string&)> note;  // what a person should know, a sentence
};

inline constexpr double kIdleS = 60;

enum class ScheduleEnd { complete, interrupted, failed_fast };

struct ExecutorOptions {
  unsigned jobs = 1;     // cells side by side
  unsigned threads = 1;  // inside each; the last cells get those of the jobs that have none left
  bool pinned = false;   // to one CPU, where cells take turns: for speed cells, whatever jobs says
  int64_t memory_mib = 0;  // per worker, 0: its share of the machine's (memory_share.h)
  double idle_s = kIdleS;  // a cell that does nothing at all for so long is ended
  bool fail_fast = false;
  std::vector<std::string> worker_arguments;  // after "worker": data roots, SIMD target, ...
  std::filesystem::path folder;               // of the run, for what an executor keeps there
  std::filesystem::path settings;             // a file of the executor's own; "": its defaults
  // Places in the plan of cells that crashed in an earlier attempt of the same run, by plugin.
  std::map<std::string, std::vector<size_t>> crashed_before;
};

class Executor {
 public:
  virtual ~Executor() = default;
  // Returns when every cell has come to its end or the run is stopped: SIGINT, SIGTERM, or the
  // first failure where that is asked for. Call it once.
  virtual ScheduleEnd run(std::span<const ScheduledCell> cells, const ExecutorEvents& events) = 0;
};

// The ways by name; the first is the default.
std::vector<std::string> executor_names();
// Throws agon::Error(Exit::usage) for a name that there is not.
std::unique_ptr<Executor> make_executor(const std::string& name, ExecutorOptions options);

}  // namespace agon::harness
