// SPDX-License-Identifier: MIT
//
// Every chart and picture of the report as an SVG of its own, ready for a paper: light, plain colours
// that programs without style variables read, fonts by their common names. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/report.h"
#include "reports/summary/summary.h"

namespace agon::reports {

struct Figure {
  std::string name;  // "accuracy-digits.svg"
  std::string bytes;
};

std::vector<Figure> render_figures(const ReportInput& input, const Summary& summary);

// The style sheet of charts with its variables put in, for light paper: what a drawing alone needs.
std::string paper_style(std::string_view css);

// Whether a file of these bytes is such a figure.
bool is_figure(std::string_view bytes);

}  // namespace agon::reports
