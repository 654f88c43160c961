// SPDX-License-Identifier: MIT
//
// Scoreboard over all tasks, and the score on each task.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "reports/sections/page.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr size_t kNamed = 8;     // a sentence with more names than this is none
constexpr size_t kMaxRows = 24;  // a chart with more rows than this is read by nobody

Cell maybe(double value, const std::string& text) {
  if (!std::isfinite(value)) return {"<span class=\"none\">not measured</span>", kNaN, true};
  return number_cell(text, value);
}

Cell ratio_cell(const ScoreboardRow& row, const SpeedRatio& ratio) {
  if (row.rule == kBaseline && ratio.value == 1)
    return {"<span class=\"none\">reference</span>", 1, true};
  Cell cell = maybe(ratio.value, shortest(ratio.value, 3) + "×");
  if (ratio.ci.known()) {
    cell.html += fmt::format(" <small>[{}, {}]</small>", shortest(ratio.ci.low, 3),
                             shortest(ratio.ci.high, 3));
  }
  return cell;
}

Cell normalised_cell(const ScoreboardRow& row, size_t tasks, bool strong) {
  Cell cell = maybe(row.normalised.value, fixed(row.normalised.value));
  if (row.normalised.ci.known()) {
    cell.html += fmt::format(" <small>[{}, {}]</small>", fixed(row.normalised.ci.low),
                             fixed(row.normalised.ci.high));
  }
  if (row.tasks > 0 && row.tasks < tasks)
    cell.html += fmt::format(" <small>{} of {} tasks</small>", row.tasks, tasks);
  cell.strong = strong;
  return cell;
}

Cell iqm_cell(const ScoreboardRow& row) {
  Cell cell = maybe(row.normalised_iqm, fixed(row.normalised_iqm));
  if (!row.iqm_cut.empty())
    cell.html += fmt::format(" <small>without {}</small>", escape_html(join_words(row.iqm_cut)));
  return cell;
}

Cell scoreboard_cell_depth(const ScoreboardRow& row) {
  Cell cell = maybe(row.depth_auc, fixed(row.depth_auc, 2));
  if (std::isfinite(row.depth_auc) && row.trainable_depth >= 0) {
    cell.html += fmt::format(" <small>trains to {}{}</small>",
                             row.trainable_depth_censored ? "≥ " : "", row.trainable_depth);
  }
  return cell;
}

std::vector<Cell> scoreboard_cells(const PageInput& page, const ScoreboardRow& row, bool first) {
  const Scoreboard& board = page.summary.scoreboard;
  std::vector<Cell> cells;
  Cell name = html_cell(rule_html(page, row.rule, row.variant, row.label));
  if (!first && row.among_best)
    name.html += " <span class=\"tie\" title=\"cannot be told apart from the best\">≈ tied</span>";
  cells.push_back(std::move(name));
  cells.push_back(normalised_cell(row, board.tasks.size(), first || row.among_best));
  cells.push_back(iqm_cell(row));
  cells.push_back(maybe(row.mean_rank, fixed(row.mean_rank, 1)));
  const Cell reference{"<span class=\"none\">reference</span>", kNaN, true};
  if (row.is_baseline) {
    cells.push_back(reference);
  } else if (row.wins + row.ties + row.losses == 0) {
    cells.push_back(maybe(kNaN, ""));
  } else {
    Cell against = number_cell(fmt::format("{} / {} / {}", row.wins, row.ties, row.losses),
                               static_cast<double>(row.wins) - static_cast<double>(row.losses));
    if (row.unknown > 0)
      against.html += fmt::format(" <small>{} with too few seeds</small>", row.unknown);
    cells.push_back(std::move(against));
  }
  cells.push_back(row.is_baseline ? reference : maybe(row.ahead, fixed(row.ahead, 2)));
  cells.push_back(
      maybe(row.lr_width95, (row.lr_width95_at_edge ? "≥ " : "") + fixed(row.lr_width95, 2)));
  cells.push_back(scoreboard_cell_depth(row));
  cells.push_back(ratio_cell(row, row.train_ratio));
  cells.push_back(ratio_cell(row, row.predict_ratio));
  cells.push_back(maybe(row.macs_per_sample, si(row.macs_per_sample)));
  Cell failed =
      number_cell(fmt::format("{} of {}", row.failed, row.cells), static_cast<double>(row.failed));
  if (row.failed > 0) failed.strong = true;
  cells.push_back(std::move(failed));
  return cells;
}

// Columns of questions that the run does not ask: no row has a number. Their own sections say so.
void drop_unmeasured(std::vector<std::string>& columns, std::vector<std::vector<Cell>>& rows) {
  constexpr size_t kFirst = 2;  // behind the name and the score
  for (size_t c = columns.size(); c-- > kFirst;) {
    const bool measured = std::ranges::any_of(rows, [c](const std::vector<Cell>& row) {
      return !row[c].html.starts_with("<span class=\"none\">");
    });
    if (measured) continue;
    columns.erase(columns.begin() + static_cast<ptrdiff_t>(c));
    for (std::vector<Cell>& row : rows) row.erase(row.begin() + static_cast<ptrdiff_t>(c));
  }
}

std::vector<const SummaryRow*> rows_of_task(const PageInput& page, const std::string& task) {
  std::vector<const SummaryRow*> rows;
  for (const SummaryRow& row : page.summary.rows) {
    if (row.study == page.summary.scoreboard.study && row.task == task && row.mode == "train" &&
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
                     row->n == 0 ? "skipped" : runs_note(row->n, row->n_failed)};
    if (const std::string rate = chosen_rate(*row); !rate.empty()) point.note += ", " + rate;
    for (const auto& [seed, score] : row->score_by_seed) point.raw.push_back(score);
    chart.y.categories.push_back(row->label);
    chart.series.push_back({row->label, look.style, look.open, false, {std::move(point)}});
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
                        : Cell{"<span class=\"none\">no trajectory</span>", kNaN, true});
  }
  if (any) table.add(std::move(cells));
}

// A sign with its word; a dot where the interval of the difference alone leaves out 0.
std::string outcome_html(const AgainstBaseline& against) {
  const Interval& ci = against.difference.ci;
  switch (against.outcome) {
    case Outcome::win: return " <span class=\"tie\" title=\"better than bp\">▲ better</span>";
    case Outcome::loss: return " <span class=\"tie\" title=\"worse than bp\">▼ worse</span>";
    case Outcome::tie:
      return ci.known() && !ci.contains(0)
                 ? " <span class=\"tie\" title=\"alone, its difference from bp leaves out 0\">·</span>"
                 : "";
    default: return "";
  }
}

// Says how rules are told apart, or that the seeds are too few for it.
std::string criterion(const Scoreboard& board) {
  if (board.comparisons > 0) {
    return fmt::format(
        "Won, tied and lost, ▲ and ▼: against bp, by differences paired by seed and corrected over "
        "all {} comparisons of this table (Benjamini and Hochberg, p below 0.05); about 1 in 20 such "
        "signs, at most, is expected to be false. Tied means that no difference was shown. ",
        board.comparisons);
  }
  if (!board.has_baseline || board.rows.size() < 2) return "";
  return fmt::format("{} too few to say which rules differ: wins are counted from {} on. ",
                     few_seeds(board), kSeedsToCompare);
}

std::string matrix_html(const PageInput& page) {
  const Scoreboard& board = page.summary.scoreboard;
  std::vector<std::string> columns{"rule"};
  for (const std::string& task : board.tasks) columns.push_back("#" + task);
  Table table(columns, true);
  const auto in_study = [&](const SummaryRow& row) {
    return row.study == board.study && row.mode == "train";
  };
  for (const std::string& label :
       distinct(page.summary.rows, in_study, [](const SummaryRow& r) { return r.label; })) {
    std::vector<Cell> cells(1);
    for (const std::string& task : board.tasks) {
      const std::vector<const SummaryRow*> rows = rows_of_task(page, task);
      const SummaryRow* best = best_of(rows);
      Cell cell{"<span class=\"none\">not run</span>", kNaN, true};
      for (const SummaryRow* row : rows) {
        if (row->label != label) continue;
        cells[0] = html_cell(rule_html(page, row->rule, row->variant, label));
        if (row->n == 0) {
          cell.html = "<span class=\"none\">skipped</span>";
          continue;
        }
        cell = number_cell(fixed(row->score.mean), row->score.mean);
        if (row->score.ci.known()) {
          cell.html += fmt::format(" <small>[{}, {}]</small>", fixed(row->score.ci.low),
                                   fixed(row->score.ci.high));
        }
        cell.html += outcome_html(row->against);
        if (const std::string rate = chosen_rate(*row); !rate.empty())
          cell.html += fmt::format(" <small>{}</small>", escape_html(rate));
        if (row->n_failed > 0)
          cell.html +=
              fmt::format(" <small class=\"bad\">{} of {} failed</small>", row->n_failed, row->n);
        cell.strong = best != nullptr && row->score.mean == best->score.mean;
      }
      cells.push_back(std::move(cell));
    }
    if (cells[0].html.empty()) cells[0] = text_cell(label);
    table.add(std::move(cells));
  }
  add_reference(page, "persistence: nothing changes", &TaskCard::chance, table);
  add_reference(page, "ridge: a linear field", &TaskCard::ridge, table);
  return table.html();
}

}  // namespace

Panel scoreboard_panel(const PageInput& page) {
  Panel panel{"scoreboard", "Scoreboard", "", {}};
  const Scoreboard& board = page.summary.scoreboard;
  if (page.ranks_nothing()) return panel;
  if (board.rows.empty()) {
    panel.html = absent("No rule has a finished training run yet, so there is nothing to rank.");
    return panel;
  }
  std::vector<std::string> columns{"Rule",
                                   "#Normalised score",
                                   "#Interquartile mean",
                                   "#Mean rank",
                                   "#Won / tied / lost",
                                   "#Runs ahead of bp",
                                   "#LR width, decades",
                                   "#Depth AUC",
                                   "#Train speed",
                                   "#Predict speed",
                                   "#MACs per sample",
                                   "#Failed cells"};
  std::vector<std::vector<Cell>> rows;
  for (size_t i = 0; i < board.rows.size(); ++i)
    rows.push_back(scoreboard_cells(page, board.rows[i], i == 0));
  drop_unmeasured(columns, rows);
  Table table(std::move(columns), true);
  for (std::vector<Cell>& row : rows) table.add(std::move(row));
  panel.html = table.html("stack");
  std::string unit = board.has_baseline
                         ? "0 is chance, 1 is bp"
                         : "0 is chance, 1 is a perfect score, because bp is not in the study";
  if (board.has_baseline && !board.unnormalised_tasks.empty()) {
    unit += fmt::format("; on {} 1 is a perfect score, because bp is absent or near chance there",
                        join_words(board.unnormalised_tasks));
  }
  const auto any = [&](auto has) { return std::ranges::any_of(board.rows, has); };
  std::string note = fmt::format(
      "Normalised score: mean over {} of study <i>{}</i> ({}), with its {} ({} per task); it speaks "
      "about these tasks, not about new ones. ",
      plural(static_cast<int64_t>(board.tasks.size()), "task"), escape_html(board.study),
      escape_html(unit), kSeedsInterval,
      board.min_seeds == board.max_seeds
          ? plural(static_cast<int64_t>(board.min_seeds), "run")
          : fmt::format("{} to {} runs", board.min_seeds, board.max_seeds));
  if (board.tasks.size() >= kTasksForIqm)
    note += "Interquartile mean: without the quarter of the tasks at each end that it names. ";
  if (board.groups)
    note += "Bold and <span class=\"tie\">≈ tied</span>: no rule is significantly better (Holm). ";
  note += criterion(board);
  if (any([](const ScoreboardRow& row) { return std::isfinite(row.ahead); }))
    note += "Runs ahead of bp: share of runs above bp's of the same seed, ties half. ";
  note += "A failed run scores chance. ";
  if (any([](const ScoreboardRow& row) { return std::isfinite(row.lr_width95); }))
    note +=
        "LR width: decades of learning rate that keep 95 % of a rule's best; ≥ means the grid "
        "ended first. ";
  if (any([](const ScoreboardRow& row) { return std::isfinite(row.depth_auc); }))
    note += "Depth AUC: 1 is no loss with depth; it is this project's own measure. ";
  if (any([](const ScoreboardRow& row) { return std::isfinite(row.train_ratio.value); }))
    note += "Speed: ratio to bp, 95 % t interval over processes. ";
  panel.html += "<p class=\"note\">" + note + page.label_note("scoreboard") + "</p>";
  return panel;
}

Panel accuracy_panel(const PageInput& page) {
  Panel panel{"accuracy", "Score per task", "", {}};
  const Scoreboard& board = page.summary.scoreboard;
  if (page.ranks_nothing()) return panel;
  if (board.tasks.empty()) {
    panel.html = absent("This run has no finished training run.");
    return panel;
  }
  panel.html = fmt::format(
      "<p class=\"note\">Large mark: mean with its {}. Small dots: the single seeds.</p><div "
      "class=\"grid\">",
      kSeedsInterval);
  for (size_t i = 0; i < board.tasks.size(); ++i) panel.add(task_chart(page, board.tasks[i], i));
  panel.html += "</div><h3>All rules and tasks</h3>" + matrix_html(page);
  panel.html += fmt::format(
      "<p class=\"note\">Mean test score with its {}. Bold: the highest mean of a task. {}</p>",
      kSeedsInterval,
      board.comparisons > 0
          ? "▲ better, ▼ worse than bp: as on the scoreboard. A dot: the interval of this one "
            "difference leaves out 0, which is no sign once all comparisons count."
          : "");
  return panel;
}

}  // namespace agon::reports
