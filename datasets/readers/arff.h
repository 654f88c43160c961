// SPDX-License-Identifier: MIT
//
// ARFF, the format of Weka and of UCI's collections: declared attributes, then records, dense
// (1, 'a b', ?) or sparse ({0 1, 3 x}: what is not named is 0, or the first of the declared values).
// Not read: relational attributes and instance weights.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/readers/table.h"

namespace agon::datasets {

struct ArffHeader {
  std::vector<Column> columns;
  size_t data = 0;  // offset of the first line behind @data
  size_t line = 1;  // of that line
};

// Both throw agon::Error(Exit::data) at name:line. Memory stays within the declared values and one
// record.
ArffHeader arff_header(std::string_view text, const std::string& name);
void read_arff(std::string_view text, const std::string& name, const ArffHeader& header,
               const Visit& visit);

}  // namespace agon::datasets
