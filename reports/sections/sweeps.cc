// SPDX-License-Identifier: MIT
//
// What the learning rate and the depth do to the score.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/sections/finding.h"
#include "reports/sections/sections.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

std::string width_text(const UsableWidth& width) {
  return fmt::format("{}{}", width.at_edge() ? "at least " : "", fixed(width.decades, 2));
}

struct Place {
  std::string study, task;
};

template <typename Use>
std::vector<Place> places(const PageInput& page, Use use) {
  std::vector<Place> out;
  for (const SummaryRow& row : page.summary.rows) {
    if (!use(row)) continue;
    const bool known = std::ranges::any_of(
        out, [&](const Place& p) { return p.study == row.study && p.task == row.task; });
    if (!known) out.push_back({row.study, row.task});
  }
  return out;
}

// A study over another parameter has its own section.
bool speaks_of(const SummaryRow& row, const char* parameter) {
  return row.over.empty() || row.over == parameter;
}

bool has_sweep(const SummaryRow& row) {
  return row.mode == "train" && row.sweep.size() >= 2 && speaks_of(row, "lr");
}

Chart rate_chart(const PageInput& page, const Place& place, size_t index) {
  Chart chart;
  chart.id = fmt::format("rate-{}", index);
  chart.title = page.task_title(place.task) +
                (place.study == "learning-rate" ? "" : ", study " + place.study);
  chart.x = {"learning rate", Scale::log10, Ticks::power, {}, kNaN, kNaN};
  double chance = kNaN;
  std::string metric;
  std::vector<Told> told;
  bool edge = false;
  for (const SummaryRow& row : page.summary.rows) {
    if (!has_sweep(row) || row.study != place.study || row.task != place.task) continue;
    metric = row.metric;
    chance = std::isfinite(row.chance) ? row.chance : chance;
    const Look look = page.look(row.rule, row.variant);
    ChartSeries series{row.label, look.style, look.open, true, {}};
    for (const LearningRatePoint& p : row.sweep) {
      series.points.push_back(
          {p.lr, p.test.mean, p.test.ci.low, p.test.ci.high, {}, runs_note(p.n, p.n_failed)});
    }
    chart.series.push_back(std::move(series));
    const UsableWidth& width = row.learning_rate.width95;
    if (std::isfinite(width.low) && std::isfinite(width.high)) {
      chart.spans.push_back(
          {fmt::format("{} keeps 95 % of its best over {} decades", row.label, width_text(width)),
           look.style, width.low, width.high, width.low_at_edge, width.high_at_edge});
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
  chart.references.push_back(chance_reference(metric, chance));
  chart.finding = tell(std::move(told), "Widest", "narrowest", "beat chance at any learning rate");
  if (edge)
    chart.finding +=
        " A best learning rate lies on the edge of the grid: the true optimum may be outside.";
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
        mean_cell(row.score)};
    for (const UsableWidth* w : {&m.width95, &m.width90}) {
      cells.push_back(number_cell((w->at_edge() ? "≥ " : "") + fixed(w->decades, 2), w->decades));
    }
    cells.push_back(number_cell(fixed(m.sensitivity.normalised), m.sensitivity.normalised));
    cells.push_back(number_cell(fixed(m.area), m.area));
    cells.push_back(number_cell(fmt::format("{} points, {} decades", m.points, fixed(m.decades, 1)),
                                static_cast<double>(m.points)));
    cells.push_back(
        number_cell(std::to_string(row.n_all_failed), static_cast<double>(row.n_all_failed)));
    table.add(std::move(cells));
  }
  return table;
}

// Rows of one ladder over depth.
struct DepthCurve {
  const SummaryRow* first = nullptr;
  std::string name{};
  std::vector<const SummaryRow*> rows;  // ascending depth
};

bool trained_at_depth(const SummaryRow& row) {
  return row.ladder >= 0 && row.n > 0 && speaks_of(row, "depth");
}

std::vector<DepthCurve> depth_curves(const PageInput& page, const Place& place) {
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

Chart depth_chart(const PageInput& page, const Place& place, size_t index) {
  Chart chart;
  chart.id = fmt::format("depth-{}", index);
  chart.title =
      page.task_title(place.task) + (place.study == "depth" ? "" : ", study " + place.study);
  chart.x = {"hidden layers", Scale::log2, Ticks::plain, {}, kNaN, kNaN};
  double chance = kNaN;
  std::string metric;
  std::vector<Told> told;
  for (const DepthCurve& curve : depth_curves(page, place)) {
    const Look look = page.look(curve.first->rule, curve.first->variant);
    ChartSeries series{curve.name, look.style, look.open, true, {}};
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
    chart.series.push_back(std::move(series));
  }
  chart.y = score_axis(metric);
  chart.references.push_back(chance_reference(metric, chance));
  chart.finding = told.empty()
                      ? "No rule has scores at two depths."
                      : tell(std::move(told), "Ends highest", "lowest", "end with a number");
  return chart;
}

Table depth_table(const PageInput& page, const std::vector<Place>& all) {
  Table table({"Rule", "Task", "#Depth", "#Score", "#Retention", "#Behind bp", "#Best LR",
               "#Depth AUC", "#Trains to"},
              true);
  for (const Place& place : all) {
    for (const DepthCurve& curve : depth_curves(page, place)) {
      const DepthMetrics& m = curve.first->depth_metrics;
      for (const SummaryRow* row : curve.rows) {
        table.add(
            {text_cell(rule_text(page, row->rule, row->variant, curve.name)), text_cell(row->task),
             number_cell(std::to_string(row->depth), static_cast<double>(row->depth)),
             mean_cell(row->score),
             number_cell(
                 with_interval(row->retention, row->retention_ci.low, row->retention_ci.high, 2),
                 row->retention),
             number_cell(fixed(row->bp_gap), row->bp_gap),
             number_cell(shortest(row->best_lr, 3), row->best_lr),
             number_cell(fixed(m.auc, 2), m.auc),
             m.trainable < 0
                 ? number_cell(kNotMeasured, kNaN)
                 : number_cell(fmt::format("{}{}", m.trainable_censored ? "≥ " : "", m.trainable),
                               static_cast<double>(m.trainable))});
      }
    }
  }
  return table;
}

}  // namespace

Section learning_rate_section(const PageInput& page) {
  Section section{"learning-rate", "Learning rate"};
  const std::vector<Place> all = places(page, has_sweep);
  if (all.empty()) {
    section.absent(
        "This run varies no learning rate. A study with several learning rates fills this "
        "section.");
    return section;
  }
  section.note(
      "Mean score over learning rate with its " + std::string(kSeedsInterval) +
      "; a failed run counts as chance. The bar at the foot of the plot is a rule's usable width: "
      "where it keeps 95 % of its own best above chance. An arrow means the grid ended before the "
      "width did. " +
      page.label_note(section.id));
  Charts charts;
  for (size_t i = 0; i < all.size(); ++i) charts.all.push_back({rate_chart(page, all[i], i)});
  section.add(std::move(charts));
  section.add(rate_table(page));
  section.note(
      "The best learning rate is chosen on the validation set. Sensitivity after Wortsman et al. "
      "2023, divided by the loss that can be gained: 0 is insensitive, 1 is worst. Area: mean "
      "relative performance over the grid. Fewer than 13 points or 4 decades is a sketch, not a "
      "measurement.");
  return section;
}

Section depth_section(const PageInput& page) {
  Section section{"depth", "Depth"};
  std::vector<Place> all = places(page, trained_at_depth);
  std::erase_if(all, [&](const Place& place) { return depth_curves(page, place).empty(); });
  if (all.empty()) {
    section.absent("This run varies no depth. A study with several depths fills this section.");
    return section;
  }
  section.note("Mean score over the number of hidden layers (doubling steps) with its " +
               std::string(kSeedsInterval) + ". " + page.label_note(section.id));
  Charts charts;
  for (size_t i = 0; i < all.size(); ++i) charts.all.push_back({depth_chart(page, all[i], i)});
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
