// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "reports/summary/summary.h"

namespace agon::reports {

// The scoreboard of summarise(): rows as it made them, with the cells of each, whose comparison with bp is filled in where
// they are of the scoreboard's study; records for the counts of cells, studies for their kinds.
Scoreboard make_scoreboard(std::span<SummaryRow> rows, std::span<const RowCells> cells,
                           std::span<const CellRecord> records, std::span<const StudyCard> studies);

}  // namespace agon::reports
