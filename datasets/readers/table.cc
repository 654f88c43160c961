// SPDX-License-Identifier: MIT
#include "datasets/readers/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/error.h"
#include "core/text.h"

namespace agon::datasets {
namespace {

constexpr std::array<std::string_view, 6> kMissing = {"", "?", "na", "n/a", "nan", "null"};
constexpr size_t kMostShown = 40;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool is_missing(std::string_view cell) {
  return std::ranges::any_of(kMissing, [cell](std::string_view word) {
    return std::ranges::equal(cell, word, {}, lower);
  });
}

std::string shown(std::string_view cell) {
  const std::string text = core::printable(cell.substr(0, kMostShown));
  return fmt::format("'{}{}'", text, cell.size() > kMostShown ? "..." : "");
}

void check_utf8(std::string_view text, const std::string& place) {
  const size_t at = core::find_not_utf8(text);
  if (at == std::string_view::npos) return;
  const size_t begin = text.substr(0, at).find_last_of(" \t,;|\n\"") + 1;  // npos + 1 is 0
  throw Error(Exit::data, place,
              fmt::format("{} is no UTF-8", shown(text.substr(begin, at + 1 - begin))),
              "save it in UTF-8, for example with: iconv -f latin1 -t utf-8");
}

std::string at_line(const std::string& name, size_t line) {
  return fmt::format("{}:{}", name, line);
}

}  // namespace agon::datasets
