// SPDX-License-Identifier: MIT
//
// What the ruleset tuned chose and what it gained. Pure functions, any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "reports/record/record.h"
#include "reports/statistics/tasks.h"
#include "reports/summary/summary.h"

namespace agon::reports {

// A rule of the scoreboard with its settings tuned to each task, beside those of the kind of task. Both on
// the scoreboard's scale: 0 is chance, 1 the baseline with its defaults. The gap, tuned less default, is
// what one setting for many tasks costs (cross-task tolerance, Adkins 2024), paired by seed.
struct TunedGain {
  std::string label;  // of the scoreboard's row
  size_t tasks = 0;   // that both rulesets have a score on
  TaskMean tuned, gap;
};
// In the order of the scoreboard's rows; none where the study has no two rulesets.
std::vector<TunedGain> tuned_gains(std::span<const SummaryRow> rows, const Scoreboard& board);

// One value that was tried.
struct Tried {
  std::string value;
  MeanInterval score;  // on validation over seeds; a failed run counts as chance
  size_t n_failed = 0, n_given_up = 0;
};

// What was chosen for a rule on a task from trials of one parameter.
struct TunedChoice {
  std::string study, rule, label, task, parameter{};
  std::vector<Tried> tried{};  // ascending
  size_t chosen = 0;
  std::string by_default{};  // the value of the ruleset default, "" where it has no cell
  // Of one trial that went to its end: training samples, and multiply-accumulates over them.
  double samples = kNaN, macs = kNaN;

  bool at_edge() const { return chosen == 0 || chosen + 1 == tried.size(); }
};
std::vector<TunedChoice> tuned_choices(std::span<const CellRecord> records,
                                       std::span<const SummaryRow> rows);

}  // namespace agon::reports
