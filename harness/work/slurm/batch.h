// SPDX-License-Identifier: MIT
//
// An element of a Slurm array: what it is given and what it answers, files of frames (wire.h) in the
// run's folder, so that nothing but that folder must be shared:
//
//   <n>.cells      a header, then a cell each; written by the run before it submits
//   <n>.results    appended by the element: {provenance}, {key, outcome, curve} ..., {end}
//
// A result counts when its frame is whole: neither the exit code of a job nor what Slurm says of it
// does. An element that is started again goes on behind the results that are there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/work/executor.h"
#include "harness/work/wire.h"

namespace agon::harness {

struct Batch {
  ExecutorOptions options;
  std::vector<ScheduledCell> cells;
};

// Throws agon::Error(Exit::io) for a full disk and the like; read_batch also for a file of another
// build, which reads fields otherwise.
void write_batch(const std::filesystem::path& file, const Batch& batch);
Batch read_batch(const std::filesystem::path& file);

struct BatchResult {
  std::string cell_key;
  reports::CellOutcome outcome;
  std::shared_ptr<const reports::Provenance> provenance;
};

// Follows a file of results that may not be there yet, and may grow.
class BatchResults {
 public:
  explicit BatchResults(std::filesystem::path file) : file_(std::move(file)) {}
  // What has been appended since the last call.
  std::vector<BatchResult> more();
  bool ended() const { return ended_; }      // the element has said that it is through
  bool damaged() const { return damaged_; }  // not what an element writes; what came before counts
  // Bytes of whole frames so far: a torn last one begins there.
  uint64_t whole() const { return whole_; }

 private:
  std::filesystem::path file_;
  uint64_t whole_ = 0;
  bool ended_ = false, damaged_ = false;
  std::shared_ptr<const reports::Provenance> provenance_;
};

// The element: runs the cells that have no result yet. Returns the exit code of its job: 0, or 75
// (EX_TEMPFAIL: start it again) when a signal ended it, with all that is finished written.
int run_batch(const std::filesystem::path& file);

}  // namespace agon::harness
