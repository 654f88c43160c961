// SPDX-License-Identifier: MIT
//
// The variables of the environment that people set: one table for `agon doctor` and the manual page (README.md
// has it as well).
#pragma once

#include <array>
#include <string_view>

namespace agon::harness {

struct Variable {
  const char* name;
  std::string_view what;
};

inline constexpr auto kVariables = std::to_array<Variable>({
    {"AGON_PLUGIN_PATH", "folders with plugins, separated by colons"},
    {"AGON_TASK_PATH", "folders with task files, separated by colons"},
    {"AGON_DATA_DIR", "folders with data sets, separated by colons"},
    {"NO_COLOR", "set to anything: plain lines, no colours and no bar"},
});

}  // namespace agon::harness
