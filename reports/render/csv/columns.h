// SPDX-License-Identifier: MIT
//
// Which columns of the CSV files are results, and the page about those of cells.csv.
#pragma once

#include <string>
#include <string_view>

namespace agon::reports {

// True for the columns, of any of the files, that the same plan, plugins and data must
// reproduce byte for byte (Is::result in fields.h).
bool is_result_column(std::string_view name);

// COLUMNS.md: a line for each column of cells.csv.
std::string columns_page();

}  // namespace agon::reports
