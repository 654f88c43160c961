// SPDX-License-Identifier: MIT
//
// The finding of a chart with many lines. Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/record/record.h"

namespace agon::reports {

// One line of a chart in words, and what ranks it among the others.
struct Told {
  std::string label, words;
  double rank = kNaN;  // NaN: has none
};

// Each line; of many the first and the last in rank, named `most` and `least`, how many there are
// besides, and how many do not do what `unranked` says.
std::string tell(std::vector<Told> lines, std::string_view most, std::string_view least,
                 std::string_view unranked);

}  // namespace agon::reports
