// SPDX-License-Identifier: MIT
//
// What a rule makes of classes with few rows beside classes with many.
//
//   kind = "imbalance"
//   ratios = [1, 5, 20, 50]   # ascending, at least 1: training rows of the first class to those of the last
//
// The share of its training rows that a class keeps falls geometrically from 1 for the first class to
// 1 / ratio for the last; which rows those are the cell's seed alone decides (part.h). Validation and test
// stay whole and have as many rows of every class as they had, so that accuracy on them is not won by
// guessing the frequent class. There is no second fit on train + validation: rows for validation would
// undo the ratio.
#include <fmt/format.h>

#include <cmath>

#include "core/error.h"
#include "harness/plan/study.h"
#include "harness/studies/part.h"
#include "harness/train/protocols/train.h"

namespace agon::harness {
namespace {

constexpr std::string_view kRatio = "ratio";

void read(const core::TomlTable& table, Study& study) {
  Condition ratio{std::string(kRatio), {}};
  for (const core::TomlItem& item : table.list("ratios", "ratios")) {
    const auto refuse = [&](const char* reason, const char* fix) {
      throw Error(Exit::usage, item.where(), fmt::format("a ratio {}", reason), fix);
    };
    const auto value = item.as_number();
    if (!value || !std::isfinite(*value) || *value < 1)
      refuse("must be a number of at least 1", "write e.g. 50, and 1 for all rows");
    if (!ratio.values.empty() && !(*value > ratio.values.back()))
      refuse("does not ascend", "sort them, each once");
    ratio.values.push_back(*value);
  }
  study.conditions = {std::move(ratio)};
  if (table.has("refit") && study.refit) {
    throw Error(Exit::usage, table.item("refit").where(),
                "a study of kind imbalance fits no second model", "leave 'refit' out");
  }
  study.refit = false;
}

std::string refuses(const datasets::TaskInfo& task) {
  return task.kind() == datasets::Kind::classify ? "" : "ratios are of tasks with classes";
}

reports::CellOutcome train_imbalanced(const CellContext& cell) {
  const double ratio = cell.job->conditions.at(0).values.at(0);
  const datasets::Dataset& data = cell.task->data;
  Additions some;
  some.part = [&](const std::vector<int32_t>& rows) {
    const auto share = [&](int32_t label) {
      return std::pow(ratio, -static_cast<double>(label) / static_cast<double>(data.classes - 1));
    };
    return part_of(rows, data.labels, share, cell.job->seed);
  };
  return train_cell(cell, some);
}

}  // namespace

StudyType imbalance_study() {
  StudyType type{reports::StudyKind::imbalance, train_imbalanced};
  type.key = "ratios";
  type.without = "trains on all rows";
  type.read = read;
  type.varies = kRatio;
  type.refuses = refuses;
  return type;
}

}  // namespace agon::harness
