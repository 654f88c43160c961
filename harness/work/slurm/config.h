// SPDX-License-Identifier: MIT
//
// How Slurm is asked for room: the file of --slurm.
//
//   [slurm]
//   partition = "main"          # all keys may be left out
//   account = "lab"
//   time = "02:00:00"           # of an element of the array, as sbatch takes it
//   memory_mib = 4000           # of an element; 0: the cluster's default
//   cpus_per_task = 2           # of an element; as many cells run side by side in it
//   cells_per_task = 50         # cells of an element: Slurm starts a few elements a second
//   at_once = 0                 # elements that may run at the same time; 0: any number
//   tries = 3                   # how often a cell is handed out whose element was lost
//   poll_s = 1.0                # seconds between two looks at the results
//   lines = ["--constraint=avx512"]         # more options of sbatch
//   speed_lines = ["--exclusive"]           # and those of the one element that measures speed
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace agon::harness {

struct SlurmConfig {
  std::string partition, account, time;
  int64_t memory_mib = 0, cpus_per_task = 1, cells_per_task = 50, at_once = 0, tries = 3;
  double poll_s = 1;
  std::vector<std::string> lines, speed_lines;
};

// Throws agon::Error(usage) for a missing file, an unknown key or a value out of range.
SlurmConfig read_slurm_config(const std::filesystem::path& file);

}  // namespace agon::harness
