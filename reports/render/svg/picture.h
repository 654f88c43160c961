// SPDX-License-Identifier: MIT
//
// What a rule draws of its trained model, as a figure. Foreign text is escaped, foreign numbers may
// be anything. Pure functions, same picture same bytes; any thread.
#pragma once

#include <string>
#include <string_view>

#include "reports/record/record.h"

namespace agon::reports {

// "" for a picture that picture_html() can draw, else why it cannot: a kind that is not known,
// shapes that do not fit the values, too many of them.
std::string undrawable(const Picture& picture);

// One thing to know in plain words, from the numbers: where a heatmap is highest, where two lines
// lie farthest apart; and what is not drawn. Needs a picture that can be drawn, as the next one
// does.
std::string picture_finding(const Picture& picture);

// <figure> like a chart's: heading, SVG with <title> and <desc>, finding, and the numbers under
// "Numbers". id: unique in the page, letters, digits and '-'.
std::string picture_html(const Picture& picture, std::string_view id, std::string_view title);

}  // namespace agon::reports
