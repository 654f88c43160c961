// SPDX-License-Identifier: MIT
//
// A task file for files that somebody has: they are looked at, and every key of the draft says what
// was seen and what may be changed.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "datasets/task.h"

namespace agon::datasets {

struct DraftRequest {
  std::string id;
  std::vector<std::filesystem::path> from;  // one file, or those that belong together: x.npy, y.npy
  std::filesystem::path folder;             // where the task file will be; the data are below it
  std::string label{};                      // of a table: the column to predict; empty: found
};

// The task as Catalogue::load() takes it; TaskInfo::toml is the text to write, origin the place for
// it. Nothing is written. Throws agon::Error that names the thing, the reason and the fix: of files
// that cannot be read, are elsewhere, or hold nothing to learn.
TaskInfo draft_task(const DraftRequest& request);

}  // namespace agon::datasets
