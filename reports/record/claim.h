// SPDX-License-Identifier: MIT
//
// What a source claims, as measurements against bounds.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reports/record/cell.h"

namespace agon::reports {

// The cells a check reads: of one study, rule and task with these parameters; an empty task stands
// for the study's only one. Values stand as in params_json, without quotes.
struct CellFilter {
  std::string study, rule, task;
  std::vector<std::pair<std::string, std::vector<std::string>>> params;
};

// One measurement against one bound.
struct ClaimCheck {
  std::string what;  // "ED, worst seed at update 500"
  CellFilter of;
  std::optional<CellFilter> minus, over;  // at most one: a difference or a ratio, paired by seed
  std::string value = "score_test";       // see cell_value() in claims.h
  std::string over_value{};               // the ratio to this value of the same cell, or ""
  std::string take = "mean";              // see claims.h
  std::string by;   // argmax, slope, exponent: over the values of this parameter
  std::string per;  // holds only if it holds at each value of this parameter
  double at_least = kNaN, at_most = kNaN;  // one of them or both
};

// What a source claims, with the rule that decides it.
struct ClaimCard {
  std::string source;  // "Figure c1"
  std::string text;
  std::string note;  // what a reader must know, or ""
  std::vector<ClaimCheck> checks;
};

}  // namespace agon::reports
