// SPDX-License-Identifier: MIT
//
// What a rule makes of few rows: its scores over the share of the training rows that it learns from.
//
//   kind = "data-efficiency"
//   shares = [0.05, 0.1, 0.2, 0.5, 1]   # ascending, above 0, at most 1
//
// Of every class, of rows with real targets of all, the same share of the training rows is taken,
// rounded, one at least, in an order that the cell's seed alone decides: the rows are the same for
// every rule, and those of a larger share hold those of a smaller one. Validation and test stay
// whole. A budget in epochs is so many passes over the share, so that updates shrink with the rows;
// one in updates stays as it is. There is no second fit on train + validation: rows for validation
// would outnumber those of a small share.
#include <fmt/format.h>

#include "core/error.h"
#include "harness/plan/study.h"
#include "harness/studies/part.h"
#include "harness/train/courses/kind.h"
#include "harness/train/protocols/train.h"

namespace agon::harness {
namespace {

constexpr std::string_view kShare = "share";

void read(const core::TomlTable& table, Study& study) {
  Condition share{std::string(kShare), {}};
  for (const core::TomlItem& item : table.list("shares", "shares")) {
    const auto refuse = [&](const char* reason, const char* fix) {
      throw Error(Exit::usage, item.where(), fmt::format("a share {}", reason), fix);
    };
    const auto value = item.as_number();
    if (!value || !(*value > 0) || !(*value <= 1))
      refuse("must be a number above 0 and at most 1", "write e.g. 0.2, and 1 for all rows");
    if (!share.values.empty() && !(*value > share.values.back()))
      refuse("does not ascend", "sort them, each once");
    share.values.push_back(*value);
  }
  study.conditions = {std::move(share)};
  if (table.has("refit") && study.refit) {
    throw Error(Exit::usage, table.item("refit").where(),
                "a study of kind data-efficiency fits no second model", "leave 'refit' out");
  }
  study.refit = false;
}

std::string refuses(const datasets::TaskInfo& task) {
  return course_kind(task).rows ? "" : "shares are of tasks of rows";
}

reports::CellOutcome train_on_share(const CellContext& cell) {
  const double share = cell.job->conditions.at(0).values.at(0);
  Additions some;
  some.part = [&](const std::vector<int32_t>& rows) {
    return part_of(
        rows, cell.task->data.labels, [&](int32_t) { return share; }, cell.job->seed);
  };
  return train_cell(cell, some);
}

}  // namespace

StudyType data_efficiency_study() {
  StudyType type{reports::StudyKind::data_efficiency, train_on_share};
  type.key = "shares";
  type.without = "trains on all rows";
  type.read = read;
  type.varies = kShare;
  type.refuses = refuses;
  return type;
}

}  // namespace agon::harness
