// SPDX-License-Identifier: MIT
//
// Cells with what each row of their test gave.
#pragma once

#include <numeric>
#include <vector>

#include "tests/reports/make.h"

namespace agon::reports::testing {

// The score is the mean of the rows.
inline CellRecord with_rows(CellRecord r, const std::vector<double>& rows) {
  r.outcome.score_test =
      std::accumulate(rows.begin(), rows.end(), 0.0) / static_cast<double>(rows.size());
  r.outcome.test_rows = {pack_rows("score_test", rows)};
  r.id.task_hash = "hash of " + r.id.task;
  return r;
}

// Rows that are right but for `wrong` of them from `first` on.
inline std::vector<double> right_but(size_t rows, size_t wrong, size_t first = 0) {
  std::vector<double> out(rows, 1);
  for (size_t i = 0; i < wrong; ++i) out[(first + i) % rows] = 0;
  return out;
}

}  // namespace agon::reports::testing
