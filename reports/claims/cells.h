// SPDX-License-Identifier: MIT
//
// Which cells a check reads, and the number of each seed in them. The conventions stand in
// claims.h. Pure, any thread.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "reports/claims/claims.h"
#include "reports/claims/take.h"
#include "reports/record/params.h"

namespace agon::reports {

// The records with their parameters parsed once, for many checks.
class ClaimCells {
 public:
  // of_these: only records that it takes; none: all.
  ClaimCells(std::span<const CellRecord> records, std::span<const TaskCard> tasks,
             const std::function<bool(const CellRecord&)>& of_these = {});
  ClaimCells(const ClaimCells&) = delete;  // the cells point into params_
  ClaimCells& operator=(const ClaimCells&) = delete;

  struct Cell {
    const CellRecord* record;
    const Params* params;
    double chance;
  };
  // Cells of a filter in plan order; when there are none, `reason` says what the run lacks.
  std::vector<Cell> of(const CellFilter& filter, std::string& reason) const;

 private:
  std::deque<Params> params_;  // of the settings
  std::unordered_map<std::string, std::vector<Cell>> by_study_;
};
using Cells = std::vector<ClaimCells::Cell>;

// The values that a filter names for a parameter, null where it does not.
const std::vector<std::string>* named_values(const CellFilter& filter, const std::string& key);
// The cells with this value, and the values that cells have, in order of first appearance.
Cells at_value(const Cells& cells, const std::string& key, const std::string& value);
std::vector<std::string> values_of(const Cells& cells, const std::string& key);

// What was left out on the way to a number.
struct LeftOut {
  std::set<uint64_t> skipped, without_number, without_partner, undefined;
  std::string skip_detail;

  // "left out: 1 seed skipped (reason); 2 seeds without a partner", or "".
  std::string words(const std::string& value) const;
};

// The number of each seed; throws Unmeasured for cells that differ in more than the seed.
BySeed numbers(const Cells& cells, const std::string& value, LeftOut& left_out);

// "1 value", "2 values".
std::string counted(size_t n, const char* noun);
std::string joined(const std::vector<std::string>& values, const char* between);

}  // namespace agon::reports
