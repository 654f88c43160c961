// SPDX-License-Identifier: MIT
//
// Charts as what the page's script (web/page.js) hands to Plotly once one comes into view: to zoom,
// hover and export. The drawing that stands there before is svg.h's. Pure, any thread.
#pragma once

#include <span>
#include <string>

#include "reports/sections/chart.h"

namespace agon::reports {

struct EmbeddedFile {
  std::string name, text;
};

// The charts and files as one JSON object {"charts": [...], "files": {name: text}}, safe in
// <script>.
std::string page_data(std::span<const Chart* const> charts, std::span<const EmbeddedFile> files);

}  // namespace agon::reports
