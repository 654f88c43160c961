// SPDX-License-Identifier: MIT
//
// What an outcome counts as, in one place for the summary, the claims and the sweeps. Pure
// functions, any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "reports/record/record.h"

namespace agon::reports {

// A run that failed, diverged, or is ok without the test score that training has. It counts as
// chance where it trained; a forgetting run is ok without a test score when nothing could be
// compared.
bool counts_as_failed(const CellRecord& record);

// What a cell of this mode is judged by: the test score, of a trial that on validation, or on the
// training set where the task has no validation rows.
double judged_score(const CellRecord& record, double chance);

// A score (&CellOutcome::score_test, ...) as aggregates count it: chance for a run that failed, NaN
// for a skipped cell. In a forgetting study it is NaN, too, for every run whose task B never reached
// the level at which A is compared, the failed ones among them: what is left of A after training on
// B may lie well below chance.
double counted_score(const CellRecord& record, double CellOutcome::*score, double chance);

// What the rule measured under that key, or the host of it: column m_<key>; NaN where there is none.
double metric_of(const CellRecord& record, std::string_view key);

// The outcome's series of that name at x; NaN where it has none.
double series_value(const CellOutcome& outcome, std::string_view series, double x);

// Chance of each task by id: from its records, else from its card, else 0.
std::unordered_map<std::string, double> chance_levels(std::span<const CellRecord> records,
                                                      std::span<const TaskCard> tasks);

}  // namespace agon::reports
