// SPDX-License-Identifier: MIT
//
// The files of a task: embedded into the program, or in a folder under a data root.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/readers/file.h"
#include "datasets/task.h"

namespace agon::datasets {

// In the order of TaskInfo::files; a task that is generated has none. A name in a folder may be a
// pattern, "wav/*.wav": all files that fit it, by name. Threads: one object, one thread.
class TaskFiles {
 public:
  // Throws agon::Error(Exit::data) when one is missing.
  TaskFiles(const TaskInfo& info, std::span<const std::filesystem::path> roots);

  size_t size() const noexcept { return names_.size(); }
  const std::string& name(size_t i) const { return names_[i]; }  // for errors
  // Below the task's folder: "wav/a.wav"; embedded: its name.
  const std::string& inner_name(size_t i) const { return inner_[i]; }
  // All bytes, which are at most `most`. What is read is what is hashed: a file may change at any
  // time. Throws agon::Error(Exit::data), as read_bytes() and unpacked() do.
  std::string read(size_t i, uint64_t most = kMostFile);
  // Of a text, unpacked where it is gzip; at most kMostText.
  std::string text(size_t i);
  // Of the bytes of each file that were read, or else are there now. Throws as read does.
  std::vector<std::string> hashes() const;

 private:
  bool embedded_;
  std::vector<std::string> names_;  // in a folder: the path
  std::vector<std::string> inner_;
  std::vector<std::string> read_;  // hashes, "" before read
};

// Which file is missing where, a line break, and how to get it; nullopt when all are there. The
// files of different roots are not mixed. Throws nothing: a folder that cannot be entered counts as
// one without the file.
std::optional<std::string> missing_files(const TaskInfo& info,
                                         std::span<const std::filesystem::path> roots);

}  // namespace agon::datasets
