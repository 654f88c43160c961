// SPDX-License-Identifier: MIT
//
// <figure> of a chart or picture: heading, drawing, finding as caption, the numbers under "Numbers".
// Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

#include "reports/record/record.h"
#include "reports/sections/chart.h"
#include "reports/sections/section.h"

namespace agon::reports {

// `choice` is an extra class.
std::string figure_html(const Chart& chart, std::string_view choice = "", const About& about = {});

// A picture that can be drawn, see picture.h. id: unique in the page, letters, digits and '-'.
std::string picture_html(const Picture& picture, std::string_view id, std::string_view title,
                         const About& about = {});

}  // namespace agon::reports
