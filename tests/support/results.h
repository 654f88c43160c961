// SPDX-License-Identifier: MIT
//
// The result columns of a run's CSV files: what must be the same bytes for any number of jobs and
// after any kill.
#pragma once

#include <string>

#include "reports/render/csv/columns.h"
#include "tests/support/shell.h"

namespace agon::test {

// Every row of cells.csv, result columns only, without the speed study (its results are times).
inline std::string result_bytes(const std::filesystem::path& cells_csv) {
  const Table cells(cells_csv);
  std::string text;
  for (size_t r = 0; r < cells.size(); ++r) {
    if (cells.at(r, "study") == "speed") continue;
    for (const std::string& column : cells.header()) {
      if (column != "run_id" && reports::is_result_column(column))
        text += column + "=" + cells.at(r, column) + ",";
    }
    text += "\n";
  }
  return text;
}

}  // namespace agon::test
