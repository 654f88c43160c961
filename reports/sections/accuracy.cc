// SPDX-License-Identifier: MIT
//
// The score on each task.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "reports/sections/drawers.h"
#include "reports/sections/sections.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr size_t kNamed = 8;     // a sentence with more names than this is none
constexpr size_t kMaxRows = 24;  // a chart with more rows than this is read by nobody

std::vector<const SummaryRow*> rows_of_task(const PageInput& page, const std::string& task) {
  std::vector<const SummaryRow*> rows;
  for (const SummaryRow& row : page.summary.rows) {
    if (row.study == page.summary.scoreboard.study && row.task == task && trains(row.mode) &&
        row.n + row.n_skipped > 0) {
      rows.push_back(&row);
    }
  }
  return rows;
}

std::string named_or_counted(const std::vector<std::string>& labels) {
  return labels.size() > kNamed ? fmt::format("{} settings", labels.size()) : join_words(labels);
}

const SummaryRow* best_of(const std::vector<const SummaryRow*>& rows) {
  const SummaryRow* best = nullptr;
  for (const SummaryRow* row : rows) {
    if (std::isfinite(row->score.mean) && (best == nullptr || row->score.mean > best->score.mean))
      best = row;
  }
  return best;
}

// "ed has the highest mean, 0.962 [0.951, 0.973]. Against bp: better ed; worse linear; no
// difference shown for pc."
std::string task_finding(const std::vector<const SummaryRow*>& rows) {
  const SummaryRow* best = best_of(rows);
  if (best == nullptr) return "No run of this task has a score.";
  std::vector<std::string> highest, better, worse, tied;
  for (const SummaryRow* row : rows) {
    if (row->score.mean == best->score.mean) highest.push_back(row->label);
    const Outcome outcome = row->against.outcome;
    if (outcome == Outcome::win) better.push_back(row->label);
    if (outcome == Outcome::loss) worse.push_back(row->label);
    if (outcome == Outcome::tie) tied.push_back(row->label);
  }
  std::string out =
      fmt::format("{} {} the highest mean, {}.", named_or_counted(highest),
                  highest.size() > 1 ? "share" : "has",
                  with_interval(best->score.mean, best->score.ci.low, best->score.ci.high));
  std::vector<std::string> parts;
  if (!better.empty()) parts.push_back("better " + named_or_counted(better));
  if (!worse.empty()) parts.push_back("worse " + named_or_counted(worse));
  if (!tied.empty()) parts.push_back("no difference shown for " + named_or_counted(tied));
  if (!parts.empty()) out += fmt::format(" Against bp: {}.", fmt::join(parts, "; "));
  return out;
}

// The highest means in plan order, with bp and the controls, when there are more than a chart
// holds.
void keep_highest(const PageInput& page, std::vector<const SummaryRow*>& rows) {
  if (rows.size() <= kMaxRows) return;
  std::vector<const SummaryRow*> ranked = rows;
  std::ranges::stable_sort(ranked, [](const SummaryRow* a, const SummaryRow* b) {
    const double x = a->score.mean, y = b->score.mean;
    return std::isnan(y) ? !std::isnan(x) : x > y;
  });
  ranked.resize(kMaxRows);
  std::erase_if(rows, [&](const SummaryRow* row) {
    return row->rule != kBaseline && !page.is_control(row->rule) &&
           std::ranges::find(ranked, row) == ranked.end();
  });
}

Chart task_chart(const PageInput& page, const std::string& task, size_t index) {
  std::vector<const SummaryRow*> rows = rows_of_task(page, task);
  Chart chart;
  chart.id = fmt::format("score-{}", index);
  chart.title = page.task_title(task);
  chart.finding = task_finding(rows);
  const size_t all = rows.size();
  keep_highest(page, rows);
  if (rows.size() < all) {
    chart.title += fmt::format(", {} of {}", rows.size(), all);
    chart.finding += " The chart has the highest; the table below has all.";
  }
  chart.y.scale = Scale::category;
  std::string metric = "score";
  double chance = kNaN;
  for (const SummaryRow* row : rows) {
    if (!row->metric.empty()) metric = row->metric;
    if (std::isfinite(row->chance)) chance = row->chance;
    const Look look = page.look(row->rule, row->variant);
    ChartPoint point{row->score.mean,
                     static_cast<double>(chart.y.categories.size()),
                     row->score.ci.low,
                     row->score.ci.high,
                     {},
                     row->n == 0 ? "skipped"
                                 : runs_note(row->n, row->n_failed) + ", " +
                                       basis_text(row->basis, row->score.n, row->rows)};
    if (const std::string rate = chosen_rate(*row); !rate.empty()) point.note += ", " + rate;
    for (const auto& [seed, score] : row->score_by_seed) point.raw.push_back(score);
    chart.y.categories.push_back(row->label);
    chart.series.push_back(
        {row->label, look.style, look.open, false, {std::move(point)}, row->rule});
  }
  chart.x.title = score_axis(metric).title;
  chart.x.low_bound = 0;
  chart.x.high_bound = 1;
  const TaskCard* card = page.task_card(task);
  const double ridge = card == nullptr ? kNaN : card->ridge;
  const ChartReference least = chance_reference(metric, chance);
  chart.references.push_back({least.label + " " + shortest(chance, 3), chance});
  if (std::isfinite(ridge))
    chart.references.push_back({fmt::format("ridge {}", shortest(ridge, 3)), ridge});
  if (card != nullptr) {
    // Lines that stand close together leave room for one label.
    const auto strongest = std::ranges::max_element(card->baselines, {}, &BaselineCard::score);
    for (auto it = card->baselines.begin(); it != card->baselines.end(); ++it) {
      chart.references.push_back(
          {it == strongest ? it->name + " " + shortest(it->score, 3) : "", it->score});
    }
  }
  return chart;
}

// A forecast that every trajectory is held against, as a row of the matrix.
void add_reference(const PageInput& page, const char* name, double TaskCard::*score, Table& table) {
  std::vector<Cell> cells{text_cell(name)};
  bool any = false;
  for (const std::string& task : page.summary.scoreboard.tasks) {
    const TaskCard* card = page.task_card(task);
    const bool has = card != nullptr && std::isfinite(card->ridge);
    any = any || has;
    cells.push_back(has ? number_cell(fixed(card->*score), card->*score)
                        : missing_cell("no trajectory"));
  }
  if (any) table.add(std::move(cells));
}

// A sign with its word; a dot where the interval of the difference alone leaves out 0.
void add_outcome(Text& text, const AgainstBaseline& against) {
  switch (against.outcome) {
    case Outcome::win: text.beside("▲ better", As::badge, "better than bp"); break;
    case Outcome::loss: text.beside("▼ worse", As::badge, "worse than bp"); break;
    case Outcome::tie:
      if (against.alone_only)
        text.beside("·", As::badge, "alone, its difference from bp leaves out 0");
      break;
    default: break;
  }
}

Cell score_cell(const SummaryRow& row, const SummaryRow* best) {
  if (row.n == 0) return missing_cell("skipped");
  Cell cell = number_cell(fixed(row.score.mean), row.score.mean);
  add_interval(cell, row.score.ci, [](double score) { return fixed(score); });
  add_outcome(cell.text, row.against);
  if (const std::string rate = chosen_rate(row); !rate.empty()) cell.text.beside(rate, As::small);
  if (row.below.below > 0)
    cell.text.beside(fmt::format("{} of {} seeds below (up to {:.0f} %)", row.below.below,
                                 row.below.n, 100 * row.below.up_to),
                     As::bad);
  if (row.n_failed > 0)
    cell.text.beside(fmt::format("{} of {} failed", row.n_failed, row.n), As::bad);
  cell.strong = best != nullptr && row.score.mean == best->score.mean;
  if (best != nullptr && best->score.mean > row.chance)
    cell.shade =
        std::clamp((row.score.mean - row.chance) / (best->score.mean - row.chance), 0.0, 1.0);
  return cell;
}

Table matrix(const PageInput& page) {
  const Scoreboard& board = page.summary.scoreboard;
  std::vector<std::string> columns{"rule"};
  for (const std::string& task : board.tasks) columns.push_back("#" + task);
  Table table(columns, true);
  table.heat = table.stacked = true;
  for (size_t t = 0; t < board.tasks.size(); ++t)
    table.columns[t + 1].about = {"", board.tasks[t], ""};
  const auto in_study = [&](const SummaryRow& row) {
    return row.study == board.study && trains(row.mode);
  };
  for (const std::string& label :
       distinct(page.summary.rows, in_study, [](const SummaryRow& r) { return r.label; })) {
    std::vector<Cell> cells{text_cell(label)};
    About of{"", "", board.study};
    for (const std::string& task : board.tasks) {
      const std::vector<const SummaryRow*> rows = rows_of_task(page, task);
      Cell cell = missing_cell("not run");
      for (const SummaryRow* row : rows) {
        if (row->label != label) continue;
        cells[0] = text_cell(rule_text(page, row->rule, row->variant, label));
        of.rule = row->rule;
        cell = opening(score_cell(*row, best_of(rows)), *row);
      }
      cells.push_back(std::move(cell));
    }
    table.add(std::move(cells), std::move(of));
  }
  add_reference(page, "persistence: nothing changes", &TaskCard::chance, table);
  add_reference(page, "ridge: a linear field", &TaskCard::ridge, table);
  return table;
}

// Which rules are below chance by more than their interval; of seeds that all agree, at all.
std::string below_chance(const PageInput& page) {
  std::vector<std::string> below;
  for (const std::string& task : page.summary.scoreboard.tasks) {
    for (const SummaryRow* row : rows_of_task(page, task)) {
      const Interval& ci = row->score.ci;
      if (page.is_control(row->rule) || !((ci.known() ? ci.high : row->score.mean) < row->chance))
        continue;
      below.push_back(fmt::format("{} on {} ({} against {})", row->label, task,
                                  fixed(row->score.mean), fixed(row->chance)));
    }
  }
  return below.empty()
             ? ""
             : fmt::format("Below chance by more than the interval: {}.", join_words(below));
}

}  // namespace

Section accuracy_section(const PageInput& page) {
  Section section{"accuracy", "Score per task"};
  const Scoreboard& board = page.summary.scoreboard;
  if (page.ranks_nothing()) return section;
  if (board.tasks.empty()) {
    section.absent("This run has no finished training run.");
    return section;
  }
  const bool baselines = std::ranges::any_of(board.tasks, [&](const std::string& task) {
    const TaskCard* card = page.task_card(task);
    return card != nullptr && !card->baselines.empty();
  });
  const std::string interval = interval_words(
      page, [&](const SummaryRow& row) { return row.study == board.study && trains(row.mode); });
  section.note(fmt::format(
      "Large mark: mean with its {}. Small dots: the single seeds.{}", interval,
      baselines ? " Dotted lines: chance and what simple methods reach, the best of them "
                  "by name; the card of the task has all."
                : ""));
  Charts charts;
  for (size_t i = 0; i < board.tasks.size(); ++i)
    charts.all.push_back(
        {task_chart(page, board.tasks[i], i), "", {"", board.tasks[i], board.study}});
  section.add(std::move(charts));
  return section;
}

Section heatmap_section(const PageInput& page) {
  Section section{"heatmap", "Rule by task"};
  const Scoreboard& board = page.summary.scoreboard;
  if (page.ranks_nothing() || board.tasks.empty()) return section;
  section.add(matrix(page));
  const bool below = std::ranges::any_of(page.summary.rows, [&](const SummaryRow& row) {
    return row.study == board.study && row.below.below > 0;
  });
  section.note(fmt::format(
      "Mean test score with its {}. Bold: the highest mean of a task. The shade goes from chance to "
      "the best mean of the task. {}{}",
      interval_words(
          page,
          [&](const SummaryRow& row) { return row.study == board.study && trains(row.mode); }),
      board.comparisons > 0
          ? "▲ better, ▼ worse than bp: as on the scoreboard. A dot: the interval of this one "
            "difference leaves out 0, which is no sign once all comparisons count. "
          : "",
      below
          ? "Seeds below: those that failed or ended in the lower half between chance and the best "
            "seed, and how many of all seeds may, which no interval shows."
          : ""));
  if (const std::string words = below_chance(page); !words.empty()) section.note(words);
  return section;
}

}  // namespace agon::reports
