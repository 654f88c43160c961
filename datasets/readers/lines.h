// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace agon::datasets {

struct Line {
  size_t number = 0;      // from 1
  std::string_view text;  // without its end
};

// A text line by line, without a UTF-8 mark; ends are LF or CRLF.
class Lines {
 public:
  // Throws agon::Error(Exit::data) naming `name` for a byte 0: no text.
  Lines(std::string_view text, const std::string& name, size_t first = 1);
  bool next(Line& line);
  // Of what follows, in the text that was given.
  size_t offset() const { return at_ < text_.size() ? at_ : text_.size(); }

 private:
  std::string_view text_;
  size_t at_ = 0, number_;
};

// In small letters, of ASCII.
std::string lower(std::string_view text);

}  // namespace agon::datasets
