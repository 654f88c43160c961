// SPDX-License-Identifier: MIT
//
// What is left of task A when task B has been learnt: at three moments, and over the training.
#include "reports/studies/forgetting.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/record/outcome.h"
#include "reports/sections/curve.h"
#include "reports/sections/drawers.h"
#include "reports/sections/sections.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr size_t kMaxPoints = 80;  // of a curve

using Rows = std::vector<const ForgettingRow*>;

StudyTask place_of(const ForgettingRow& row) { return {row.group->study(), row.group->id().task}; }

Look look(const PageInput& page, const ForgettingRow& row) {
  return page.look(row.group->id().rule, row.group->variant);
}

std::string reached_note(const ForgettingRow& row) {
  const size_t n = row.runs.size();
  return row.n_matched() == n ? runs_note(n, row.n_failed)
                              : fmt::format("B reached its level in {} of {}", row.n_matched(),
                                            plural(static_cast<int64_t>(n), "run"));
}

// "When B is first learnt, ed has most of A, 0.61 [0.55, 0.67], and bp least, 0.12. B never came to
// its level under elm (0.75): not comparable."
std::string finding(const Rows& rows) {
  const ForgettingSpan span = span_of(rows);
  const auto words = [](const ForgettingRow& row) {
    return with_interval(row.a_matched.mean, row.a_matched.ci.low, row.a_matched.ci.high);
  };
  std::string out;
  if (span.most != nullptr) {
    out = fmt::format("When B is first learnt, {} has most of A, {}", span.most->label(),
                      words(*span.most));
    if (span.least != span.most)
      out += fmt::format(", and {} least, {}", span.least->label(), words(*span.least));
    out += ".";
  }
  std::vector<std::string> never;
  for (const ForgettingRow* row : span.never)
    never.push_back(fmt::format("{} ({})", row->label(), fixed(row->best_b)));
  if (!never.empty()) {
    out += fmt::format("{}B never came to its level under {}: not comparable.",
                       out.empty() ? "" : " ", join_words(never));
  }
  return out.empty() ? "No run of this task has a number." : out;
}

void bound(ChartAxis& axis, std::string title) {
  axis.title = std::move(title);
  axis.low_bound = 0;
  axis.high_bound = 1;
}

Chart moments_chart(const PageInput& page, const Rows& rows) {
  Chart chart;
  chart.x.scale = Scale::category;
  chart.x.categories = {"before B", "at matched B", "at the end"};
  bound(chart.y, "accuracy on task A");
  chart.finding = finding(rows);
  for (size_t i = 0; i < rows.size(); ++i) {
    const ForgettingRow& row = *rows[i];
    const double middle = static_cast<double>(rows.size() - 1) / 2;
    const double shift = (static_cast<double>(i) - middle) * 0.7 / static_cast<double>(rows.size());
    const Look own = look(page, row);
    ChartSeries series{row.label(), own.style, own.open, false, {}, row.group->id().rule};
    const auto add = [&](double x, const MeanInterval& m, std::string note) {
      series.points.push_back({x + shift, m.mean, m.ci.low, m.ci.high, {}, std::move(note)});
    };
    add(0, row.a_before, runs_note(row.runs.size(), row.n_failed));
    add(1, row.a_matched, reached_note(row));
    add(2, row.a_end, runs_note(row.runs.size(), row.n_failed));
    chart.series.push_back(std::move(series));
  }
  return chart;
}

Chart curve_chart(const PageInput& page, const Rows& rows, bool of_a) {
  Chart chart;
  chart.x = {"samples of B", Scale::log10, Ticks::prefix, {}, kNaN, kNaN};
  bound(chart.y, of_a ? "validation accuracy on A" : "validation accuracy on B");
  std::vector<std::string> last;
  for (const ForgettingRow* row : rows) {
    const CurveGroup group{row->label(), look(page, *row), row->runs, row->group->id().rule};
    ChartSeries series = curve_series(
        group,
        [&](const CellRecord& run) {
          std::vector<CurveAt> curve;
          for (const SeriesPoint& p : run.outcome.series) {
            if (p.series == (of_a ? "score_a" : "score_b"))
              curve.push_back({p.x - metric_of(run, "samples_a"), p.value});
          }
          return curve;
        },
        kMaxPoints);
    if (series.points.empty()) continue;
    last.push_back(fmt::format("{} {}", row->label(), fixed(series.points.back().y)));
    chart.series.push_back(std::move(series));
    if (!of_a && std::isfinite(row->level) && chart.references.empty())
      chart.references.push_back({"level", row->level});
  }
  chart.finding = last.empty() ? "No curve was recorded." : "At the end: " + join_words(last) + ".";
  return chart;
}

// Of each kind as many charts as the lines need. made: charts of the section so far.
Charts charts_of(const PageInput& page, const Rows& rows, size_t place, size_t& made) {
  const auto shares = chart_shares(std::span<const ForgettingRow* const>(rows));
  Charts charts;
  const auto add = [&](const std::string& title, auto make) {
    for (size_t part = 0; part < shares.size(); ++part) {
      Chart chart = make(Rows(shares[part].lines.begin(), shares[part].lines.end()));
      chart.id = fmt::format("forgetting-{}-{}", place, made++);
      chart.title = title;
      if (shares.size() > 1) chart.title += fmt::format(", {} of {}", part + 1, shares.size());
      charts.all.push_back({std::move(chart), "", about(*rows.front()->group)});
      charts.all.back().about.rule.clear();
    }
  };
  add("Task A at three moments", [&](const Rows& shown) { return moments_chart(page, shown); });
  add("Task A while B is learnt",
      [&](const Rows& shown) { return curve_chart(page, shown, true); });
  add("Task B", [&](const Rows& shown) { return curve_chart(page, shown, false); });
  return charts;
}

Cell bare_mean(const MeanInterval& m) { return number_cell(fixed(m.mean), m.mean); }

std::vector<Cell> cells(const PageInput& page, const ForgettingRow& row) {
  std::vector<Cell> out{text_cell(rule_text(look(page, row), row.label())),
                        text_cell(row.group->id().task), bare_mean(row.a_before)};
  out.back().opens = drawer_key(*row.group);
  if (row.n_matched() > 0) {
    out.push_back(mean_cell(row.a_matched));
    out.push_back(bare_mean(row.b_matched));
    out.push_back(bare_mean(row.a_kept));
    out.push_back(number_cell(count(std::lround(row.samples.mean)), row.samples.mean));
  } else {
    out.push_back(missing_cell(
        row.runs.empty() ? "failed" : fmt::format("never: B at most {}", fixed(row.best_b))));
    out.insert(out.end(), 3, number_cell("", kNaN));
  }
  out.push_back(bare_mean(row.a_end));
  out.push_back(bare_mean(row.b_end));
  out.push_back(
      number_cell(fmt::format("{} of {}", row.n_matched(), row.runs.size() + row.n_failed),
                  static_cast<double>(row.n_matched())));
  return out;
}

}  // namespace

Section forgetting_section(const PageInput& page) {
  Section section{"forgetting", "Forgetting"};
  const std::vector<ForgettingRow> all = forgetting_rows(page.groups);
  if (all.empty()) return section;
  section.note(
      "A rule learns task A, then task B for as long. A is compared at the moment when the validation "
      "score of B first reaches the level that the task's file states: at the end, a rule that "
      "learns less of B forgets less. That one moment is read on the test rows, all others on the "
      "validation rows. Mean with its " +
      std::string(kSeedsInterval) + ". " + page.label_note(section.id));
  std::vector<StudyTask> places;
  for (const ForgettingRow& row : all) {
    if (std::ranges::find(places, place_of(row)) == places.end()) places.push_back(place_of(row));
  }
  Table table({"Rule", "Task", "#A before", "#A at the match", "#B at the match", "#A kept",
               "#Samples of B", "#A at the end", "#B at the end", "#Runs matched"},
              true);
  table.stacked = true;
  size_t made = 0;
  for (size_t p = 0; p < places.size(); ++p) {
    const auto& [study, task] = places[p];
    Rows rows;
    std::vector<std::string> skipped;  // why
    for (const ForgettingRow& row : all) {
      if (place_of(row) != places[p]) continue;
      if (!row.runs.empty() || row.n_failed > 0) {
        rows.push_back(&row);
        table.add(cells(page, row), about(*row.group));
      } else if (std::ranges::find(skipped, row.skipped) == skipped.end()) {
        skipped.push_back(row.skipped);
      }
    }
    section.add(Heading{Text(page.task_title(task)).beside("study " + study, As::small)});
    if (!skipped.empty()) section.absent("Skipped: " + join_words(skipped) + ".");
    if (!rows.empty()) section.add(charts_of(page, rows, p, made));
  }
  if (!table.rows.empty()) section.add(std::move(table));
  return section;
}

}  // namespace agon::reports
