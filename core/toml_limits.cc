// SPDX-License-Identifier: MIT
#include "core/toml_limits.h"

#include <fmt/format.h>

namespace agon::core {
namespace {

// The offset behind the string that opens at text[at], or the end of text.
size_t behind_string(std::string_view text, size_t at) {
  const char quote = text[at];
  const std::string triple(3, quote);
  const bool lines = text.substr(at).starts_with(triple);
  size_t i = at + (lines ? 3 : 1);
  for (; i < text.size(); ++i) {
    if (text[i] == '\\' && quote == '"') {
      ++i;
    } else if (lines ? text.substr(i).starts_with(triple) : text[i] == quote || text[i] == '\n') {
      i += lines ? 3 : 1;
      while (lines && i < text.size() && text[i] == quote)
        ++i;  // """a"""": a string may end in quotes
      return i;
    }
  }
  return text.size();
}

}  // namespace

void check_toml_limits(std::string_view text, const std::string& origin, Exit exit) {
  if (text.size() > kMostTomlBytes) {
    throw Error(exit, origin,
                fmt::format("has {} bytes, at most {} are read", text.size(), kMostTomlBytes),
                "is it the right file?");
  }
  size_t depth = 0, parts = 0, line = 1, line_start = 0;
  const auto count = [&](size_t& n, size_t at, const char* what) {
    if (++n <= kMostTomlDepth) return;
    throw Error(exit, fmt::format("{}:{}:{}", origin, line, at - line_start + 1),
                fmt::format("more than {} {}", kMostTomlDepth, what), "write it flatter");
  };
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '"' || c == '\'') {
      const size_t end = behind_string(text, i);
      for (; i < end; ++i) {
        if (text[i] != '\n') continue;
        ++line;
        line_start = i + 1;
      }
      continue;
    }
    if (c == '#') {
      while (i < text.size() && text[i] != '\n') ++i;
      continue;
    }
    if (c == '.') {
      count(parts, i, "dots in one key");
    } else if (c == '[' || c == '{') {
      count(depth, i, "brackets within each other");
      parts = 0;
    } else if (c == ']' || c == '}') {
      if (depth > 0) --depth;
      parts = 0;
    } else if (c == ',' || c == '=' || c == '\n') {
      parts = 0;
      if (c == '\n') {
        ++line;
        line_start = i + 1;
      }
    }
    ++i;
  }
}

}  // namespace agon::core
