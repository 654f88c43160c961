// SPDX-License-Identifier: MIT
//
// What the depth does to the score.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/sections/drawers.h"
#include "reports/sections/finding.h"
#include "reports/sections/sections.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

// Rows of one ladder over depth.
struct DepthCurve {
  const SummaryRow* first = nullptr;
  std::string name{};
  std::vector<const SummaryRow*> rows;  // ascending depth
};

bool trained_at_depth(const SummaryRow& row) {
  return !is_trial(row.mode) && row.ladder >= 0 && row.n > 0 && speaks_of(row, "depth");
}

std::vector<DepthCurve> depth_curves(const PageInput& page, const StudyTask& place) {
  std::vector<DepthCurve> curves;
  for (const SummaryRow& row : page.summary.rows) {
    if (!trained_at_depth(row) || row.study != place.study || row.task != place.task) continue;
    auto at = std::ranges::find_if(
        curves, [&](const DepthCurve& c) { return c.first->ladder == row.ladder; });
    if (at == curves.end()) at = curves.insert(curves.end(), {&row, row.name, {}});
    at->rows.push_back(&row);
  }
  std::erase_if(curves, [](const DepthCurve& c) { return c.rows.size() < 2; });
  for (DepthCurve& c : curves) {
    const bool wider = std::ranges::any_of(curves, [&](const DepthCurve& other) {
      return &other != &c && other.first->rule == c.first->rule &&
             other.first->variant == c.first->variant;
    });
    if (wider) c.name += fmt::format(" width={}", c.first->width);
    std::ranges::stable_sort(c.rows, {}, [](const SummaryRow* r) { return r->depth; });
  }
  return curves;
}

Chart depth_chart(const PageInput& page, const StudyTask& place, size_t index) {
  Chart chart;
  chart.id = fmt::format("depth-{}", index);
  chart.title = page.title_of(place, "depth");
  chart.x = {"hidden layers", Scale::log2, Ticks::plain, {}, kNaN, kNaN};
  double chance = kNaN;
  std::string metric;
  std::vector<Told> told;
  const std::vector<DepthCurve> curves = depth_curves(page, place);
  std::vector<double> heights;
  for (const DepthCurve& curve : curves) heights.push_back(curve.rows.back()->score.mean);
  const std::vector<size_t> drawn = drawn_lines(heights);
  for (size_t i = 0; i < curves.size(); ++i) {
    const DepthCurve& curve = curves[i];
    const Look look = page.look(curve.first->rule, curve.first->variant);
    ChartSeries series{curve.name, look.style, look.open, true, {}, curve.first->rule};
    for (const SummaryRow* row : curve.rows) {
      metric = row->metric;
      chance = std::isfinite(row->chance) ? row->chance : chance;
      series.points.push_back({static_cast<double>(row->depth),
                               row->score.mean,
                               row->score.ci.low,
                               row->score.ci.high,
                               {},
                               runs_note(row->n, row->n_failed)});
    }
    const SummaryRow &from = *curve.rows.front(), &to = *curve.rows.back();
    std::string text =
        fmt::format(" goes from {} at depth {} to {} at depth {}", fixed(from.score.mean),
                    from.depth, fixed(to.score.mean), to.depth);
    const DepthMetrics& m = curve.first->depth_metrics;
    if (m.trainable >= 1)
      text +=
          fmt::format(" (trains to {}{})", m.trainable_censored ? "at least " : "", m.trainable);
    told.push_back({series.name, std::move(text), to.score.mean});
    if (std::ranges::binary_search(drawn, i)) chart.series.push_back(std::move(series));
  }
  chart.y = score_axis(metric);
  chart.references.push_back(chance_reference(metric, chance));
  chart.finding = told.empty()
                      ? "No rule has scores at two depths."
                      : tell(std::move(told), "Ends highest", "lowest", "end with a number") +
                            drawn_note(curves.size());
  return chart;
}

Table depth_table(const PageInput& page, const std::vector<StudyTask>& all) {
  Table table({"Rule", "Task", "#Depth", "#Score", "#Retention", "#Behind bp", "#Best LR",
               "#Depth AUC", "#Trains to"},
              true);
  for (const StudyTask& place : all) {
    for (const DepthCurve& curve : depth_curves(page, place)) {
      const DepthMetrics& m = curve.first->depth_metrics;
      for (const SummaryRow* row : curve.rows) {
        table.add(
            {text_cell(rule_text(page, row->rule, row->variant, curve.name)), text_cell(row->task),
             number_cell(std::to_string(row->depth), static_cast<double>(row->depth)),
             opening(mean_cell(row->score), *row),
             number_cell(
                 with_interval(row->retention, row->retention_ci.low, row->retention_ci.high, 2),
                 row->retention),
             number_cell(fixed(row->bp_gap), row->bp_gap),
             number_cell(shortest(row->best_lr, 3), row->best_lr),
             number_cell(fixed(m.auc, 2), m.auc),
             m.trainable < 0
                 ? number_cell(kNotMeasured, kNaN)
                 : number_cell(fmt::format("{}{}", m.trainable_censored ? "≥ " : "", m.trainable),
                               static_cast<double>(m.trainable))},
            about(*row));
      }
    }
  }
  return table;
}

}  // namespace

Section depth_section(const PageInput& page) {
  Section section{"depth", "Depth"};
  std::vector<StudyTask> all = study_tasks(page, trained_at_depth);
  std::erase_if(all, [&](const StudyTask& place) { return depth_curves(page, place).empty(); });
  if (all.empty()) {
    section.absent("This run varies no depth. A study with several depths fills this section.");
    return section;
  }
  section.note("Mean score over the number of hidden layers (doubling steps) with its " +
               interval_words(page, trained_at_depth) + ". " + page.label_note(section.id));
  Charts charts;
  for (size_t i = 0; i < all.size(); ++i)
    charts.all.push_back({depth_chart(page, all[i], i), "", {"", all[i].task, all[i].study}});
  section.add(std::move(charts));
  section.add(depth_table(page, all));
  section.note(
      "Retention: the part of the score above chance that is left, against the rule's best depth of "
      "at most two hidden layers. Trains to: the deepest network up to which at least 90 % is left at "
      "the lower end of the interval. No accepted scalar for depth robustness exists; these measures "
      "are this project's own.");
  return section;
}

}  // namespace agon::reports
