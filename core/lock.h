// SPDX-License-Identifier: MIT
//
// One writer per file: an flock on "<file>.lock", held for the writer's life. The kernel drops it
// when the process dies in whatever way, so no stale lock ever has to be cleaned up by hand.
#pragma once

#include <filesystem>
#include <string>

namespace agon::core {

class WriterLock {
 public:
  // What errors say: "another agon (process 7) " + doing, and where else one could write.
  struct Words {
    std::string doing;      // "is writing this run"
    std::string elsewhere;  // "give another folder with -o"
  };
  // Throws agon::Error(Exit::io): another process (named by its id) holds it, or the lock file
  // cannot be made.
  WriterLock(const std::filesystem::path& file, const Words& words);
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;
  ~WriterLock();  // removes the lock file

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
};

}  // namespace agon::core
