// SPDX-License-Identifier: MIT
//
// Where the files of a task with source "folder" are.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "datasets/task.h"

namespace agon::datasets {

struct Located {
  std::vector<std::filesystem::path> files;  // one per TaskInfo::files, empty when any is missing
  std::string reason, fix;                   // why it is empty, and what to do
};

// The first root whose folder has all files; files of different roots are not mixed. Throws
// nothing: a folder that cannot be entered counts as one without the file.
Located locate(const TaskInfo& info, std::span<const std::filesystem::path> roots);

}  // namespace agon::datasets
