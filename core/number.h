// SPDX-License-Identifier: MIT
//
// Numbers as people write them, on the command line and in selectors: decimal, finite, the whole
// text. A leading zero means nothing (010 is ten), a leading + is allowed, hexadecimal, inf and nan
// are not numbers here. Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace agon::core {

std::optional<double> parse_real(std::string_view text);
// 1e3 is a whole number as well; beyond 2^53 only digits are taken at their word.
std::optional<int64_t> parse_whole(std::string_view text);

struct RealRange {
  double low, high;       // both are valid
  const char* unit = "";  // for the message: "seconds"
};
struct WholeRange {
  int64_t low, high;
  const char* unit = "";
};
// Throw std::invalid_argument with what is valid: "must be a number of seconds from 0.001 to
// 10000000, got 'x'".
double real_within(std::string_view text, const RealRange& range);
int64_t whole_within(std::string_view text, const WholeRange& range);

}  // namespace agon::core
