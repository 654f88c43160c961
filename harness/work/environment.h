// SPDX-License-Identifier: MIT
//
// The environment of processes that run rules: what programs need to start, and nothing of the user's
// secrets, locale or settings that results could depend on.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace agon::harness {

// Names of further variables that are handed on, with commas between them.
inline constexpr const char* kKeepVariables = "AGON_KEEP_ENV";

// "NAME=value", of this process's environment what passes, own_mark() and, unless it is empty, TMPDIR.
std::vector<std::string> child_environment(const std::filesystem::path& scratch);

// Whether a variable is handed on without being asked for.
bool passes(std::string_view name);

}  // namespace agon::harness
