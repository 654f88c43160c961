// SPDX-License-Identifier: MIT
//
// What the runs of a setting gave on the rows of a test, as the functions of statistics/ take it.
// Test rows count where they are a sample and stored: each run has the same rows, and their mean is
// its score. Else only the scores of the seeds do. Pure functions, any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "reports/record/record.h"
#include "reports/statistics/difference.h"
#include "reports/statistics/interval.h"
#include "reports/statistics/rows.h"

namespace agon::reports {

// What every interval of a score is called, on the page and in the files; kSeedsInterval is that of
// anything else.
inline constexpr std::string_view kScoreInterval = "95 % interval over seeds and test rows";

// What an interval of a score speaks of.
enum class Basis {
  rows,      // other seeds and other test rows; of one seed other rows alone
  patterns,  // other seeds: every pattern there is was tested
  folds,     // other seeds, each with test rows of its own
  scores     // other seeds on the same rows: the rows are not known, or their mean is not the score
};

// The runs of one setting at one learning rate; what was skipped is absent.
struct Tested {
  Basis basis = Basis::scores;
  SeedScores scores;  // a failed run is at chance
  Runs runs;          // Basis::rows only
  RowKind kind{true, TestedRows::all};
  size_t rows() const { return runs.by_seed.empty() ? 0 : runs.by_seed.begin()->second.size(); }
};
// card: of the task, null without one. chance: for a run that failed before it could say.
Tested tested_of(std::span<const CellRecord* const> cells, double chance, const TaskCard* card);

// The runs behind a row of the summary; points into the records and cards that were summarised.
struct RowCells {
  std::vector<const CellRecord*> cells;
  const TaskCard* card = nullptr;
  double chance = kNaN;
  Tested tested() const { return tested_of(cells, chance, card); }
};

// The 95 % interval of the mean score, see statistics/score.h.
Interval score_interval(const Tested& tested);

// "over 5 seeds and 360 test rows", "over 360 test rows, one seed", "over 5 seeds, all patterns
// tested", "over 5 seeds, each on a fold of its own", "over 5 seeds only".
std::string basis_text(Basis basis, size_t seeds, size_t rows);

// Both on the seeds that both have, by rows where both have them, else by scores.
struct TestedPair {
  RowTable x, y;
  RowKind kind{true, TestedRows::all};
};
TestedPair pair_of(const Tested& x, const Tested& y);

}  // namespace agon::reports
