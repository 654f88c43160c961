// SPDX-License-Identifier: MIT
//
// A picture of a rule as a heatmap: one rectangle per tile in nine steps of lightness, row 0 at the
// bottom, a legend of the steps' values. A value of exactly 0 is an empty tile. Positive values
// that span more than 100-fold are coloured by their logarithm, which the legend says. Pure
// functions, same picture same bytes; any thread.
#pragma once

#include <string>
#include <string_view>

#include "reports/record.h"

namespace agon::reports {

// More tiles than this are no picture that a page should carry.
inline constexpr int64_t kMaxTiles = 4096;

// Rows and columns fit the values, and there are not too many of them.
bool can_draw(const Picture& picture);

// Where the highest value lies, how far the values span, how many tiles are empty: one or two
// sentences from the numbers.
std::string picture_finding(const Picture& picture);

// <figure> like a chart's: heading, SVG with <title> and <desc>, finding, and the numbers under
// "Numbers". Needs can_draw(). id: unique in the page, letters, digits and '-'.
std::string heatmap_html(const Picture& picture, std::string_view id, std::string_view title);

}  // namespace agon::reports
