// SPDX-License-Identifier: MIT
//
// What choosing by the rows that are reported would have added to a score.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "reports/sections/beside.h"
#include "reports/sections/sections.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

std::string points(double score) { return fixed(100 * score, 1); }

constexpr size_t kGains = 4;
std::array<double, kGains> gains_of(const SummaryRow& row) {
  const SelectionBias& bias = row.selection;
  return {bias.best_epoch, bias.best_seed, bias.best_three, bias.tuned_on_test};
}

// Over the tasks.
struct Gain {
  double sum = 0, most = kNaN;
  size_t n = 0;
  std::string task;  // of the most

  void add(double gain, const std::string& of) {
    if (!std::isfinite(gain)) return;
    sum += gain;
    ++n;
    if (gain <= most) return;
    most = gain;
    task = of;
  }
};

Cell gain_cell(const Gain& gain) {
  if (gain.n == 0) return missing_cell(std::string(kNotMeasured));
  const double mean = gain.sum / static_cast<double>(gain.n);
  Cell cell = number_cell(points(mean), mean);
  if (gain.n > 1)
    cell.text.beside(fmt::format("most {} on {}", points(gain.most), gain.task), As::small);
  return cell;
}

}  // namespace

Section selection_section(const PageInput& page) {
  Section section{"selection", "What selection would have added"};
  Table table({"Rule", "#Best epoch, points", "#Best seed, points", "#Best 3 seeds, points",
               "#Tuned on test, points"},
              true);
  table.stacked = true;
  Gain most;
  std::string where;
  for (const ScoreboardRow* setting : shown_settings(page)) {
    std::array<Gain, kGains> gains;
    for (const SummaryRow& row : page.summary.rows) {
      // Learning rates may have been tried in a study of their own.
      const bool own = row.study == page.summary.scoreboard.study && row.label == setting->label;
      const bool swept = row.rule == setting->rule && row.variant == setting->variant &&
                         speaks_of(row, "lr") && !own;
      if (!trains(row.mode) || !(own || swept)) continue;
      const auto gain = gains_of(row);
      for (size_t i = swept ? kGains - 1 : 0; i < kGains; ++i) {
        gains[i].add(gain[i], row.task);
        if (gain[i] > 0 && !(gain[i] <= most.most)) where = setting->label;
        most.add(gain[i], row.task);
      }
    }
    if (std::ranges::none_of(gains, [](const Gain& g) { return g.n > 0; })) continue;
    std::vector<Cell> cells{
        text_cell(rule_text(page, setting->rule, setting->variant, setting->label))};
    for (const Gain& gain : gains) cells.push_back(gain_cell(gain));
    table.add(std::move(cells));
  }
  if (page.ranks_nothing() || table.rows.empty()) return section;
  if (most.most > 0) {
    section.add(Paragraph{
        Paragraph::Kind::lead,
        fmt::format(
            "Choosing by the rows that are reported would have added up to {} points ({} on "
            "{}); no number here does.",
            points(most.most), where, most.task)});
  }
  section.add(std::move(table));
  section.note(
      shown_note(page) +
      "Means over the tasks. Best epoch: the best score of any epoch less the last one's, on the "
      "validation rows; the test is read once, so its curve is not recorded. Best seeds: their mean "
      "less that of all. Tuned on test: the best learning rate by test score less the one chosen on "
      "validation. summary.csv has each task.");
  return section;
}

}  // namespace agon::reports
