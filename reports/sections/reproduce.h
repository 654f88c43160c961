// SPDX-License-Identifier: MIT
//
// The command line that runs one cell again. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "reports/record/record.h"

namespace agon::reports {

// The record's rule with all its values: bp[activation=tanh,depth=2,...].
std::string rule_selector(const CellRecord& record);

// agon run SUITE --study S -r 'rule[key=value,...]' -t TASK --condition C --seed N OPTIONS, C where
// its study varies one, these as RunInfo::options.
std::string reproduce_command(const RunInfo& run, const CellRecord& record);

// The same in two parts, between which the seed stands: cells that differ in seed share them.
struct CommandParts {
  std::string head, tail;
};
CommandParts reproduce_parts(const RunInfo& run, const CellRecord& record);

}  // namespace agon::reports
