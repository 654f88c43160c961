// SPDX-License-Identifier: MIT
//
// Tables of text, as CSV and ARFF files hold them: named columns and records of cells, walked from
// the file's text as often as one likes and never held as a whole.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace agon::datasets {

struct Column {
  std::string name;
  enum class Kind {
    any,         // the cells tell
    number,      // declared by the file
    categories,  // declared by the file: one of `categories`
    text         // declared by the file: no input
  } kind = Kind::any;
  std::vector<std::string> categories{};
};

// One record. Views are valid during the visit.
struct Record {
  size_t line = 0;                          // where it starts, from 1
  std::span<const std::string_view> cells;  // one for each column
};
using Visit = std::function<void(const Record&)>;

// A file's text without spaces and tabs at both ends.
std::string_view trimmed(std::string_view text);
// What stands for a value that is not known: nothing, ?, NA, N/A, NaN, null, in small or capital
// letters.
bool is_missing(std::string_view cell);
// Of a cell, for messages: one printable line in quotes, cut after 40 bytes.
std::string shown(std::string_view cell);
// Throws agon::Error(Exit::data) at `place` when `text` is no UTF-8: names of classes and columns
// stand in tables and pages.
void check_utf8(std::string_view text, const std::string& place);
// "file.csv:12"
std::string at_line(const std::string& name, size_t line);

}  // namespace agon::datasets
