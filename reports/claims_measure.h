// SPDX-License-Identifier: MIT
//
// From a check to its measurements: which cells it reads, seed by seed, and the number they make.
// The conventions stand in claims.h. Pure, any thread.
#pragma once

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "reports/claims.h"
#include "reports/params.h"

namespace agon::reports {

// The records with their parameters parsed once, for many checks.
class ClaimCells {
 public:
  ClaimCells(std::span<const CellRecord> records, std::span<const TaskCard> tasks);

  struct Cell {
    const CellRecord* record;
    const Params* params;
    double chance;
  };
  // Cells of a filter in plan order; when there are none, `reason` says what the run lacks.
  std::vector<Cell> of(const CellFilter& filter, std::string& reason) const;

 private:
  std::vector<Params> params_;  // one per record
  std::unordered_map<std::string, std::vector<Cell>> by_study_;
};

// One line, or one for each value of `per`.
std::vector<Measurement> measure(const ClaimCheck& check, const ClaimCells& cells);

}  // namespace agon::reports
