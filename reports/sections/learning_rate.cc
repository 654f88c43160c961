// SPDX-License-Identifier: MIT
//
// What the learning rate does to the score.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/sections/drawers.h"
#include "reports/sections/finding.h"
#include "reports/sections/sections.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

std::string width_text(const UsableWidth& width) {
  return fmt::format("{}{}", width.at_edge() ? "at least " : "", fixed(width.decades, 2));
}

bool has_sweep(const SummaryRow& row) {
  const bool of_depth = is_trial(row.mode) && row.ladder >= 0;  // a rate of each depth
  return trains(row.mode) && !of_depth && row.sweep.size() >= 2 && speaks_of(row, "lr");
}

Chart rate_chart(const PageInput& page, const StudyTask& place, size_t index) {
  Chart chart;
  chart.id = fmt::format("rate-{}", index);
  chart.title = page.title_of(place, "learning-rate");
  chart.x = {"learning rate", Scale::log10, Ticks::power, {}, kNaN, kNaN};
  double chance = kNaN;
  std::string metric;
  std::vector<Told> told;
  bool edge = false, trials = false;
  std::vector<const SummaryRow*> rows;
  std::vector<double> heights;
  for (const SummaryRow& row : page.summary.rows) {
    if (!has_sweep(row) || row.study != place.study || row.task != place.task) continue;
    rows.push_back(&row);
    heights.push_back(row.score.mean);
  }
  const std::vector<size_t> drawn = drawn_lines(heights);
  for (size_t i = 0; i < rows.size(); ++i) {
    const SummaryRow& row = *rows[i];
    const bool is_drawn = std::ranges::binary_search(drawn, i);
    metric = row.metric;
    trials |= is_trial(row.mode);
    chance = std::isfinite(row.chance) ? row.chance : chance;
    const Look look = page.look(row.rule, row.variant);
    if (is_drawn) {
      ChartSeries series{row.label, look.style, look.open, true, {}, row.rule};
      for (const LearningRatePoint& p : row.sweep) {
        series.points.push_back(
            {p.lr, p.test.mean, p.test.ci.low, p.test.ci.high, {}, runs_note(p.n, p.n_failed)});
      }
      chart.series.push_back(std::move(series));
    }
    const UsableWidth& width = row.learning_rate.width95;
    if (std::isfinite(width.low) && std::isfinite(width.high)) {
      if (is_drawn)
        chart.spans.push_back(
            {fmt::format("{} keeps 95 % of its best over {} decades", row.label, width_text(width)),
             look.style, width.low, width.high, width.low_at_edge, width.high_at_edge, row.rule});
      told.push_back({row.label,
                      fmt::format(" keeps 95 % of its best over {} decades (best at {})",
                                  width_text(width), shortest(row.best_lr, 3)),
                      width.decades});
    } else {
      told.push_back({row.label, " does not beat chance at any learning rate", kNaN});
    }
    edge = edge || row.learning_rate.best_at_edge;
  }
  chart.y = score_axis(metric);
  if (trials) chart.y.title = metric + " on the validation set";
  chart.references.push_back(chance_reference(metric, chance));
  chart.finding = tell(std::move(told), "Widest", "narrowest", "beat chance at any learning rate");
  if (edge)
    chart.finding +=
        " A best learning rate lies on the edge of the grid: the true optimum may be outside.";
  chart.finding += drawn_note(rows.size());
  return chart;
}

Table rate_table(const PageInput& page) {
  Table table({"Rule", "Task", "#Best LR", "#Score there", "#W95, decades", "#W90, decades",
               "#Sensitivity, normalised", "#Area", "#Grid", "#Failed runs"},
              true);
  for (const SummaryRow& row : page.summary.rows) {
    if (!has_sweep(row)) continue;
    const LearningRateMetrics& m = row.learning_rate;
    std::vector<Cell> cells{
        text_cell(rule_text(page, row.rule, row.variant, row.label)), text_cell(row.task),
        number_cell(shortest(row.best_lr, 3) + (m.best_at_edge ? " (edge)" : ""), row.best_lr),
        opening(mean_cell(row.score), row)};
    for (const UsableWidth* w : {&m.width95, &m.width90}) {
      cells.push_back(number_cell((w->at_edge() ? "≥ " : "") + fixed(w->decades, 2), w->decades));
    }
    cells.push_back(number_cell(fixed(m.sensitivity.normalised), m.sensitivity.normalised));
    cells.push_back(number_cell(fixed(m.area), m.area));
    cells.push_back(number_cell(fmt::format("{} points, {} decades", m.points, fixed(m.decades, 1)),
                                static_cast<double>(m.points)));
    cells.push_back(
        number_cell(std::to_string(row.n_all_failed), static_cast<double>(row.n_all_failed)));
    table.add(std::move(cells), about(row));
  }
  return table;
}

}  // namespace

Section learning_rate_section(const PageInput& page) {
  Section section{"learning-rate", "Learning rate"};
  const std::vector<StudyTask> all = study_tasks(page, has_sweep);
  if (all.empty()) {
    section.absent(
        "This run varies no learning rate. A study with several learning rates fills this "
        "section.");
    return section;
  }
  section.note(
      "Mean score over learning rate, of trials that on validation, with its " +
      interval_words(page, has_sweep) +
      "; a failed run counts as chance. The bar at the foot of the plot is a rule's usable width: "
      "where it keeps 95 % of its own best above chance. An arrow means the grid ended before the "
      "width did. " +
      page.label_note(section.id));
  Charts charts;
  for (size_t i = 0; i < all.size(); ++i)
    charts.all.push_back({rate_chart(page, all[i], i), "", {"", all[i].task, all[i].study}});
  section.add(std::move(charts));
  section.add(rate_table(page));
  section.note(
      "The best learning rate is chosen on the validation set. Sensitivity after Wortsman et al. "
      "2023, divided by the loss that can be gained: 0 is insensitive, 1 is worst. Area: mean "
      "relative performance over the grid. Fewer than 13 points or 4 decades is a sketch, not a "
      "measurement.");
  return section;
}

}  // namespace agon::reports
