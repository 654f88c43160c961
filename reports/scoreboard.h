// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "reports/summary.h"

namespace agon::reports {

// The scoreboard of summarise(): rows as it made them, records for the counts of cells.
Scoreboard make_scoreboard(std::span<const SummaryRow> rows, std::span<const CellRecord> records);

}  // namespace agon::reports
