// SPDX-License-Identifier: MIT
//
// What a score cost in units that no machine changes.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "reports/sections/beside.h"
#include "reports/sections/sections.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

double per_point(const SummaryRow& row) {
  return row.normalised > 0 ? row.cost.macs_total / (100 * row.normalised) : kNaN;
}

double state_of(const PageInput& page, const std::string& rule) {
  const auto card = std::ranges::find(page.input.run.rules, rule, &RuleCard::id);
  return card == page.input.run.rules.end() ? kNaN : card->memory_per_parameter;
}

// Geometric mean of what is known, for costs of unlike tasks; 0 where one is.
double typical(const std::vector<double>& costs) {
  double sum = 0, n = 0;
  for (const double cost : costs) {
    if (!std::isfinite(cost)) continue;
    sum += std::log(cost);
    n += 1;
  }
  return n > 0 ? std::exp(sum / n) : kNaN;
}

constexpr size_t kCosts = 8;
std::array<double, kCosts> costs_of(const SummaryRow& row) {
  return {row.macs_per_sample,    row.cost.effective_macs, row.cost.words_moved,
          row.cost.weight_writes, row.cost.spikes,         row.cost.samples,
          row.cost.macs_total,    per_point(row)};
}

}  // namespace

Section cost_section(const PageInput& page) {
  Section section{"cost", "Cost that no machine changes"};
  Table table({"Rule", "#MACs per sample", "#Without a zero operand", "#Words moved per sample",
               "#Weights written per sample", "#Spikes per input", "#Samples learnt from",
               "#MACs of training", "#MACs per point of score", "#State per weight"},
              true);
  const std::vector<const SummaryRow*> rows = shown_rows(page);
  for (const ScoreboardRow* setting : shown_settings(page)) {
    std::array<std::vector<double>, kCosts> costs;
    for (const SummaryRow* row : rows) {
      if (row->label != setting->label) continue;
      const auto own = costs_of(*row);
      for (size_t i = 0; i < kCosts; ++i) costs[i].push_back(own[i]);
    }
    if (!std::isfinite(typical(costs[0])) && !std::isfinite(typical(costs[1]))) continue;
    std::vector<Cell> cells{
        text_cell(rule_text(page, setting->rule, setting->variant, setting->label))};
    for (const std::vector<double>& one : costs)
      cells.push_back(maybe_cell(typical(one), si(typical(one))));
    const double state = state_of(page, setting->rule);
    cells.push_back(maybe_cell(state, shortest(state, 3)));
    table.add(std::move(cells));
  }
  if (page.ranks_nothing() || table.rows.empty()) return section;
  section.add(std::move(table));
  section.note(
      shown_note(page) +
      "Geometric means over the tasks. Counted by the kernels, per training sample: multiply-accumulates (MACs); those without "
      "a zero operand, by one product in 61 beyond the first 64; words moved: numbers that travel from a unit to one that is "
      "not its neighbour, one for each MAC of values with weights, none for a change of weights from what is at the synapse "
      "and none between neighbours of a lattice; weights written. "
      "State per weight: floats that the rule keeps for each, by its own account. Per point of score: "
      "MACs of a run's training over a hundredth of the normalised score; nothing at or below chance; cells.csv has each task.");
  return section;
}

}  // namespace agon::reports
