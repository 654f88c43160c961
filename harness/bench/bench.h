// SPDX-License-Identifier: MIT
//
// The cases of case.h timed, each with its peers. Opens plugins in this process: the rules of this tree
// and the peers that were built with it. Threads: one, the calling one.
#pragma once

#include <functional>
#include <optional>
#include <regex>
#include <string>
#include <string_view>

#include "reports/record/bench.h"

namespace agon::harness::bench {

struct Options {
  bool peers = false;
  std::string python{};              // for peers in Python; "": the first that has NumPy
  std::optional<std::regex> only{};  // cases in whose name it is found
  size_t rounds = 51;
  // Called before each case with its number from 0, how many there are, and its name.
  std::function<void(size_t, size_t, std::string_view)> on_case{};
};

// Throws agon::Error: usage where `only` leaves nothing, plugin for a rule that is not there.
reports::Bench run(const Options& options);

// As a table of text, with what to know of it below.
std::string table(const reports::Bench& bench);

}  // namespace agon::harness::bench
