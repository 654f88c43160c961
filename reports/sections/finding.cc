// SPDX-License-Identifier: MIT
#include "reports/sections/finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr size_t kTold = 5;  // lines that a finding describes one by one

std::string others(size_t n) { return plural(static_cast<int64_t>(n), "other lies", "others lie"); }

}  // namespace

std::string tell(std::vector<Told> lines, std::string_view most, std::string_view least,
                 std::string_view unranked) {
  if (lines.size() <= kTold) {
    std::vector<std::string> words;
    for (const Told& line : lines) words.push_back(line.label + line.words);
    return join_words(words) + ".";
  }
  const size_t all = lines.size();
  std::erase_if(lines, [](const Told& line) { return std::isnan(line.rank); });
  std::string out;
  if (!lines.empty()) {
    const auto [low, high] = std::ranges::minmax_element(lines, {}, &Told::rank);
    out = fmt::format("{}: {}{}", most, high->label, high->words);
    if (low != high) out += fmt::format("; {}: {}{}", least, low->label, low->words);
    if (lines.size() > 2) out += fmt::format("; {} between", others(lines.size() - 2));
  }
  if (const size_t without = all - lines.size(); without > 0) {
    out += fmt::format("{}{} of {} {} not {}", out.empty() ? "" : "; ", without, all,
                       without == 1 ? "does" : "do", unranked);
  }
  return out + ".";
}

}  // namespace agon::reports
