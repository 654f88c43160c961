// SPDX-License-Identifier: MIT
//
// What differs between runs that are to be compared or merged. Pure functions, any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "reports/record/facts.h"
#include "reports/record/run.h"

namespace agon::reports {

struct FactsOfRun {
  std::string place;  // where it lies, for messages
  RunInfo run;
  RunFacts facts;
};

// "build of the plugin of ed: 1.0.0 0a1b2c3d in A, 1.0.0 4e5f6a7b in B", one line each, of layout,
// suite version, plugin builds and data; of rules and tasks that at least two of the runs have.
// Empty: their cells may meet.
std::vector<std::string> differences(std::span<const FactsOfRun> runs);
// The same of the sources, flags and class of SIMD target that decided the numbers, which two
// runs that are compared may not share.
std::string numerics_difference(std::span<const FactsOfRun> runs);

}  // namespace agon::reports
