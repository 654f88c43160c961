// SPDX-License-Identifier: MIT
#include "reports/sections/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "reports/text.h"

namespace agon::reports {

PageInput::PageInput(const ReportInput& report_input, const Summary& report_summary)
    : input(report_input),
      summary(report_summary),
      claims(judge(input)),
      sweeps(make_sweeps(input)),
      groups(group_cells(input.records)) {
  // Looks follow the plan, not the ranking: a rule keeps its colour when results change. The many
  // settings of a sweep come last, so that they do not use up the colours of the rules.
  const auto add = [&](const std::string& rule, const std::string& variant) {
    styles_.try_emplace({rule, variant}, static_cast<int>(styles_.size()));
  };
  for (const SummaryRow& row : summary.rows) {
    if (row.over.empty()) add(row.rule, row.variant);
  }
  for (const Sweep& sweep : sweeps) {
    for (const SweepLine& line : sweep.lines) add(line.rule, line.variant);
  }
  for (const SummaryRow& row : summary.rows) add(row.rule, row.variant);
}

bool PageInput::ranks_nothing() const {
  const auto apart = [](const SummaryRow& row) { return study_report(row.mode).apart; };
  return summary.scoreboard.study.empty() &&
         (!sweeps.empty() || std::ranges::any_of(summary.rows, apart));
}

Look PageInput::look(const std::string& rule, const std::string& variant) const {
  const auto at = styles_.find({rule, variant});
  return {at == styles_.end() ? 0 : at->second, is_control(rule)};
}

bool PageInput::is_control(const std::string& rule) const {
  for (const RuleCard& card : input.run.rules) {
    if (card.id == rule) return card.control;
  }
  return false;
}

std::string PageInput::label_note(std::string_view section) const {
  const auto rows_with = [&](auto use) {
    return std::ranges::any_of(summary.rows, [&](const SummaryRow& row) {
      return !row.variant.empty() && row.over.empty() && use(row);
    });
  };
  const bool board = std::ranges::any_of(
      summary.scoreboard.rows, [](const ScoreboardRow& row) { return !row.variant.empty(); });
  const bool over = std::ranges::any_of(sweeps, [](const Sweep& sweep) {
    return std::ranges::any_of(sweep.lines,
                               [](const SweepLine& line) { return !line.variant.empty(); });
  });
  std::string_view first = board  ? "scoreboard"
                           : over ? "over"
                           : rows_with([](const SummaryRow& r) { return r.sweep.size() > 1; })
                               ? "learning-rate"
                               : "";
  for (const StudyReport& kind : study_reports()) {
    const auto own = [&](const SummaryRow& r) { return r.mode == kind.mode; };
    if (first.empty() && !kind.lists.empty() && rows_with(own)) first = kind.lists;
  }
  if (section != first) return "";
  return "A label names what differs from most settings of its study; a bare name is the setting "
         "that most share. ";
}

const TaskCard* PageInput::task_card(const std::string& task) const {
  const auto found = std::ranges::find(input.run.tasks, task, &TaskCard::id);
  return found == input.run.tasks.end() ? nullptr : &*found;
}

std::string PageInput::task_title(const std::string& task) const {
  const TaskCard* card = task_card(task);
  return card == nullptr || card->title.empty() ? task : card->title;
}

std::string PageInput::title_of(const StudyTask& place, std::string_view usual) const {
  return task_title(place.task) + (place.study == usual ? "" : ", study " + place.study);
}

Text rule_text(const PageInput& page, const std::string& rule, const std::string& variant,
               const std::string& label) {
  return rule_text(page.look(rule, variant), label);
}

ChartAxis score_axis(const std::string& metric) {
  const std::string name = metric.empty()      ? "score"
                           : metric == "nrmse" ? "1 / (1 + NRMSE)"
                                               : metric;
  return {name + " on the test set", Scale::linear, Ticks::plain, {}, 0, 1};
}

ChartReference chance_reference(const std::string& metric, double chance) {
  return {metric == "nrmse" ? "persistence" : "chance", chance};
}

std::vector<size_t> drawn_lines(std::span<const double> heights) {
  std::vector<size_t> places(heights.size());
  std::iota(places.begin(), places.end(), size_t{0});
  if (places.size() <= kMostLines) return places;
  const auto height = [&](size_t i) { return std::isnan(heights[i]) ? -HUGE_VAL : heights[i]; };
  std::ranges::stable_sort(places, std::greater<>(), height);
  places.resize(kMostLines);
  std::ranges::sort(places);
  return places;
}

std::string drawn_note(size_t lines) {
  if (lines <= kMostLines) return "";
  return fmt::format(" Drawn are the {} of {} lines that come highest; the CSV files have all.",
                     kMostLines, count(static_cast<int64_t>(lines)));
}

bool speaks_of(const SummaryRow& row, std::string_view parameter) {
  return row.over.empty() || row.over == parameter;
}

std::string interval_words(const PageInput& page,
                           const std::function<bool(const SummaryRow&)>& use) {
  bool by_rows = false;
  std::map<Basis, std::vector<std::string>> other;  // tasks
  for (const SummaryRow& row : page.summary.rows) {
    if (row.score.n == 0 || !use(row)) continue;
    by_rows = by_rows || row.basis == Basis::rows;
    if (row.basis == Basis::rows) continue;
    std::vector<std::string>& tasks = other[row.basis];
    if (std::ranges::find(tasks, row.task) == tasks.end()) tasks.push_back(row.task);
  }
  if (!by_rows) return std::string(kSeedsInterval);
  std::vector<std::string> parts;
  for (const auto& [basis, tasks] : other) {
    const char* why = basis == Basis::patterns ? "where all patterns are tested"
                      : basis == Basis::folds  ? "where each seed tests a fold of its own"
                                               : "whose rows are not known";
    parts.push_back(fmt::format("{} ({})", join_words(tasks), why));
  }
  if (parts.empty()) return std::string(kScoreInterval);
  return fmt::format("{} (on {} {})", kScoreInterval, join_words(parts), kSeedsInterval);
}

std::string runs_note(size_t n, size_t n_failed) {
  std::string out = fmt::format("n = {}", n);
  if (n_failed > 0) out += fmt::format(", {} failed", n_failed);
  return out;
}

}  // namespace agon::reports
