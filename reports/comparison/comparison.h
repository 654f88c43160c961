// SPDX-License-Identifier: MIT
//
// Two runs side by side, A before and B after: what got better, what got worse.
//
// Conventions
//  - A setting is a study, a rule with all its values, a task, a ruleset and a condition; its cells
//    differ in their seed. Settings of A and B are paired by all of these; a value that one of the
//    two runs knows alone, and that is the same throughout it, is left out of the pairing, with a
//    note: the rule has a new parameter.
//  - Scores: difference() of B minus A, paired by seed and test row, one table, one criterion
//    (statistics/comparison.h). A failed run counts as chance. Below 5 seeds there is no evidence.
//  - A setting of which more cells failed (crash, time, memory, error) than before is worse, whatever
//    the scores say.
//  - Speeds: only of cells of one and the same host in both runs; the ratio over the rounds, told
//    apart from what the two runs' own pairs of identical measurements differ by (statistics/speed.h).
// Pure functions, any thread.
#pragma once

#include <string>
#include <vector>

#include "reports/comparison/facts.h"
#include "reports/merge.h"
#include "reports/statistics/difference.h"
#include "reports/statistics/speed.h"

namespace agon::reports {

struct StoredResults {
  RunResults results;
  RunFacts facts;
};

// none: no evidence of either. added: in B alone; missing: in A alone.
enum class Change { improved, worse, none, added, missing };
std::string_view name(Change change);

struct ComparedSetting {
  std::string study, task, rule, ruleset, condition, metric;
  std::string setting;   // its values that differ within the study, "depth=2 lr=0.1"
  std::string quantity;  // "score", "training speed", "prediction speed"
  Change change = Change::none;
  std::string why;  // of worse or none where the numbers do not say it
  size_t cells_before = 0, cells_after = 0, paired = 0;
  size_t same_bits = 0;                        // of the paired cells; of scores
  size_t failed_before = 0, failed_after = 0;  // of the paired cells
  double before = kNaN, after = kNaN;  // means over the paired seeds; speed: samples per second
  Difference difference{};             // of scores
  double corrected = kNaN;             // its p
  SpeedRatio ratio{};                  // of speeds: B over A
  // How far it fell, in percent of A; 0 where it did not. Of a speed 0 unless the whole interval fell.
  double fall_pct() const;
};

struct Comparison {
  std::vector<std::string> differs;  // see differences(); what --force goes past
  std::vector<std::string> notes;
  std::string no_speeds;  // why speeds are not compared, or ""
  size_t cells_before = 0, cells_after = 0;
  size_t paired = 0, by_key = 0, same_bits = 0;  // cells, speed cells apart from same_bits
  size_t result_cells = 0;                       // paired cells whose bits were compared
  std::vector<ComparedSetting> settings;         // in the order of A, then what B has alone
  size_t count(Change change) const;
};

Comparison compare(const StoredResults& a, const StoredResults& b);

// Settings that fell by more than so many percent, or failed more often: what --fail-on-regression
// asks for, evidence or not.
std::vector<const ComparedSetting*> regressions(const Comparison& comparison, double percent);

}  // namespace agon::reports
