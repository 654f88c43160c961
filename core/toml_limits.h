// SPDX-License-Identifier: MIT
//
// What a TOML file may be before a parser sees it: parsers recurse over the dots of a key and over
// nested brackets, so that a small file of nothing but dots would exhaust the stack.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/error.h"

namespace agon::core {

inline constexpr size_t kMostTomlBytes = size_t{4} << 20;
inline constexpr size_t kMostTomlDepth = 64;  // brackets open at once, and parts of one dotted key

// Throws agon::Error(exit) with origin:line:column. Whether the text is valid TOML is for the
// parser.
void check_toml_limits(std::string_view text, const std::string& origin, Exit exit);

}  // namespace agon::core
