// SPDX-License-Identifier: MIT
//
// One writer per run: an flock on "<file>.lock", held for the writer's life. The kernel drops it
// when the process dies in whatever way, so no stale lock ever has to be cleaned up by hand.
#pragma once

#include <filesystem>

namespace agon::reports {

class WriterLock {
 public:
  // Throws agon::Error(Exit::io): another process (named by its id) writes this run, or the lock
  // file cannot be made.
  explicit WriterLock(const std::filesystem::path& file);
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;
  ~WriterLock();  // removes the lock file

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
};

}  // namespace agon::reports
