// SPDX-License-Identifier: MIT
//
// The drawers of the page as one JSON object, safe in <script>, that the page's script unfolds:
//   {"texts": [...], "axes": [[...]], "drawers": {KEY: {...}}}
// Texts and axes that many runs share stand once and are named by their place. Pure; any thread.
#pragma once

#include <string>

#include "reports/sections/page.h"

namespace agon::reports {

struct DrawerData {
  std::string json;
  size_t shown = 0, all = 0;  // drawers; fewer are shown where they would be too heavy
  size_t points = 0;          // of a curve at most
};

// As many drawers as `bytes` bear, those of drawer_order() first; with fewer points a curve before
// there are fewer drawers.
DrawerData drawer_data(const PageInput& page, size_t bytes);

}  // namespace agon::reports
