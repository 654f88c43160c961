// SPDX-License-Identifier: MIT
//
// The sentences of statistics/sentences.h about a scoreboard. Pure functions, any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "reports/statistics/sentences.h"
#include "reports/summary/summary.h"

namespace agon::reports {

// The highest setting other than the baseline; null without a baseline, or without another.
const ScoreboardRow* first_other(const Scoreboard& board);

// How a setting stands to the baseline over the tasks; "" below kTasksForSignedRank tasks.
std::string equivalence_of(const Scoreboard& board, const ScoreboardRow& row);

// Of the ties of a setting with the baseline the one that the data say least of; "" without one.
std::string resolution_of(const Scoreboard& board, const ScoreboardRow& row,
                          std::span<const SummaryRow> rows);

// All of these, and what each setting won and lost, for at most kToldSettings settings.
inline constexpr size_t kToldSettings = 4;
std::vector<std::string> told_of(const Scoreboard& board, std::span<const SummaryRow> rows);

}  // namespace agon::reports
