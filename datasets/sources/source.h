// SPDX-License-Identifier: MIT
//
// What makes the data of a task. Each source is one file here and one row of the table in
// source.cc; [source] of a task file says where bytes come from (`type`) and names the source: as
// `generator` when it needs no files, else as `format`.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/toml.h"
#include "datasets/dataset.h"
#include "datasets/missing.h"
#include "datasets/sources/files.h"
#include "datasets/task.h"
#include "datasets/trajectories.h"

namespace agon::datasets {

using core::TomlTable;

struct RowData {
  Dataset data;
  size_t test_rows = 0;               // at the end of data: the published test part
  Missing missing = Missing::refuse;  // what becomes of NaN in data
  std::vector<std::string> groups{};  // [rows] whose row it is, where the source knows: a speaker
};
using SourceData = std::variant<RowData, Trajectories>;  // as the source's kind says

// A [source] that was read and checked.
struct Recipe {
  // Reads every file once. Throws agon::Error(Exit::data) naming file, reason and fix.
  std::function<SourceData(TaskFiles& files)> load;
  bool test_part = false;  // the files hold a published test part
};

struct Source {
  std::span<const std::string_view> names;  // formats or generators; most sources have one
  Kind kind;
  bool files;                              // reads TaskInfo::files, else generates
  std::span<const std::string_view> keys;  // in [source], besides those that say where and what
  // Reads the values of `keys` and whatever else of the file is the source's own; info has the top
  // level, type and files. Throws agon::Error(Exit::usage) at file:line:column.
  Recipe (*read)(const TomlTable& top, TaskInfo& info);
  std::optional<Kind> also{};  // another kind of task that it can be read for
  // Part of the identity of its tasks: another one when it gives other data for the same files.
  std::string_view version{};

  bool serves(Kind wanted) const noexcept { return kind == wanted || also == wanted; }
};

// Reads [source] of `top` with the source it names; fills what info says of type and files.
Recipe read_source(const TomlTable& top, TaskInfo& info);

}  // namespace agon::datasets
