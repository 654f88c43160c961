// SPDX-License-Identifier: MIT
//
// agon-check.toml beside a plugin: which checks its rules do not keep, and why.
//
//   [[expected_failed]]
//   rule = "linear"
//   check = "beyond-linear"
//   reason = "it has no hidden units"
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>

namespace agon::conformance {

inline constexpr const char* kExpectationsFile = "agon-check.toml";

// Reasons by rule and check.
using Expectations = std::map<std::pair<std::string, std::string>, std::string>;

// Of the plugins of a folder; empty where there is no such file. Throws agon::Error(Exit::usage) for a
// broken file and a check that does not exist.
Expectations read_expectations(const std::filesystem::path& folder);

}  // namespace agon::conformance
