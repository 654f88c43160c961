// SPDX-License-Identifier: MIT
//
// Runs the checks of a rule, one process each, so that what crashes, hangs or prints without end is one
// check's failure. Thread: the main one.
#pragma once

#include <functional>
#include <optional>
#include <regex>
#include <span>
#include <string>
#include <vector>

#include "harness/conformance/check.h"
#include "harness/conformance/expectations.h"
#include "harness/conformance/level.h"
#include "harness/plugins/manifest.h"

namespace agon::conformance {

struct Wish {
  int level = kHighestLevel;       // the highest
  std::optional<std::regex> only;  // checks whose whole id matches, whatever came of lower levels
  std::optional<uint64_t> case_seed;  // one drawn case, in place of all
  std::string simd;                   // the target that kernels use; "" the best one
};

struct Finding {
  const Check* check = nullptr;
  Verdict verdict;
};

// Level by level; of a level after one that was not kept nothing is run. `done` is called with some
// findings at a time, in the order of the table.
std::vector<Finding> run_checks(const harness::RuleManifest& rule, const Wish& wish,
                                const Expectations& expectations,
                                const std::function<void(std::span<const Finding>)>& done);

// Of findings without a choice of checks.
Level level_of(std::span<const Finding> findings);

}  // namespace agon::conformance
