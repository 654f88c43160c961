// SPDX-License-Identifier: MIT
//
// What two attempts of one cell gave, bit for bit: the result columns of fields.h, and the results
// among what a cell has many of. Pure functions, any thread.
#pragma once

#include <string>
#include <vector>

#include "reports/record/record.h"

namespace agon::reports {

// A column of results. Equal texts are equal bits: numbers in the fewest digits that read back exactly.
struct ResultColumn {
  std::string name;  // as in cells.csv; curve, series and test_rows for what a cell has many of
  std::string text;
  std::string shown;  // the same for people: of many numbers only how many
};
// Those that identify a cell: key, plugin version, parameters, data, seed.
std::vector<ResultColumn> identity_columns(const CellRecord& record);
// Those that it gave. Of a speed cell what the rule measures of itself is a matter of time, and no
// result.
std::vector<ResultColumn> outcome_columns(const CellRecord& record);

struct ColumnPair {
  std::string name;
  std::string before, after;  // for people; "" where one has no such column
  bool same = false;
};
std::vector<ColumnPair> compare_outcomes(const CellRecord& before, const CellRecord& after);
bool same_results(const CellRecord& before, const CellRecord& after);

}  // namespace agon::reports
