// SPDX-License-Identifier: MIT
//
// One TOML file of datasets/tasks/, read and checked.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "datasets/phases.h"
#include "datasets/scaling.h"
#include "datasets/sources/source.h"
#include "datasets/split.h"
#include "datasets/task.h"

namespace agon::datasets {

struct TaskFile {
  TaskInfo info;
  Recipe source;
  SplitRule split;  // of rows
  InputScaling scaling = InputScaling::none;
  std::optional<PhaseRule> phases{};  // of a task that is two
};

// `name` is for errors. Throws agon::Error(Exit::usage) at name:line:column for a syntax error, an
// unknown or missing key (with the nearest valid one), a value of the wrong type or out of range,
// and parts that do not fit each other.
TaskFile parse_task_file(std::string_view text, const std::string& name);

}  // namespace agon::datasets
