// SPDX-License-Identifier: MIT
//
// What a rule draws of its trained model, as SVG. Foreign text is escaped, foreign numbers may be
// anything. Pure functions, same picture same bytes; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/record/record.h"
#include "reports/sections/section.h"

namespace agon::reports {

// "" for a picture that can be drawn, else why it cannot: a kind that is not known, shapes that do
// not fit the values, too many of them. The others need one that can be drawn.
std::string undrawable(const Picture& picture);

// How to read pictures of this kind, a sentence; "" where nobody needs it.
std::string_view picture_hint(const Picture& picture);

// One thing to know in plain words, from the numbers: where a heatmap is highest, where two lines
// lie farthest apart; and what is not drawn.
std::string picture_finding(const Picture& picture);

// The numbers behind it.
std::vector<Block> picture_numbers(const Picture& picture);

// role="img" with <title> and, as <desc>, its finding; kSketchWidth wide. id: unique in the page.
std::string picture_svg(const Picture& picture, std::string_view id, std::string_view title,
                        std::string_view finding);

}  // namespace agon::reports
