// SPDX-License-Identifier: MIT
#include "reports/sections/told.h"

#include <algorithm>
#include <cmath>

namespace agon::reports {
namespace {

const ScoreboardRow* baseline_of(const Scoreboard& board) {
  const auto at = std::ranges::find_if(board.rows, &ScoreboardRow::is_baseline);
  return at == board.rows.end() ? nullptr : &*at;
}

}  // namespace

const ScoreboardRow* first_other(const Scoreboard& board) {
  if (baseline_of(board) == nullptr) return nullptr;
  const auto at = std::ranges::find_if(
      board.rows, [](const ScoreboardRow& row) { return !row.is_baseline && row.tasks > 0; });
  return at == board.rows.end() ? nullptr : &*at;
}

std::string equivalence_of(const Scoreboard& board, const ScoreboardRow& row) {
  const ScoreboardRow* baseline = baseline_of(board);
  if (baseline == nullptr) return "";
  return equivalence_sentence(row.label, baseline->label, row.over_tasks.posterior,
                              row.over_tasks.tasks);
}

std::string resolution_of(const Scoreboard& board, const ScoreboardRow& row,
                          std::span<const SummaryRow> rows) {
  const ScoreboardRow* baseline = baseline_of(board);
  if (baseline == nullptr) return "";
  const SummaryRow* least = nullptr;
  for (const SummaryRow& own : rows) {
    const Difference& d = own.against.difference;
    if (own.study != board.study || own.label != row.label || d.rows == 0 ||
        own.against.outcome != Outcome::tie || std::isnan(d.visible))
      continue;
    if (least == nullptr || d.visible > least->against.difference.visible) least = &own;
  }
  if (least == nullptr) return "";
  const AgainstBaseline& against = least->against;
  return resolution_sentence({least->task, against.difference.rows, against.difference.visible,
                              against.one_point, row.label, baseline->label});
}

std::vector<std::string> told_of(const Scoreboard& board, std::span<const SummaryRow> rows) {
  std::vector<std::string> out;
  const ScoreboardRow* baseline = baseline_of(board);
  if (baseline == nullptr || board.comparisons == 0) return out;
  size_t told = 0;
  for (const ScoreboardRow& row : board.rows) {
    if (row.is_baseline || told++ == kToldSettings) continue;
    std::string text = tally_sentence(
        {row.label, baseline->label, board.min_seeds, row.wins, row.losses, row.ties});
    for (const std::string& more : {equivalence_of(board, row), resolution_of(board, row, rows)})
      if (!more.empty()) text += (text.empty() ? "" : " ") + more;
    if (!text.empty()) out.push_back(std::move(text));
  }
  return out;
}

}  // namespace agon::reports
