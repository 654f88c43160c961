// SPDX-License-Identifier: MIT
//
// What the sections beside the score share: their rows and cells. Pure functions, any thread.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "reports/sections/page.h"
#include "reports/text.h"

namespace agon::reports {

inline constexpr size_t kShownSettings = 24;  // longer tables nobody reads; summary.csv has all

// The highest settings of the scoreboard, with the baseline and the controls.
inline std::vector<const ScoreboardRow*> shown_settings(const PageInput& page) {
  std::vector<const ScoreboardRow*> out;
  size_t place = 0;
  for (const ScoreboardRow& row : page.summary.scoreboard.rows) {
    if (place++ < kShownSettings || row.is_baseline || page.is_control(row.rule))
      out.push_back(&row);
  }
  return out;
}

// Their rows that have a score, in plan order.
inline std::vector<const SummaryRow*> shown_rows(const PageInput& page) {
  std::set<std::string_view> labels;
  for (const ScoreboardRow* row : shown_settings(page)) labels.insert(row->label);
  std::vector<const SummaryRow*> rows;
  for (const SummaryRow& row : page.summary.rows) {
    if (row.study == page.summary.scoreboard.study && trains(row.mode) && row.score.n > 0 &&
        labels.contains(row.label))
      rows.push_back(&row);
  }
  return rows;
}

// "The 24 highest of 60 settings; summary.csv has all. ", "" where all are shown.
inline std::string shown_note(const PageInput& page) {
  const size_t all = page.summary.scoreboard.rows.size(), shown = shown_settings(page).size();
  if (shown == all) return "";
  return fmt::format("{} of {} settings; summary.csv has all. ", shown, all);
}

// A line's first cells: the setting and its task.
inline std::vector<Cell> named_cells(const PageInput& page, const SummaryRow& row) {
  return {text_cell(rule_text(page, row.rule, row.variant, row.label)), text_cell(row.task)};
}

// A number as text, or that it was not measured.
inline Cell maybe_cell(double value, const std::string& text) {
  return std::isfinite(value) ? number_cell(text, value) : missing_cell(std::string(kNotMeasured));
}

}  // namespace agon::reports
