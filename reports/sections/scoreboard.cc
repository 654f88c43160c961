// SPDX-License-Identifier: MIT
//
// Scoreboard over all tasks: one row per rule.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/sections/sections.h"
#include "reports/summary/tuned.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

Cell maybe(double value, const std::string& text) {
  return std::isfinite(value) ? number_cell(text, value) : missing_cell(std::string(kNotMeasured));
}

std::string score_text(double score) { return fixed(score); }
std::string ratio_text(double ratio) { return shortest(ratio, 3); }

Cell ratio_cell(const ScoreboardRow& row, const SpeedRatio& ratio) {
  if (row.rule == kBaseline && ratio.value == 1) return missing_cell("reference", 1);
  Cell cell = maybe(ratio.value, shortest(ratio.value, 3) + "×");
  add_interval(cell, ratio.ci, &ratio_text);
  return cell;
}

Cell normalised_cell(const ScoreboardRow& row, size_t tasks, bool strong) {
  Cell cell = maybe(row.normalised.value, fixed(row.normalised.value));
  add_interval(cell, row.normalised.ci, &score_text);
  if (row.narrow.mean) cell.text.beside("too narrow: some runs failed", As::bad);
  if (row.tasks > 0 && row.tasks < tasks)
    cell.text.beside(fmt::format("{} of {} tasks", row.tasks, tasks), As::small);
  cell.strong = strong;
  return cell;
}

Cell iqm_cell(const ScoreboardRow& row) {
  Cell cell = maybe(row.normalised_iqm, fixed(row.normalised_iqm));
  add_interval(cell, row.iqm_ci, &score_text);
  if (row.narrow.iqm && std::isfinite(row.normalised_iqm))
    cell.text.beside("too narrow: some runs failed", As::bad);
  if (!row.iqm_cut.empty()) {
    cell.fold_title = fmt::format("without {} tasks", row.iqm_cut.size());
    cell.fold = join_words(row.iqm_cut);
  }
  return cell;
}

Cell depth_cell(const ScoreboardRow& row) {
  Cell cell = maybe(row.depth_auc, fixed(row.depth_auc, 2));
  if (std::isfinite(row.depth_auc) && row.trainable_depth >= 0) {
    cell.text.beside(fmt::format("trains to {}{}", row.trainable_depth_censored ? "≥ " : "",
                                 row.trainable_depth),
                     As::small);
  }
  return cell;
}

Cell against_cell(const ScoreboardRow& row) {
  if (row.is_baseline) return missing_cell("reference");
  if (row.wins + row.ties + row.losses == 0) return missing_cell(std::string(kNotMeasured));
  Cell cell = number_cell(fmt::format("{} / {} / {}", row.wins, row.ties, row.losses),
                          static_cast<double>(row.wins) - static_cast<double>(row.losses));
  if (row.unknown > 0)
    cell.text.beside(fmt::format("{} with too few seeds", row.unknown), As::small);
  return cell;
}

std::vector<Cell> scoreboard_cells(const PageInput& page, const ScoreboardRow& row, bool first) {
  std::vector<Cell> cells{text_cell(rule_text(page, row.rule, row.variant, row.label))};
  if (!first && row.among_best)
    cells[0].text.beside("≈ tied", As::badge, "cannot be told apart from the best");
  cells.push_back(
      normalised_cell(row, page.summary.scoreboard.tasks.size(), first || row.among_best));
  cells.push_back(iqm_cell(row));
  cells.push_back(maybe(row.mean_rank, fixed(row.mean_rank, 1)));
  cells.push_back(against_cell(row));
  cells.push_back(row.is_baseline ? missing_cell("reference")
                                  : maybe(row.ahead, fixed(row.ahead, 2)));
  cells.push_back(
      maybe(row.lr_width95, (row.lr_width95_at_edge ? "≥ " : "") + fixed(row.lr_width95, 2)));
  cells.push_back(depth_cell(row));
  cells.push_back(ratio_cell(row, row.train_ratio));
  cells.push_back(ratio_cell(row, row.predict_ratio));
  cells.push_back(maybe(row.macs_per_sample, si(row.macs_per_sample)));
  cells.push_back(
      number_cell(fmt::format("{} of {}", row.failed, row.cells), static_cast<double>(row.failed)));
  cells.back().strong = row.failed > 0;
  return cells;
}

// Of a run with two rulesets: the score with settings tuned to each task, and what that gained.
void add_tuned(const PageInput& page, Table& table) {
  const Scoreboard& board = page.summary.scoreboard;
  const std::vector<TunedGain> gains = tuned_gains(page.summary.rows, board);
  if (gains.empty()) return;
  constexpr auto kPlace = 2;  // behind the normalised score
  table.columns.insert(table.columns.begin() + kPlace,
                       {{"Tuned", true}, {"Tuned − default", true}});
  for (size_t i = 0; i < table.rows.size(); ++i) {
    Cell tuned = missing_cell(std::string(kNotMeasured)), gap = tuned;
    const auto own = std::ranges::find(gains, board.rows[i].label, &TunedGain::label);
    if (own != gains.end()) {
      tuned = maybe(own->tuned.value, fixed(own->tuned.value));
      add_interval(tuned, own->tuned.ci, &score_text);
      gap = maybe(own->gap.value, fixed(own->gap.value));
      add_interval(gap, own->gap.ci, &score_text);
    }
    auto& cells = table.rows[i];
    cells.insert(cells.begin() + kPlace, {std::move(tuned), std::move(gap)});
  }
}

// Columns of questions that the run does not ask: no row has a number. Their own sections say so.
void drop_unmeasured(Table& table) {
  constexpr size_t kFirst = 2;  // behind the name and the score
  for (size_t c = table.columns.size(); c-- > kFirst;) {
    const bool measured = std::ranges::any_of(
        table.rows, [c](const std::vector<Cell>& row) { return !row[c].missing(); });
    if (measured) continue;
    const auto at = static_cast<ptrdiff_t>(c);
    table.columns.erase(table.columns.begin() + at);
    for (std::vector<Cell>& row : table.rows) row.erase(row.begin() + at);
  }
}

// Says how rules are told apart, or that the seeds are too few for it.
std::string criterion(const Scoreboard& board) {
  if (board.comparisons > 0) {
    return fmt::format(
        "Won, tied and lost, ▲ and ▼: against bp, by differences paired by seed and test row and corrected "
        "over all {} comparisons of this table (Benjamini and Hochberg, p below 0.05); about 1 in 20 such "
        "signs, at most, is expected to be false. Tied means that no difference was shown. ",
        board.comparisons);
  }
  if (!board.has_baseline || board.rows.size() < 2) return "";
  return fmt::format("{} too few to say which rules differ: wins are counted from {} on. ",
                     few_seeds(board), kSeedsToCompare);
}

}  // namespace

Section scoreboard_section(const PageInput& page) {
  Section section{"scoreboard", "Scoreboard"};
  const Scoreboard& board = page.summary.scoreboard;
  if (page.ranks_nothing()) return section;
  if (board.rows.empty()) {
    section.absent("No rule has a finished training run yet, so there is nothing to rank.");
    return section;
  }
  Table table({"Rule", "#Normalised score", "#Interquartile mean", "#Mean rank",
               "#Won / tied / lost", "#Runs ahead of bp", "#LR width, decades", "#Depth AUC",
               "#Train speed", "#Predict speed", "#MACs per sample", "#Failed cells"},
              true);
  table.stacked = true;
  for (size_t i = 0; i < board.rows.size(); ++i)
    table.add(scoreboard_cells(page, board.rows[i], i == 0), {board.rows[i].rule, "", ""});
  drop_unmeasured(table);
  const size_t columns = table.columns.size();
  add_tuned(page, table);
  section.add(std::move(table));
  std::string unit = board.has_baseline
                         ? "0 is chance, 1 is bp"
                         : "0 is chance, 1 is a perfect score, because bp is not in the study";
  if (board.has_baseline && !board.unnormalised_tasks.empty()) {
    unit += fmt::format(
        "; on {} 1 is a perfect score, because bp is absent or its interval near chance there",
        join_words(board.unnormalised_tasks));
  }
  const auto any = [&](auto has) { return std::ranges::any_of(board.rows, has); };
  Text note = fmt::format("Normalised score: mean over {} of study ",
                          plural(static_cast<int64_t>(board.tasks.size()), "task"));
  note.add(board.study, As::emphasis);
  note.add(fmt::format(
      " ({}), with its {} ({} per task); it speaks about these tasks, not about new ones. ", unit,
      interval_words(
          page,
          [&](const SummaryRow& row) { return row.study == board.study && trains(row.mode); }),
      board.min_seeds == board.max_seeds
          ? plural(static_cast<int64_t>(board.min_seeds), "run")
          : fmt::format("{} to {} runs", board.min_seeds, board.max_seeds)));
  if (board.tasks.size() >= kTasksForIqm)
    note.add("Interquartile mean: without the quarter of the tasks at each end that it names. ");
  if (board.groups)
    note.add("Bold and ")
        .add("≈ tied", As::badge)
        .add(": no rule is significantly better (Holm). ");
  if (table.columns.size() > columns)
    note.add(
        "Every column but these two is of the ruleset default: one setting for all tasks of a kind. "
        "Tuned: on the same scale, settings chosen on validation task by task, as many trials for "
        "every rule. Tuned − default: what one setting for many tasks costs, paired by seed. ");
  note.add(criterion(board));
  if (any([](const ScoreboardRow& row) { return std::isfinite(row.ahead); }))
    note.add("Runs ahead of bp: share of runs above bp's of the same seed, ties half. ");
  note.add("A failed run scores chance. ");
  if (any([](const ScoreboardRow& row) { return std::isfinite(row.lr_width95); }))
    note.add(
        "LR width: decades of learning rate that keep 95 % of a rule's best; ≥ means the grid "
        "ended first. ");
  if (any([](const ScoreboardRow& row) { return std::isfinite(row.depth_auc); }))
    note.add("Depth AUC: 1 is no loss with depth; it is this project's own measure. ");
  if (any([](const ScoreboardRow& row) { return std::isfinite(row.train_ratio.value); }))
    note.add("Speed: ratio to bp, 95 % t interval over processes. ");
  section.note(std::move(note.add(page.label_note(section.id))));
  return section;
}

}  // namespace agon::reports
