// SPDX-License-Identifier: MIT
//
// A temporary folder of one child's own, which goes away with the child and, when agon is killed, with
// the watcher (watcher.h), or, where agon was killed before it had one, with a later agon.
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
  int lock_ = -1;  // of the folder, held as long as it is used
};

// Of this process, if its parent gave it one; else empty.
std::filesystem::path own_scratch();

// Removes the folders that no living agon holds, those of the last minute left out: they may be about to be.
void remove_abandoned_scratch() noexcept;

// Removes the folders of the children of the process with this mark.
void remove_scratch_of(const std::string& mark) noexcept;

}  // namespace agon::harness
