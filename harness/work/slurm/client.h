// SPDX-License-Identifier: MIT
//
// Slurm's commands: sbatch, squeue, scancel. No shell sees a word of theirs. One thread.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace agon::harness {

struct ArrayJob {
  std::filesystem::path script;      // what an element runs
  std::vector<std::string> options;  // of sbatch
};

// The id of the array. Throws agon::Error(Exit::io) with what Slurm says when it refuses.
std::string submit(const ArrayJob& job);

// Which elements of the array wait or run; none for an array that Slurm no longer knows. Nothing when
// Slurm does not answer. What it holds because it could not be launched is cancelled.
std::optional<std::set<size_t>> queued(const std::string& id);

// An array or "<array>_<element>". Quietly: what is gone needs no end.
void cancel(const std::string& id);

// How the element ended as far as Slurm knows, "NODE_FAIL"; "" when it does not.
std::string state_of(const std::string& id, size_t element);

}  // namespace agon::harness
