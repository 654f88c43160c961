// SPDX-License-Identifier: MIT
//
// CSV and its kin: records of cells that a comma, semicolon, tab or bar separates, with the quotes
// of RFC 4180: "a, ""b"" and
// c" is one cell. Lines end in LF or CRLF; empty lines are passed over; a UTF-8 mark is too.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/readers/table.h"

namespace agon::datasets {

struct CsvFormat {
  char separator = '\0';            // 0: the one that the first record has most of
  std::optional<bool> header = {};  // nullopt: the first record is one when no cell is a number
};

// What the first record tells.
struct CsvLayout {
  char separator = ',';
  bool header = false;
  std::vector<Column> columns;  // without a header named "1", "2", ...
};

// `name` is for errors. Throws agon::Error(Exit::data) for an empty or binary file, a header with a
// name twice, too many columns, text that is no UTF-8, and as read_csv does.
CsvLayout csv_layout(std::string_view text, const std::string& name, const CsvFormat& format);

// Every record behind the header in order. Throws agon::Error(Exit::data) at name:line for a record
// with more or fewer cells than columns, a quote that does not close, or one inside a plain cell.
// Takes memory for one record.
void read_csv(std::string_view text, const std::string& name, const CsvLayout& layout,
              const Visit& visit);

}  // namespace agon::datasets
