// SPDX-License-Identifier: MIT
//
// A small process beside agon that ends what its rules started when agon itself is killed: it waits
// for the end of a pipe that only agon holds.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace agon::harness {

class Watcher {
 public:
  // Without room for one more process there is no watcher; the workers themselves still die with
  // agon.
  // group: of control groups, which ends with agon; "" for none.
  explicit Watcher(const std::filesystem::path& group);
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  pid_t pid() const noexcept { return pid_; }

 private:
  pid_t pid_ = -1;
  int pipe_ = -1;
};

// The watcher's own side: returns after the end of stdin, when nothing carries the mark any more.
int watch_for_parent(const std::string& mark, const std::filesystem::path& group);

}  // namespace agon::harness
