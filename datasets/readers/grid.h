// SPDX-License-Identifier: MIT
//
// Numbers in lines, as many in each, separated by blanks, tabs, commas or semicolons, and nothing else:
// what numpy.savetxt writes. Empty lines are passed over.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace agon::datasets {

struct Grid {
  size_t rows = 0, cols = 0;  // both at least 1
  std::vector<float> values;  // [rows x cols], finite
};

// `name` is for errors. Throws agon::Error(Exit::data) at name:line for what is no number, lines that
// differ in length, and a text without any. Memory stays within about twice the text's.
Grid read_grid(std::string_view text, const std::string& name);

}  // namespace agon::datasets
