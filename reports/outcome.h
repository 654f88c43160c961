// SPDX-License-Identifier: MIT
//
// What an outcome counts as, in one place for the summary, the claims and the sweeps. Pure
// functions, any thread.
#pragma once

#include <span>
#include <string>
#include <unordered_map>

#include "reports/record.h"

namespace agon::reports {

// A run that counts as chance: failed, diverged, or ok without the test score that training has.
bool counts_as_failed(const CellRecord& record);

// Chance of each task by id: from its records, else from its card, else 0.
std::unordered_map<std::string, double> chance_levels(std::span<const CellRecord> records,
                                                      std::span<const TaskCard> tasks);

}  // namespace agon::reports
