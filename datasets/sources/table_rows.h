// SPDX-License-Identifier: MIT
//
// Rows with labels or targets out of tables of text: which column is the answer, which are numbers, which
// become one input for each of their categories.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/readers/table.h"
#include "datasets/sources/source.h"

namespace agon::datasets {

// A file that was opened; `walk` may be called more than once.
struct Table {
  std::string name;
  std::vector<Column> columns;
  std::function<void(const Visit&)> walk;
};

// Keys of [source] of any table:
//   label        name of the label's column, or its number from 1; default the last
//   target       the same for the column of real targets, of a task that regresses
//   labels       texts of the classes in order; default numbers by value, other texts by alphabet
//   skip         names of columns that are no inputs
//   categorical  names of columns to read as categories; those without a number are anyway
//   group        name of a column that says whose row it is, for [split]; no input
//   missing      "refuse" (default), "mean" or "median" of the training rows; a missing category is
//                0 in all of its column's inputs
inline constexpr std::array<std::string_view, 7> kTableKeys = {
    "label", "target", "labels", "skip", "categorical", "group", "missing"};

// A file of one format: its text, unpacked, which the table keeps, and its name for messages.
using OpenTable =
    std::function<Table(std::shared_ptr<const std::string> text, const std::string& name)>;

// Of one table, or of a training and a test part with the same columns. A column whose cells are
// all numbers is one input, one without any number gives an input per category (by alphabet); a
// mixture is an error, as are other input counts than the shape's and other classes than declared:
// loading throws agon::Error(Exit::data) at file:line. Throws agon::Error(Exit::usage) for more
// files and for keys of another kind of task.
Recipe table_recipe(const TomlTable& source, const TaskInfo& info, OpenTable open);

}  // namespace agon::datasets
