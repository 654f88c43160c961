// SPDX-License-Identifier: MIT
//
// The child's side of a run: reads jobs from stdin, runs them one at a time, writes events to
// descriptor 3. It serves the cells of one plugin and keeps the data sets it has loaded.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/plugins/whereabouts.h"

namespace agon::harness {

struct WorkerOptions {
  std::vector<std::filesystem::path> data_roots;
  std::vector<std::filesystem::path> task_folders;  // the environment is not asked again
  bool pin = false;                                 // to the last CPU of this process's set
  bool memory_limited = false;
  int64_t share_mib = 0;               // of the machine's memory, 0: not limited; for messages
  Whereabouts* whereabouts = nullptr;  // where the parent looks when this process is gone
};

// Returns when stdin ends.
int run_worker(const WorkerOptions& options);

}  // namespace agon::harness
