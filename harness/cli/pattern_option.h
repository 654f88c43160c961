// SPDX-License-Identifier: MIT
//
// An option whose value is a regular expression.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <regex>
#include <stdexcept>
#include <string>

#include "harness/cli/command_line.h"

namespace agon::harness {

// pattern must outlive the command line.
inline Option add_pattern(const Verb& verb, const std::string& names,
                          std::optional<std::regex>& pattern, const std::string& help,
                          std::regex::flag_type flags = std::regex::ECMAScript) {
  const auto set = [&pattern, flags](const std::string& text) {
    try {
      pattern.emplace(text, flags);
    } catch (const std::regex_error& e) {
      throw std::invalid_argument(fmt::format("no regular expression: {}", e.what()));
    }
  };
  return verb.checked(names, set, help);
}

}  // namespace agon::harness
