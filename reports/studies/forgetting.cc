// SPDX-License-Identifier: MIT
#include "reports/studies/forgetting.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "reports/claims/cells.h"
#include "reports/record/outcome.h"
#include "reports/report.h"

namespace agon::reports {
namespace {

template <typename Value>
std::vector<double> numbers(const std::vector<const CellRecord*>& runs, Value value) {
  std::vector<double> values;
  for (const CellRecord* run : runs) {
    if (const double v = value(*run); std::isfinite(v)) values.push_back(v);
  }
  return values;
}

ForgettingRow row_of(const Group& group) {
  ForgettingRow row;
  row.group = &group;
  for (const CellRecord* cell : group.cells) {
    if (cell->outcome.status == Status::skipped) {
      ++row.n_skipped;
      if (row.skipped.empty()) row.skipped = cell->outcome.status_detail;
    } else if (counts_as_failed(*cell)) {
      ++row.n_failed;
    } else {
      row.runs.push_back(cell);
      row.level = metric_of(*cell, "level_b");
      row.best_b = std::fmax(row.best_b, metric_of(*cell, "best_b"));
    }
  }
  const auto of = [&](std::string_view key) {
    return numbers(row.runs, [&](const CellRecord& run) { return metric_of(run, key); });
  };
  row.a_before = score_interval(of("a_before"));
  row.a_end = score_interval(of("end_a"));
  row.b_end = score_interval(of("end_b"));
  row.a_matched = score_interval(
      numbers(row.runs, [](const CellRecord& run) { return run.outcome.score_test; }));
  row.b_matched = score_interval(of("matched_b"));
  row.a_kept = mean_interval(of("a_kept"));
  row.samples = mean_interval(of("samples_to_match"));
  return row;
}

}  // namespace

ForgettingSpan span_of(std::span<const ForgettingRow* const> rows) {
  ForgettingSpan span;
  for (const ForgettingRow* row : rows) {
    if (row->n_matched() == 0) {
      if (!row->runs.empty()) span.never.push_back(row);
      continue;
    }
    if (span.most == nullptr || row->a_matched.mean > span.most->a_matched.mean) span.most = row;
    if (span.least == nullptr || row->a_matched.mean < span.least->a_matched.mean) span.least = row;
  }
  return span;
}

std::vector<ForgettingRow> forgetting_rows(std::span<const Group> groups) {
  std::vector<ForgettingRow> rows;
  for (const Group& group : groups) {
    if (group.id().mode == Mode::forgetting) rows.push_back(row_of(group));
  }
  return rows;
}

namespace {

// What is left of a first task; of several of them the first one in the plan.
std::string sentence(const ReportInput& input) {
  const std::vector<Group> groups = group_cells(input.records);
  const std::vector<ForgettingRow> all = forgetting_rows(groups);
  std::vector<std::string> tasks, parts;
  for (const ForgettingRow& row : all) {
    const std::string& task = row.group->id().task;
    if (std::ranges::find(tasks, task) == tasks.end()) tasks.push_back(task);
  }
  for (const std::string& task : tasks) {
    std::vector<const ForgettingRow*> rows;
    for (const ForgettingRow& row : all) {
      if (row.group->id().task == task) rows.push_back(&row);
    }
    const ForgettingSpan span = span_of(rows);
    if (span.most == nullptr) continue;
    std::string part =
        fmt::format("on {} from {:.2f} ({}) to {:.2f} ({})", task, span.least->a_matched.mean,
                    span.least->label(), span.most->a_matched.mean, span.most->label());
    if (!span.never.empty())
      part += fmt::format(", {} never learnt the second", counted(span.never.size(), "setting"));
    parts.push_back(std::move(part));
  }
  if (parts.empty()) return "";
  const size_t more = parts.size() - 1;
  return fmt::format(
      "Accuracy left of a first task when a second is first learnt: {}{}.", parts.front(),
      more == 0 ? "" : fmt::format("; the section has {} more", counted(more, "task")));
}

}  // namespace

Section forgetting_section(const PageInput& page);

StudyReport forgetting_report() {
  return {.kind = StudyKind::forgetting,
          .name = "forgetting",
          .mode = Mode::forgetting,
          .apart = true,
          .sentence = sentence,
          .sections = {forgetting_section},
          .lists = "forgetting"};
}

}  // namespace agon::reports
