// SPDX-License-Identifier: MIT
//
// What learning added to what a control reaches.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "reports/sections/beside.h"
#include "reports/sections/sections.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

std::string three_digits(double value) { return fixed(value); }

Cell added_cell(const Added& added) {
  const Difference& d = added.difference;
  if (d.n == 0) return missing_cell("no such run");
  Cell cell = number_cell(fixed(d.mean), d.mean);
  add_interval(cell, d.ci, &three_digits);
  if (added.outcome == Outcome::win) cell.text.beside("▲ more", As::badge, "more than the control");
  if (added.outcome == Outcome::loss)
    cell.text.beside("▼ less", As::badge, "less than the control");
  return cell;
}

// Shown better than the control on a task, by the corrected table.
bool adds_on(const SummaryRow& row, const Added SummaryRow::*over) {
  return (row.*over).outcome == Outcome::win;
}

// Settings that are held against the linear control on some task with seeds enough, and shown better
// than it on none.
std::vector<std::string> that_add_nothing(const PageInput& page,
                                          const std::vector<const SummaryRow*>& rows) {
  std::vector<std::string> out;
  for (const ScoreboardRow& setting : page.summary.scoreboard.rows) {
    size_t judged = 0, better = 0;
    for (const SummaryRow* row : rows) {
      if (row->label != setting.label) continue;
      judged += row->over_linear.outcome != Outcome::unknown ? 1 : 0;
      better += adds_on(*row, &SummaryRow::over_linear) ? 1 : 0;
    }
    if (judged > 0 && better == 0 && !page.is_control(setting.rule)) out.push_back(setting.label);
  }
  return out;
}

}  // namespace

Section added_section(const PageInput& page) {
  Section section{"added", "What learning added"};
  const std::vector<const SummaryRow*> rows = shown_rows(page);
  Table table(
      {"Rule", "Task", "#Over its readout alone", "#Over linear", "#Over elm", "#Weights of elm"},
      true);
  table.stacked = true;
  bool judged = false;
  for (const SummaryRow* row : rows) {
    const std::array<const Added*, 3> added{&row->over_readout, &row->over_linear, &row->over_elm};
    if (std::ranges::all_of(added, [](const Added* a) { return a->difference.n == 0; })) continue;
    judged = judged || std::ranges::any_of(
                           added, [](const Added* a) { return a->outcome != Outcome::unknown; });
    std::vector<Cell> cells = named_cells(page, *row);
    for (const Added* one : added) cells.push_back(added_cell(*one));
    cells.push_back(maybe_cell(row->over_elm.params, shortest(row->over_elm.params, 3) + "×"));
    table.add(std::move(cells));
  }
  if (page.ranks_nothing() || table.rows.empty()) return section;
  if (const std::vector<std::string> nothing = that_add_nothing(page, rows); !nothing.empty()) {
    section.add(Paragraph{Paragraph::Kind::warning,
                          fmt::format("{} {} shown better than the linear control on no task.",
                                      join_words(nothing), nothing.size() == 1 ? "is" : "are")});
  }
  section.add(std::move(table));
  section.note(
      shown_note(page) +
      fmt::format(
          "Test score less that of the same setting of which only the readout learns (learn=readout, of any study of "
          "the run), less that of a linear readout of the raw input, and less that of a readout of random "
          "features (elm), of these the one whose learnt weights are nearest in number: 1× is as many. "
          "Paired by seed and test row. {}",
          judged ? "▲ more, ▼ less: corrected over all comparisons of this table (Benjamini and "
                   "Hochberg). "
                 : "No signs below 5 seeds. "));
  return section;
}

}  // namespace agon::reports
