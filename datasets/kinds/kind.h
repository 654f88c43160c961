// SPDX-License-Identifier: MIT
//
// What a task file says of one kind of task. Each kind is one file here, one row of the table in
// kind.cc and one struct of KindInfo, all in the same order; how it is learnt is in
// harness/train/courses.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/toml.h"
#include "datasets/metrics.h"
#include "datasets/task.h"
#include "datasets/task_file.h"

namespace agon::datasets {

struct TaskKind {
  std::string_view name;                   // as in task files
  std::string_view chance;                 // what scores the chance level, for people
  std::span<const std::string_view> keys;  // of the top level, besides those of every kind
  // The kind's own values of the top level, into info.of.
  void (*read)(const TomlTable& top, const Metric& scored, TaskInfo& info);
  // What stands beside [source], once that is read: the split.
  void (*read_parts)(const TomlTable& top, TaskFile& file);
  std::vector<Fact> (*facts)(const TaskInfo& info);
};

const TaskKind& task_kind(Kind kind) noexcept;

}  // namespace agon::datasets
