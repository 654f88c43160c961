// SPDX-License-Identifier: MIT
//
// What the statistics say of the settings of a scoreboard: each on every task on the scale of the
// baseline, against the baseline, against each other, and over the tasks. One criterion decides wins
// and losses, see statistics/comparison.h. Pure functions, any thread.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "reports/summary/summary.h"
#include "reports/summary/tested.h"

namespace agon::reports {

struct Contender {
  ScoreboardRow row;
  std::map<std::string, SummaryRow*> by_task;
  Params params;  // of its first row
  // Its tasks with a value on the scale of the scoreboard, and that value.
  std::vector<std::string> tasks;
  std::vector<TaskValue> values;
};

// What they ran.
struct ScoreboardInput {
  std::span<const SummaryRow> rows;      // that Contender::by_task points into
  std::span<const RowCells> cells;       // of each row
  std::map<std::string, double> chance;  // by task
};

// Fills the contenders' numbers, their rows' comparison with the baseline, and what the scoreboard
// says of all of them. baseline: one of the contenders, or null. board.tasks: plan order.
void compare(std::span<Contender> contenders, const Contender* baseline,
             const ScoreboardInput& input, Scoreboard& board);

}  // namespace agon::reports
