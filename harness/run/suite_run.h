// SPDX-License-Identifier: MIT
//
// One invocation of a suite: plan -> cells -> workers -> store -> report. Where the suite names the
// ruleset tuned, cells come in two waves: when every trial has ended the winners join the plan
// (../plan/tuning.h), in a resumed run at once where that was so before.
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "harness/plan/plan.h"
#include "harness/work/executor.h"

namespace agon::harness {

struct RunOptions {
  std::string output;  // "": a folder below runs/
  std::string executor = executor_names().front();
  std::filesystem::path executor_settings;  // a file, see ExecutorOptions
  unsigned jobs = 1, threads = 1;           // cells side by side, threads inside each; speed: one
  int64_t memory_mib = 0;
  double idle_s = kIdleS;
  bool fail_fast = false;
  bool retry = false;     // run failed cells again
  std::string signature;  // identifies the command, for resuming without -o
  std::string command;    // for provenance
  std::string
      options;  // that a command on one of its cells needs: --plugin, --data, --simd, limits
  std::vector<std::string> worker_arguments;
};

struct RunSummary {
  std::filesystem::path folder, report;
  // ran: cells that came to an end now; waiting: of the plan, without an end in this run or an
  // earlier one.
  size_t cells = 0, ran = 0, ok = 0, diverged = 0, failed = 0, skipped = 0, waiting = 0;
  std::set<std::string> tasks_in_error;  // ids: a cell on them ended with the status error
  size_t failed_before = 0;              // of the failed: in an earlier attempt, and not run again
  std::vector<std::string> warnings;     // of rules, see warnings.h
  ScheduleEnd end = ScheduleEnd::complete;
};

// Throws agon::Error (io: folder, store, report; the store or its folder was taken away while the
// run went on: the report is written all the same). The store keeps every finished cell whatever
// happens.
RunSummary run_suite(Plan plan, const datasets::Catalogue& catalogue, const RunOptions& options);

}  // namespace agon::harness
