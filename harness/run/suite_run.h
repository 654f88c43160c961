// SPDX-License-Identifier: MIT
//
// One invocation of a suite: plan -> cells -> workers -> store -> report.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/plan/plan.h"
#include "harness/run/scheduler.h"

namespace agon::harness {

struct RunOptions {
  std::string output;        // "": a folder below runs/
  unsigned jobs = 1;
  int64_t memory_mib = 0;
  bool fail_fast = false;
  bool retry = false;        // run failed cells again
  std::string signature;     // identifies the command, for resuming without -o
  std::string command;       // for provenance
  std::string options;       // that every command on this run needs: --plugin, --data
  std::vector<std::string> worker_arguments;
};

struct RunSummary {
  std::filesystem::path folder, report;
  size_t cells = 0, ran = 0, ok = 0, diverged = 0, failed = 0, skipped = 0;
  ScheduleEnd end = ScheduleEnd::complete;
};

// Throws agon::Error (io: folder, store, report). The store keeps every finished cell whatever happens.
RunSummary run_suite(const Plan& plan, const RunOptions& options);

}  // namespace agon::harness
