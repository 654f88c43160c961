// SPDX-License-Identifier: MIT
#include "datasets/readers/lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace agon::datasets {

Lines::Lines(std::string_view text, const std::string& name, size_t first)
    : text_(text), number_(first) {
  constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";
  if (text_.starts_with(kUtf8Mark)) at_ = kUtf8Mark.size();
  if (const size_t zero = text_.find('\0'); zero != std::string_view::npos) {
    throw Error(Exit::data, name, fmt::format("is no text: byte {} is 0", zero),
                "save it as plain text in UTF-8");
  }
}

bool Lines::next(Line& line) {
  if (at_ >= text_.size()) return false;
  const size_t end = std::min(text_.find('\n', at_), text_.size());
  line = {number_++, text_.substr(at_, end - at_)};
  if (line.text.ends_with('\r')) line.text.remove_suffix(1);
  at_ = end + 1;
  return true;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace agon::datasets
