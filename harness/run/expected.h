// SPDX-License-Identifier: MIT
//
// expected.toml beside a plugin: what its rules scored when they were measured, for the cards of rules
// and tasks. scripts/expected.sh writes it from the summary.csv of a run.
//
//   suite = "standard-1"
//   scores = [
//     # rule, task, ruleset, metric, seeds, mean, low, high, multiply-accumulates per sample[, settings]
//     ["bp", "digits", "default", "accuracy", 5, 0.982, 0.973, 0.988, 23800],
//   ]
//
// A number that is not known is nan. Threads: any.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "reports/record/cards.h"

namespace agon::harness {

inline constexpr const char* kExpectedFile = "expected.toml";

struct Expected {
  std::string suite;
  std::vector<reports::ExpectedCard> scores;
};

// Of the plugins of a folder; empty where there is no such file. Throws agon::Error(Exit::usage) for a
// broken one.
Expected read_expected(const std::filesystem::path& folder);

}  // namespace agon::harness
