// SPDX-License-Identifier: MIT
//
// What the settings of the scoreboard did over its tasks, how sure that is, and what could not be
// seen. Every number is one of statistics/.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>

#include "reports/sections/beside.h"
#include "reports/sections/sections.h"
#include "reports/sections/told.h"
#include "reports/statistics/expected_best.h"
#include "reports/statistics/profile.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr size_t kMaxSweeps = 4;  // charts of trials; more nobody reads
constexpr std::array kFactors{1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 32.0};

std::string two_digits(double value) { return fixed(value, 2); }
std::string three_digits(double value) { return fixed(value); }

std::string p_text(double p) {
  if (std::isnan(p)) return std::string(kNotMeasured);
  return p < 0.001 ? "< 0.001" : fixed(p, 3);
}

void mark_narrow(Cell& cell, bool narrow) {
  if (narrow) cell.text.beside("too narrow: some runs failed", As::bad);
}

// ---- over the tasks

Cell signed_ranks_cell(const OverTasks& over) {
  if (over.tasks == 0) return missing_cell(std::string(kNotMeasured));
  if (over.never == Never::tasks)
    return missing_cell(fmt::format("{} tasks are too few", over.tasks), over.corrected);
  return number_cell(p_text(over.corrected), over.corrected);
}

Table tasks_table(const PageInput& page) {
  Table table(
      {"Rule", "#Mean", "#Interquartile mean", "#Tasks like these", "#Mean rank",
       "#Signed ranks against bp, p", "#Better", "#Equivalent", "#Worse", "#Runs ahead of bp"},
      true);
  table.stacked = true;
  for (const ScoreboardRow* of : shown_settings(page)) {
    const ScoreboardRow& row = *of;
    std::vector<Cell> cells{text_cell(rule_text(page, row.rule, row.variant, row.label))};
    cells.push_back(maybe_cell(row.normalised.value, fixed(row.normalised.value)));
    add_interval(cells.back(), row.normalised.ci, &three_digits);
    mark_narrow(cells.back(), row.narrow.mean);
    cells.push_back(maybe_cell(row.normalised_iqm, fixed(row.normalised_iqm)));
    add_interval(cells.back(), row.iqm_ci, &three_digits);
    if (!row.iqm_cut.empty())
      cells.back().text.beside("without " + join_words(row.iqm_cut), As::small);
    mark_narrow(cells.back(), row.narrow.iqm && std::isfinite(row.normalised_iqm));
    cells.push_back(row.tasks_like.known()
                        ? number_cell(fmt::format("{} to {}", fixed(row.tasks_like.low),
                                                  fixed(row.tasks_like.high)),
                                      row.tasks_like.low)
                        : missing_cell("nothing is said below 8 tasks"));
    cells.push_back(maybe_cell(row.mean_rank, fixed(row.mean_rank, 1)));
    const OverTasks& over = row.over_tasks;
    if (row.is_baseline) {
      for (int i = 0; i < 5; ++i) cells.push_back(missing_cell("reference"));
    } else {
      cells.push_back(signed_ranks_cell(over));
      for (const double share :
           {over.posterior.better, over.posterior.equivalent, over.posterior.worse})
        cells.push_back(maybe_cell(share, two_digits(share)));
      cells.push_back(maybe_cell(row.ahead, two_digits(row.ahead)));
      add_interval(cells.back(), row.ahead_ci, &two_digits);
    }
    table.add(std::move(cells));
  }
  return table;
}

// Ranks with half the critical difference on both sides: of two whose bars meet no difference is
// shown by this test.
Chart rank_chart(const PageInput& page, double cd) {
  const Scoreboard& board = page.summary.scoreboard;
  Chart chart;
  chart.id = "ranks";
  chart.title = "Mean ranks and half the critical difference";
  chart.x.title = "mean rank over tasks, 1 is best";
  chart.y.scale = Scale::category;
  for (const ScoreboardRow* of : shown_settings(page)) {
    const ScoreboardRow& row = *of;
    if (!std::isfinite(row.mean_rank)) continue;
    const Look look = page.look(row.rule, row.variant);
    ChartPoint point{row.mean_rank,
                     static_cast<double>(chart.y.categories.size()),
                     row.mean_rank - cd / 2,
                     row.mean_rank + cd / 2,
                     {},
                     ""};
    chart.y.categories.push_back(row.label);
    chart.series.push_back({row.label, look.style, look.open, false, {std::move(point)}});
  }
  const Friedman& test = board.friedman;
  chart.finding = fmt::format(
      "Friedman over {} tasks: F {}, p {}. Ranks that differ by less than {} are no difference by "
      "Nemenyi's test; this is a drawing, and decides no win.",
      test.tasks, std::isfinite(test.f) ? fixed(test.f, 2) : "infinite", p_text(test.p_f),
      fixed(cd, 2));
  return chart;
}

// ---- time to the target

// Median training seconds to the target where at least half of the runs reached it.
double time_of(const SummaryRow& row) {
  return 2 * row.n_reached >= row.n && row.n > 0 ? row.time_to_target_s : kNaN;
}

Chart profile_chart(const PageInput& page) {
  const Scoreboard& board = page.summary.scoreboard;
  std::vector<const ScoreboardRow*> rules;
  for (const ScoreboardRow& row : board.rows) {
    if (rules.size() < kMaxLines) rules.push_back(&row);
  }
  std::vector<double> times(rules.size() * board.tasks.size(), kNaN);
  for (const SummaryRow& row : page.summary.rows) {
    if (row.study != board.study || !trains(row.mode)) continue;
    const auto rule =
        std::ranges::find_if(rules, [&](const ScoreboardRow* r) { return r->label == row.label; });
    const auto task = std::ranges::find(board.tasks, row.task);
    if (rule == rules.end() || task == board.tasks.end()) continue;
    times[static_cast<size_t>(rule - rules.begin()) * board.tasks.size() +
          static_cast<size_t>(task - board.tasks.begin())] = time_of(row);
  }
  Chart chart;
  if (std::ranges::none_of(times, [](double t) { return std::isfinite(t) && t > 0; })) return chart;
  chart.id = "time-profile";
  chart.title = "Training time to the target";
  chart.x = {"times the fastest rule's time", Scale::log2, Ticks::plain, {}, kNaN, kNaN};
  chart.y = {"share of tasks", Scale::linear, Ticks::plain, {}, 0, 1};
  const auto shares = performance_profile(times, board.tasks.size(), kFactors);
  size_t best = 0;
  for (size_t i = 0; i < rules.size(); ++i) {
    const Look look = page.look(rules[i]->rule, rules[i]->variant);
    ChartSeries series{rules[i]->label, look.style, look.open, true, {}};
    for (size_t f = 0; f < kFactors.size(); ++f)
      series.points.push_back({kFactors[f], shares[i][f], kNaN, kNaN, {}, ""});
    chart.series.push_back(std::move(series));
    if (shares[i].front() > shares[best].front()) best = i;
  }
  chart.finding = fmt::format(
      "{} is the fastest on the largest share of the tasks, {}; a rule that half of its runs do not "
      "reach a target with misses it. Of these {} settings: another one may change every line.",
      rules[best]->label, two_digits(shares[best].front()), rules.size());
  return chart;
}

// ---- trials

struct Trials {
  const SummaryRow* row;
  std::vector<double> best;  // expected, of 1, 2, ... trials
};

std::vector<Trials> trials_of(const PageInput& page, const StudyTask& place) {
  std::vector<Trials> out;
  for (const SummaryRow& row : page.summary.rows) {
    if (row.study != place.study || row.task != place.task || row.sweep.size() < 2 ||
        out.size() == kMaxLines)
      continue;
    std::vector<double> test, validation;
    for (const LearningRatePoint& p : row.sweep) {
      if (!std::isfinite(p.test.mean) || !std::isfinite(p.validation)) continue;
      test.push_back(p.test.mean);
      validation.push_back(p.validation);
    }
    Trials own{&row, {}};
    for (size_t k = 1; k <= test.size(); ++k)
      own.best.push_back(expected_best(test, validation, k));
    if (own.best.size() > 1) out.push_back(std::move(own));
  }
  return out;
}

Charts trial_charts(const PageInput& page) {
  const auto swept = [](const SummaryRow& row) {
    return trains(row.mode) && row.sweep.size() > 1 && speaks_of(row, "lr");
  };
  Charts charts;
  for (const StudyTask& place : study_tasks(page, swept)) {
    const std::vector<Trials> all = trials_of(page, place);
    if (all.empty() || charts.all.size() == kMaxSweeps) continue;
    Chart chart;
    chart.id = fmt::format("trials-{}", charts.all.size());
    chart.title = page.title_of(place, "learning-rate");
    chart.x = {"trials of learning rates, chosen on validation",
               Scale::linear,
               Ticks::plain,
               {},
               kNaN,
               kNaN};
    chart.y = score_axis(all.front().row->metric);
    if (is_trial(all.front().row->mode))
      chart.y.title = all.front().row->metric + " on the validation set";
    std::vector<std::string> parts;
    for (const Trials& one : all) {
      const Look look = page.look(one.row->rule, one.row->variant);
      ChartSeries series{one.row->label, look.style, look.open, true, {}};
      for (size_t k = 0; k < one.best.size(); ++k)
        series.points.push_back({static_cast<double>(k + 1), one.best[k], kNaN, kNaN, {}, ""});
      parts.push_back(fmt::format("{} {} after one, {} after {}", one.row->label,
                                  fixed(one.best.front()), fixed(one.best.back()),
                                  one.best.size()));
      chart.series.push_back(std::move(series));
    }
    chart.finding = "Expected score of the best trial: " + join_words(parts) + ".";
    charts.all.push_back({std::move(chart)});
  }
  return charts;
}

// ---- each comparison

Text outcome_text(const AgainstBaseline& against, size_t comparisons) {
  const Difference& d = against.difference;
  switch (against.never) {
    case Never::seeds:
      return Text().add(fmt::format("{} seeds: cannot be significant", d.n), As::missing);
    case Never::rows:
      return Text().add(fmt::format("{} test rows differ: cannot be significant, {}", d.discordant,
                                    tie_text(d.ci)),
                        As::missing);
    default: break;
  }
  switch (against.outcome) {
    case Outcome::win: return Text("better than bp");
    case Outcome::loss: return Text("worse than bp");
    default: break;
  }
  std::string words = tie_text(d.ci);
  if (never_alone(d.floor, comparisons)) words += "; not significant on its own in this table";
  return words;
}

Table comparison_table(const PageInput& page) {
  const Scoreboard& board = page.summary.scoreboard;
  Table table({"Rule", "Task", "#Difference from bp", "#p", "#p, corrected", "What is shown",
               "#Smallest seen, points", "One point would need", "#Seeds", "#Test rows"},
              true);
  table.stacked = true;
  for (const SummaryRow* of : shown_rows(page)) {
    const SummaryRow& row = *of;
    const Difference& d = row.against.difference;
    if (d.n == 0) continue;
    std::vector<std::string> ways;
    size_t fewest =
        std::numeric_limits<size_t>::max();  // more seeds are a way where they save rows
    for (const SeedsAndRows& way : row.against.one_point) {
      if (way.rows >= fewest) continue;
      fewest = way.rows;
      ways.push_back(fmt::format("{} seeds x {} rows", way.seeds, way.rows));
    }
    std::vector<Cell> cells{text_cell(rule_text(page, row.rule, row.variant, row.label)),
                            text_cell(row.task), number_cell(fixed(d.mean), d.mean)};
    add_interval(cells.back(), d.ci, &three_digits);
    cells.push_back(number_cell(p_text(d.p), d.p));
    cells.push_back(maybe_cell(row.against.corrected, p_text(row.against.corrected)));
    cells.push_back(text_cell(outcome_text(row.against, board.comparisons)));
    cells.push_back(maybe_cell(d.visible, fixed(100 * d.visible, 1)));
    cells.push_back(ways.empty() ? missing_cell(d.rows == 0 ? "over seeds only"
                                                            : "more than 40 seeds x 50000 rows")
                                 : text_cell(fmt::format("{}", fmt::join(ways, " or "))));
    cells.push_back(number_cell(std::to_string(d.n), static_cast<double>(d.n)));
    cells.push_back(d.rows == 0 ? missing_cell("seeds only")
                                : number_cell(std::to_string(d.rows), static_cast<double>(d.rows)));
    table.add(std::move(cells));
  }
  return table;
}

}  // namespace

Section statistics_section(const PageInput& page) {
  Section section{"statistics", "Statistics"};
  const Scoreboard& board = page.summary.scoreboard;
  if (page.ranks_nothing() || board.rows.size() < 2) return section;
  const std::vector<std::string> told = told_of(board, page.summary.rows);
  for (const std::string& sentence : told) section.add(Paragraph{Paragraph::Kind::lead, sentence});
  section.add(tasks_table(page));
  Text note =
      shown_note(page) +
      "Mean and interquartile mean are of normalised scores on these tasks, with intervals as on the "
      "scoreboard; tasks like these: the interquartile mean on other tasks, the 1.5 to the 98.5 "
      "percentile of tasks drawn again. ";
  if (board.has_baseline) {
    note.add(
        "Signed ranks: Wilcoxon's exact test on task means, after Holm. Better, equivalent and worse "
        "than bp by more than one point of the score: the Bayesian signed-rank test of Benavoli et "
        "al. 2017. Runs ahead of bp: of the same seed, ties half, with Wilson's interval; it speaks "
        "of seeds on the same test rows. ");
  }
  section.note(std::move(note));
  Charts charts;
  if (board.friedman.tasks >= kTasksForFriedman) {
    const double cd = critical_difference(board.friedman.rules, board.friedman.tasks).cd;
    charts.all.push_back({rank_chart(page, cd)});
  }
  if (Chart profile = profile_chart(page); !profile.empty()) charts.all.push_back({profile});
  for (Charts::One& one : trial_charts(page).all) charts.all.push_back(std::move(one));
  if (!charts.all.empty()) section.add(std::move(charts));
  Table comparisons = comparison_table(page);
  if (comparisons.rows.empty()) return section;
  Fold fold{fmt::format("Each of the {} comparisons with bp", comparisons.rows.size()), {}};
  fold.blocks.push_back({std::move(comparisons)});
  fold.blocks.push_back({Paragraph{
      Paragraph::Kind::note,
      Text(
          "Paired by seed and test row; p is never below what so many test rows that differ, or so "
          "many seeds, allow. Corrected after Benjamini and Hochberg over the table. The interval is "
          "of the single comparison. Smallest seen: a difference below it could not have been seen. "
          "One point would need: seeds and test rows that show it alone with probability 0.8.")}});
  section.add(std::move(fold));
  return section;
}

}  // namespace agon::reports
