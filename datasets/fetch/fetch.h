// SPDX-License-Identifier: MIT
//
// The files of a task into the cache: from its mirrors, or from a folder that somebody has. Nothing
// stands under its name there before its checksum was seen to be right.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "datasets/fetch/download.h"
#include "datasets/task.h"

namespace agon::datasets {

struct Fetched {
  enum class How { present, downloaded, imported };
  std::filesystem::path file;
  How how = How::present;
  bool verified = false;  // against a checksum; false: none is known
};

// What the caller shows and decides.
struct Listener {
  // `name` is being sent; false stops the fetch.
  std::function<bool(const std::string& name, uint64_t have, uint64_t total)> progress;
  // A mirror failed, or a file in the cache is not the right one.
  std::function<void(const std::string& text)> note;
};

// Names mirrors; without them files can only be imported.
bool is_fetchable(const TaskInfo& task);

// Puts every file of `task` that is not there yet into `cache`/<its folder>. With `from`, they are
// copies of files of that folder (or of its subfolder of the task's folder), all of which are
// checked before the first is copied. One fetch at a time works on a folder.
// Throws agon::Error: Exit::data when no mirror gave a file, none is known, or one of `from` is
// missing or has another checksum; Exit::io when the cache cannot be written or another process
// fetches there; Exit::interrupted.
std::vector<Fetched> fetch(const TaskInfo& task, const std::filesystem::path& cache,
                           const std::optional<std::filesystem::path>& from,
                           const Listener& listener);

}  // namespace agon::datasets
