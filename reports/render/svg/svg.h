// SPDX-License-Identifier: MIT
//
// Charts as SVG text. Colours come from CSS classes (reports/web/chart.css: s0..s7 series, light
// and dark), so one drawing serves both themes; marker shape and dash repeat what the colour says.
// Pure functions, same chart same bytes; any thread.
#pragma once

#include <string>
#include <string_view>

#include "reports/sections/chart.h"

namespace agon::reports {

inline constexpr int kSeriesColours = 8;

// role="img" with <title> and <desc>, viewBox 460 wide. With `css` the file stands alone, e.g. in a
// paper.
std::string render_svg(const Chart& chart, std::string_view css = "");

// A marker as a small inline SVG, for tables and cards.
std::string marker_icon(int style, bool open);

}  // namespace agon::reports
