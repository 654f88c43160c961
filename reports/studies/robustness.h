// SPDX-License-Identifier: MIT
//
// What robustness studies measured: scores of trained models over the level of a harm, a line for
// each rule and setting. Of several learning rates the one selected on validation speaks. Pure
// functions, any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "reports/statistics/interval.h"
#include "reports/summary/group.h"
#include "reports/summary/summary.h"

namespace agon::reports {

struct HarmLevel {
  double level = kNaN;
  MeanInterval score;   // over seeds, each the mean of its draws; a failed run counts as chance
  double nrmse = kNaN;  // of dynamics: mean over the runs that are ok
  size_t n_failed = 0;
};

struct HarmLine {
  std::string rule, variant, label;
  std::vector<HarmLevel> levels;  // ascending, level 0 first: the test score

  // The share of the score above chance that is lost at levels[i]; NaN where nothing is above it.
  double lost(size_t i, double chance) const;
};

// The lines of one study, task and harm, in plan order.
struct HarmCurves {
  std::string study, task, harm, metric;
  double chance = kNaN;
  std::vector<HarmLine> lines;
};

// A harm that a rule or a task does not take.
struct HarmNotTaken {
  std::string study, task, harm, label, reason;
};

struct Robustness {
  std::vector<HarmCurves> curves;  // by study and task in plan order, then by kHarms
  std::vector<HarmNotTaken> not_taken;
  bool empty() const { return curves.empty() && not_taken.empty(); }
};

// rows: those that summarise() made of the groups, one for each but those of a second measurement of
// speed.
Robustness robustness_of(std::span<const Group> groups, std::span<const SummaryRow> rows);

}  // namespace agon::reports
