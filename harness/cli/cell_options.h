// SPDX-License-Identifier: MIT
//
// What decides how a cell ends and is no part of the suite: where plugins, data and tasks are, and
// the limits. A run keeps them (RunInfo::options), so that one of its cells can be run again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cli/cli.h"

namespace agon::harness {

struct CellOptions {
  Places places;
  unsigned threads = 1;    // inside a cell
  double timeout_s = 0;    // 0: the suite's
  int64_t memory_mib = 0;  // 0: a share of the machine's
  bool sandbox = false;    // changes no result, so no command that runs a cell again has it
};

// As words of a shell, and back. Throws agon::Error(Exit::usage) for words that are no such options.
std::string words_of(const CellOptions& options);
CellOptions cell_options_from(std::string_view words);

// What a worker is told of them.
std::vector<std::string> worker_arguments(const CellOptions& options);

}  // namespace agon::harness
