// SPDX-License-Identifier: MIT
//
// Learning curves of the scoreboard's study: mean over seeds at each measured epoch, against epochs,
// samples and seconds.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "reports/group.h"
#include "reports/render/panels.h"
#include "reports/render/text.h"

namespace agon::reports {
namespace {

// Points of one curve, and of all curves together: the page stays small however long the training was
// and however many rules and tasks there are (a point is about 280 bytes of drawing, table and data).
constexpr size_t kMaxPoints = 40, kMinPoints = 8, kAllPoints = 9000;

enum class Against { epochs, samples, seconds };

struct CurveGroup {
  std::string label;
  Look look;
  std::vector<const CellRecord*> runs;  // one per seed
};

const SummaryRow* row_of(const PageInput& page, const Group& group) {
  for (const SummaryRow& row : page.summary.rows) {
    if (row.study == group.study() && row.mode == group.id().mode && row.rule == group.id().rule && row.variant == group.variant &&
        row.task == group.id().task && row.depth == group.id().depth && row.width == group.id().width) {
      return &row;
    }
  }
  return nullptr;
}

std::vector<CurveGroup> groups_of_task(const PageInput& page, std::span<const Group> groups, const std::string& task) {
  std::vector<CurveGroup> out;
  for (const Group& group : groups) {
    if (group.study() != page.summary.scoreboard.study || group.id().task != task || group.id().mode != "train") continue;
    const SummaryRow* row = row_of(page, group);
    CurveGroup curves{group.label, page.look(group.id().rule, group.variant), {}};
    for (const CellRecord* record : group.cells) {
      // Of a sweep, the selected learning rate stands for the rule.
      if (row != nullptr && row->sweep.size() >= 2 && row->best_lr != record->id.lr) continue;
      if (!record->outcome.curve.empty()) curves.runs.push_back(record);
    }
    if (!curves.runs.empty()) out.push_back(std::move(curves));
  }
  return out;
}

double place(const CurvePoint& p, Against against) {
  switch (against) {
    case Against::epochs: return static_cast<double>(p.epoch);
    case Against::samples: return static_cast<double>(p.samples);
    default: return p.train_s;
  }
}

double shown_score(const CurvePoint& p, bool validation) { return validation ? p.score_val : p.score_train; }

// At most `points` of the places 0 .. length - 1, first and last among them, denser at the start, where
// curves rise.
std::vector<size_t> kept_places(size_t length, size_t points) {
  std::vector<size_t> out;
  for (size_t k = 0; k < std::min(points, length); ++k) {
    if (length <= points) {
      out.push_back(k);
      continue;
    }
    const double t = static_cast<double>(k) / static_cast<double>(points - 1);
    const auto i = static_cast<size_t>(std::lround(std::pow(t, 1.5) * static_cast<double>(length - 1)));
    if (out.empty() || i > out.back()) out.push_back(i);
  }
  return out;
}

ChartSeries series_of(const CurveGroup& group, bool validation, Against against, size_t points) {
  ChartSeries series{group.label, group.look.style, group.look.open, true, {}};
  size_t length = 0;
  for (const CellRecord* run : group.runs) length = std::max(length, run->outcome.curve.size());
  for (const size_t i : kept_places(length, points)) {
    std::vector<double> scores, positions;
    for (const CellRecord* run : group.runs) {
      if (i >= run->outcome.curve.size()) continue;  // stopped earlier, e.g. diverged
      const CurvePoint& p = run->outcome.curve[i];
      if (!std::isfinite(shown_score(p, validation))) continue;
      scores.push_back(shown_score(p, validation));
      positions.push_back(place(p, against));
    }
    if (scores.empty()) continue;
    double x = 0;
    for (const double v : positions) x += v / static_cast<double>(positions.size());
    if (against == Against::seconds && x <= 0) continue;
    const MeanInterval mean = mean_interval(scores);
    const auto [low, high] = std::ranges::minmax(scores);
    const bool band = scores.size() > 1;
    series.points.push_back({x, mean.mean, band ? low : kNaN, band ? high : kNaN, {}, runs_note(scores.size(), 0)});
  }
  return series;
}

// Which rule ends highest, and which was first to come within 5 % of its own rise.
std::string curve_finding(const Chart& chart, Against against) {
  const ChartSeries *highest = nullptr, *fastest = nullptr;
  double fastest_at = HUGE_VAL;
  for (const ChartSeries& s : chart.series) {
    if (s.points.empty()) continue;
    if (highest == nullptr || s.points.back().y > highest->points.back().y) highest = &s;
    const double start = s.points.front().y, end = s.points.back().y;
    if (s.points.size() < 2 || end <= start) continue;
    const auto reached = std::ranges::find_if(s.points, [&](const ChartPoint& p) { return p.y >= start + 0.95 * (end - start); });
    if (reached->x < fastest_at) {
      fastest_at = reached->x;
      fastest = &s;
    }
  }
  if (highest == nullptr) return "No curve was recorded.";
  const ChartPoint& end = highest->points.back();
  std::string out = fmt::format("{} ends highest, at {}", highest->name, fixed(end.y));
  if (fastest != nullptr) {
    const std::string where = against == Against::epochs    ? fmt::format("epoch {:.0f}", fastest_at)
                              : against == Against::samples ? si(fastest_at) + " samples"
                                                            : seconds(fastest_at);
    out += fmt::format("; {} is the first to gain 95 % of its own rise, at {}", fastest == highest ? "it" : fastest->name, where);
  }
  return out + ".";
}

struct Axis {
  Against against;
  const char *key, *label, *title;
  Scale scale;
  Ticks ticks;
};
constexpr std::array<Axis, 3> kAxes{{
    {Against::epochs, "by-epochs", "Epochs", "epochs", Scale::linear, Ticks::plain},
    {Against::samples, "by-samples", "Samples", "samples seen", Scale::linear, Ticks::prefix},
    {Against::seconds, "by-seconds", "Seconds", "training seconds", Scale::log10, Ticks::power},
}};

}  // namespace

Panel curves_panel(const PageInput& page) {
  Panel panel{"curves", "Learning curves", "", {}};
  std::vector<Chart> charts[kAxes.size()];
  const std::vector<Group> all_groups = group_cells(page.input.records);
  std::vector<std::vector<CurveGroup>> by_task;
  size_t curves = 1;
  for (const std::string& task : page.summary.scoreboard.tasks) {
    by_task.push_back(groups_of_task(page, all_groups, task));
    curves += by_task.back().size() * kAxes.size();
  }
  const size_t points = std::clamp(kAllPoints / curves, kMinPoints, kMaxPoints);
  for (size_t t = 0; t < by_task.size(); ++t) {
    const std::string& task = page.summary.scoreboard.tasks[t];
    const std::vector<CurveGroup>& groups = by_task[t];
    if (groups.empty()) continue;
    bool validation = false;
    for (const CurveGroup& g : groups) {
      for (const CellRecord* run : g.runs) {
        for (const CurvePoint& p : run->outcome.curve) validation = validation || std::isfinite(p.score_val);
      }
    }
    for (size_t a = 0; a < kAxes.size(); ++a) {
      const Axis& axis = kAxes[a];
      Chart chart;
      chart.id = fmt::format("curve-{}-{}", t, axis.key + 3);
      chart.title = page.task_title(task);
      chart.x = {axis.title, axis.scale, axis.ticks, {}, kNaN, kNaN};
      chart.y.title = validation ? "validation score" : "training score";
      chart.y.low_bound = 0;
      chart.y.high_bound = 1;
      for (const CurveGroup& g : groups) {
        ChartSeries series = series_of(g, validation, axis.against, points);
        if (!series.points.empty()) chart.series.push_back(std::move(series));
      }
      double chance = kNaN;
      for (const CurveGroup& g : groups) chance = std::isfinite(g.runs[0]->outcome.score_chance) ? g.runs[0]->outcome.score_chance : chance;
      chart.references.push_back({"chance", chance});
      chart.finding = curve_finding(chart, axis.against);
      charts[a].push_back(std::move(chart));
    }
  }
  if (charts[0].empty()) {
    panel.html = absent("No learning curve was recorded.");
    return panel;
  }
  panel.html = "<p class=\"note\">Line: mean over seeds. Band: lowest and highest seed. The clock runs in training only, not in evaluation.</p><div class=\"switch\">";
  for (size_t a = 0; a < kAxes.size(); ++a) {
    panel.html += fmt::format("<input type=\"radio\" name=\"curve-axis\" id=\"{0}\"{1}><label for=\"{0}\">{2}</label>", kAxes[a].key,
                              a == 0 ? " checked" : "", kAxes[a].label);
  }
  panel.html += "<div class=\"grid\">";
  for (size_t i = 0; i < charts[0].size(); ++i) {
    for (size_t a = 0; a < kAxes.size(); ++a) panel.add(std::move(charts[a][i]), kAxes[a].key);
  }
  panel.html += "</div></div>";
  return panel;
}

}  // namespace agon::reports
