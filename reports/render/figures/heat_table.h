// SPDX-License-Identifier: MIT
//
// A table of shades (Table::heat) as a figure: a rectangle a cell with its number, 460 wide at least.
// Pure function, any thread.
#pragma once

#include <string>
#include <string_view>

#include "reports/sections/section.h"

namespace agon::reports {

// "" where no cell has a shade.
std::string heat_table_svg(const Table& table, std::string_view title);

}  // namespace agon::reports
