// SPDX-License-Identifier: MIT
//
// Speed in a report: which rows are held against which measurements of the baseline, and the words
// for it. The verdict, the scoreboard, the section on speed and summary.csv all say what
// compare_speeds() found. Pure functions, any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reports/record/record.h"
#include "reports/statistics/speed.h"

namespace agon::reports {

struct Group;
struct SummaryRow;

// The repetitions of these cells, by round: a seed of a run. train: or predict.
SpeedRounds speed_rounds(std::span<const CellRecord* const> cells, bool train);

// A row of Mode::speed and the baseline's row of the same study and task; the two may be one.
struct SpeedPair {
  SummaryRow* row = nullptr;
  SummaryRow* baseline = nullptr;
};
// Fills the ratios of the rows. A baseline's own ratio is its second measurement over its first,
// from those groups of `again` that are of Mode::speed_again; exactly 1 without an interval where
// there is none.
void compare_speeds(std::span<const SpeedPair> pairs, std::span<const Group> again);

// "Two identical measurements differed by 2.4x: ...", "" where they are fit for comparing.
std::string busy_sentence(const SpeedRatio& again);

// A rule as sentences name it, with its ratio.
struct NamedSpeed {
  std::string name;
  SpeedRatio ratio;
};
// "Training samples per second against bp: faster linear 2.3x [2.2, 2.4]; ...". "" where nothing
// can be said.
std::string speed_sentence(std::string_view what, std::span<const NamedSpeed> rules);

// "5 processes", "one process".
std::string processes_text(size_t n);

}  // namespace agon::reports
