// SPDX-License-Identifier: MIT
//
// Learning curves of the scoreboard's study: mean over seeds at each measured epoch, against
// epochs, samples and seconds.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "reports/sections/curve.h"
#include "reports/sections/sections.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

// Points of one curve, and of all curves together: the page stays small however long the training
// was and however many rules and tasks there are (a point is about 280 bytes of drawing, table and
// data).
constexpr size_t kMaxPoints = 40, kMinPoints = 6, kAllPoints = 4500;

enum class Against { epochs, samples, seconds };

const SummaryRow* row_of(const PageInput& page, const Group& group) {
  for (const SummaryRow& row : page.summary.rows) {
    if (row.study == group.study() && row.mode == group.id().mode && row.rule == group.id().rule &&
        row.variant == group.variant && row.task == group.id().task &&
        row.depth == group.id().depth && row.width == group.id().width) {
      return &row;
    }
  }
  return nullptr;
}

std::vector<CurveGroup> groups_of_task(const PageInput& page, const std::string& task) {
  std::vector<CurveGroup> out;
  for (const Group& group : page.groups) {
    if (group.study() != page.summary.scoreboard.study || group.id().task != task ||
        !trains(group.id().mode))
      continue;
    const SummaryRow* row = row_of(page, group);
    CurveGroup curves{group.label, page.look(group.id().rule, group.variant), {}, group.id().rule};
    for (const CellRecord* record : group.cells) {
      // Of a sweep, the selected learning rate stands for the rule.
      if (row != nullptr && row->sweep.size() >= 2 && row->best_lr != record->id.lr) continue;
      if (!record->outcome.curve.empty()) curves.runs.push_back(record);
    }
    if (!curves.runs.empty()) out.push_back(std::move(curves));
  }
  return out;
}

// Those that rank highest on the scoreboard, when there are more than are drawn.
void keep_best(const PageInput& page, std::vector<CurveGroup>& groups) {
  const auto& rows = page.summary.scoreboard.rows;
  std::vector<double> heights;
  for (const CurveGroup& g : groups) {
    heights.push_back(-static_cast<double>(std::ranges::find(rows, g.label, &ScoreboardRow::label) -
                                           rows.begin()));
  }
  std::vector<CurveGroup> kept;
  for (const size_t i : drawn_lines(heights)) kept.push_back(std::move(groups[i]));
  groups = std::move(kept);
}

double place(const CurvePoint& p, Against against) {
  switch (against) {
    case Against::epochs: return static_cast<double>(p.epoch);
    case Against::samples: return static_cast<double>(p.samples);
    default: return p.train_s;
  }
}

// Who ends highest, and who is first to come within 5 % of that on the way up from chance.
std::string curve_finding(const Chart& chart, Against against, double chance) {
  double best = -HUGE_VAL;
  for (const ChartSeries& s : chart.series) best = std::max(best, s.points.back().y);
  if (!std::isfinite(best)) return "No curve was recorded.";
  std::vector<std::string> highest, first;
  double first_at = HUGE_VAL;
  const double goal = chance + 0.95 * (best - chance);
  for (const ChartSeries& s : chart.series) {
    if (fixed(s.points.back().y) == fixed(best)) highest.push_back(s.name);
    const auto reached =
        std::ranges::find_if(s.points, [&](const ChartPoint& p) { return p.y >= goal; });
    if (reached == s.points.end() || reached->x > first_at) continue;
    if (reached->x < first_at) first.clear();
    first_at = reached->x;
    first.push_back(s.name);
  }
  std::string out = fmt::format("{} {} highest, at {}", join_words(highest),
                                highest.size() > 1 ? "end" : "ends", fixed(best));
  if (!first.empty() && best > chance) {
    const std::string where = against == Against::epochs    ? fmt::format("epoch {:.0f}", first_at)
                              : against == Against::samples ? si(first_at) + " samples"
                                                            : seconds(first_at);
    out += fmt::format("; {} {} first to come within 5 % of that, at {}",
                       first == highest && first.size() == 1 ? "it" : join_words(first),
                       first.size() > 1 ? "are" : "is", where);
  }
  return out + ".";
}

// A chance line far below every curve would press them together: then it is left out.
bool shows_chance(const Chart& chart, double chance) {
  double low = HUGE_VAL, high = -HUGE_VAL;
  for (const ChartSeries& s : chart.series) {
    for (const ChartPoint& p : s.points) {
      low = std::min(low, p.y);
      high = std::max(high, p.y);
    }
  }
  return low - chance <= 1.5 * (high - low);
}

struct Axis {
  Against against;
  const char *key, *label, *title;
  Scale scale;
  Ticks ticks;
};
constexpr std::array<Axis, 3> kAxes{{
    {Against::epochs, "by-epochs", "Epochs", "epochs", Scale::log10, Ticks::plain},
    {Against::samples, "by-samples", "Samples", "samples seen", Scale::log10, Ticks::prefix},
    {Against::seconds, "by-seconds", "Seconds", "training seconds", Scale::log10, Ticks::power},
}};

Chart chart_of(std::span<const CurveGroup> groups, const Axis& axis, size_t points) {
  bool validation = false;
  for (const CurveGroup& g : groups) {
    for (const CellRecord* run : g.runs) {
      for (const CurvePoint& p : run->outcome.curve)
        validation = validation || std::isfinite(p.score_val);
    }
  }
  Chart chart;
  chart.x = {axis.title, axis.scale, axis.ticks, {}, kNaN, kNaN};
  const auto score = validation ? &CurvePoint::score_val : &CurvePoint::score_train;
  chart.y.title = validation ? "validation score" : "training score";
  chart.y.low_bound = 0;
  chart.y.high_bound = 1;
  double chance = kNaN;
  std::string metric;
  for (const CurveGroup& g : groups) {
    ChartSeries series = curve_series(
        g,
        [&](const CellRecord& run) {
          std::vector<CurveAt> curve;
          for (const CurvePoint& p : run.outcome.curve)
            curve.push_back({place(p, axis.against), p.*score});
          return curve;
        },
        points);
    if (!series.points.empty()) chart.series.push_back(std::move(series));
    const CellOutcome& first = g.runs[0]->outcome;
    if (std::isfinite(first.score_chance)) chance = first.score_chance;
    metric = first.metric;
  }
  if (shows_chance(chart, chance)) chart.references.push_back(chance_reference(metric, chance));
  chart.finding = curve_finding(chart, axis.against, chance);
  return chart;
}

}  // namespace

Section curves_section(const PageInput& page) {
  Section section{"curves", "Learning curves"};
  if (page.ranks_nothing()) return section;
  std::vector<Chart> charts[kAxes.size()];
  std::vector<About> abouts;
  std::vector<std::vector<CurveGroup>> by_task;
  size_t curves = 1;
  std::vector<std::string> cut;
  for (const std::string& task : page.summary.scoreboard.tasks) {
    std::vector<CurveGroup>& groups = by_task.emplace_back(groups_of_task(page, task));
    const size_t all = groups.size();
    keep_best(page, groups);
    if (groups.size() < all) {
      cut.push_back(fmt::format("{}: the {} best of {} curves; curves.csv has them all.",
                                page.task_title(task), groups.size(), all));
    }
    curves += groups.size() * kAxes.size();
  }
  const size_t points = std::clamp(kAllPoints / curves, kMinPoints, kMaxPoints);
  for (size_t t = 0; t < by_task.size(); ++t) {
    const std::string& task = page.summary.scoreboard.tasks[t];
    const std::span<const CurveGroup> groups = by_task[t];
    const auto shares = chart_shares(groups);
    for (size_t part = 0, from = 0; part < shares.size(); from += shares[part++].lines.size()) {
      const std::span<const CurveGroup> shown = shares[part].lines;
      for (size_t a = 0; a < kAxes.size(); ++a) {
        Chart chart = chart_of(shown, kAxes[a], points);
        chart.id = fmt::format("curve-{}{}-{}", t, part == 0 ? "" : fmt::format("-{}", part),
                               kAxes[a].key + 3);
        chart.title = page.task_title(task);
        if (shares.size() > 1) {
          chart.title +=
              fmt::format(", {} to {} of {}", from + 1, from + shown.size(), groups.size());
        }
        charts[a].push_back(std::move(chart));
      }
      abouts.push_back({"", task, page.summary.scoreboard.study});
    }
  }
  if (charts[0].empty()) {
    section.absent("No learning curve was recorded.");
    return section;
  }
  section.note(
      "Line: mean over seeds. Band: lowest and highest seed. Logarithmic, because budgets differ. The "
      "clock runs in training only, not in evaluation.");
  Charts block{{}, "curve-axis"};
  for (const Axis& axis : kAxes) block.choices.push_back({axis.key, axis.label});
  for (size_t i = 0; i < charts[0].size(); ++i) {
    for (size_t a = 0; a < kAxes.size(); ++a)
      block.all.push_back({std::move(charts[a][i]), kAxes[a].key, abouts[i]});
  }
  section.add(std::move(block));
  for (std::string& note : cut) section.note(std::move(note));
  return section;
}

}  // namespace agon::reports
