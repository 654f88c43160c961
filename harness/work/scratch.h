// SPDX-License-Identifier: MIT
//
// A temporary folder of one child's own, which goes away with the child and, when agon is killed, with
// the watcher (watcher.h).
#pragma once

#include <filesystem>
#include <string>

namespace agon::harness {

class ScratchFolder {
 public:
  // Where there is no room for it, path() is empty, and the child has the folder of everybody.
  ScratchFolder() noexcept;
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

// Of this process, if its parent gave it one; else empty.
std::filesystem::path own_scratch();

// Removes the folders of the children of the process with this mark.
void remove_scratch_of(const std::string& mark) noexcept;

}  // namespace agon::harness
