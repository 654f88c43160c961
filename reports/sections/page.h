// SPDX-License-Identifier: MIT
//
// What every section reads, and words that several share. Pure functions, any thread.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/claims/claims.h"
#include "reports/report.h"
#include "reports/sections/section.h"
#include "reports/studies/sweep.h"
#include "reports/summary/group.h"
#include "reports/summary/summary.h"

namespace agon::reports {

struct StudyTask {
  std::string study, task;
  bool operator==(const StudyTask&) const = default;
};

struct PageInput {
  PageInput(const ReportInput& input, const Summary& summary);

  const ReportInput& input;
  const Summary& summary;
  const std::vector<ClaimResult> claims;
  const std::vector<Sweep> sweeps;
  const std::vector<Group> groups;  // of input.records

  // The run asks other questions than which rule is best: over a parameter, or what rules forget.
  bool ranks_nothing() const;
  Look look(const std::string& rule, const std::string& variant) const;
  bool is_control(const std::string& rule) const;
  // How labels are made, for the first section that has one of a setting; "" in any other.
  std::string label_note(std::string_view section) const;
  const TaskCard* task_card(const std::string& task) const;  // null without one
  // The title of a task's card, or its id.
  std::string task_title(const std::string& task) const;
  // The task's title, and the study's name unless it is the usual one.
  std::string title_of(const StudyTask& place, std::string_view usual) const;

 private:
  std::map<std::pair<std::string, std::string>, int> styles_;
};

// The rule's or setting's label with its look.
Text rule_text(const PageInput& page, const std::string& rule, const std::string& variant,
               const std::string& label);
// The y axis of scores: "accuracy on the test set", of free runs "1 / (1 + NRMSE) on the test set".
ChartAxis score_axis(const std::string& metric);
// Chance under its name: of trajectories it is the forecast that nothing changes.
ChartReference chance_reference(const std::string& metric, double chance);
inline constexpr size_t kMaxLines = 8;    // of a chart; more cannot be told apart
inline constexpr size_t kMostLines = 24;  // of a task; more nobody reads
// Which of lines that come so high are drawn, in their order: all, or the kMostLines highest.
std::vector<size_t> drawn_lines(std::span<const double> heights);
// " Drawn are the 24 of 300 lines that come highest; the CSV files have all.", "" where all are.
std::string drawn_note(size_t lines);
// Lines that one chart holds, in equal shares: nine are five and four, not eight and one.
template <typename Line>
struct ChartShare {
  std::span<const Line> lines;
  std::string part;  // ", lines 1 to 5 of 9", "" for all of them
};
template <typename Line>
std::vector<ChartShare<Line>> chart_shares(std::span<const Line> lines) {
  const size_t charts = (lines.size() + kMaxLines - 1) / kMaxLines;
  std::vector<ChartShare<Line>> out;
  for (size_t from = 0, share = 0; from < lines.size(); from += share) {
    share = std::min((lines.size() + charts - 1) / charts, lines.size() - from);
    out.push_back({lines.subspan(from, share), charts > 1
                                                   ? ", lines " + std::to_string(from + 1) +
                                                         " to " + std::to_string(from + share) +
                                                         " of " + std::to_string(lines.size())
                                                   : ""});
  }
  return out;
}
// Distinct values of a member of the rows that `use` accepts, in plan order.
template <typename Rows, typename Use, typename Get>
std::vector<std::string> distinct(const Rows& rows, Use use, Get get) {
  std::vector<std::string> out;
  for (const auto& row : rows) {
    if (!use(row)) continue;
    const std::string value = get(row);
    bool known = false;
    for (const std::string& v : out) known = known || v == value;
    if (!known) out.push_back(value);
  }
  return out;
}
// Studies and tasks of the rows that `use` accepts, in plan order.
template <typename Use>
std::vector<StudyTask> study_tasks(const PageInput& page, Use use) {
  std::vector<StudyTask> out;
  for (const SummaryRow& row : page.summary.rows) {
    const StudyTask place{row.study, row.task};
    if (use(row) && std::ranges::find(out, place) == out.end()) out.push_back(place);
  }
  return out;
}
// A study over another parameter has its own section.
bool speaks_of(const SummaryRow& row, std::string_view parameter);
// What the intervals of these rows' scores are called: kScoreInterval, kSeedsInterval, or the first
// with the tasks where it is the second and why.
std::string interval_words(const PageInput& page,
                           const std::function<bool(const SummaryRow&)>& use);
// "n = 3", "n = 3, 1 failed".
std::string runs_note(size_t n, size_t n_failed);

}  // namespace agon::reports
