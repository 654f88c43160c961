// SPDX-License-Identifier: MIT
//
// Time series of the UCR and UEA archives in text.
//   .ts   @-lines, then after @data one case a line: channels separated by ':', their values by ',',
//         the label last. Without time stamps.
//   .tsv  one case a line: the label, then the values of one channel, separated by tabs, commas or
//         blanks; NaN behind the last value pads a shorter case.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace agon::datasets {

// One case. Views are valid during the visit.
struct SeriesCase {
  size_t line = 0;  // from 1
  std::string_view label;
  size_t channels = 0, length = 0;  // of each channel, at least 1
  std::span<const float> values;    // [channels x length]
};
using SeriesVisit = std::function<void(const SeriesCase&)>;

// Walks all cases and returns the classes that @classLabel declares, in its order; none in a .tsv.
// Which of the formats it is shows in the first character that is no blank: @ or # of a .ts. Throws
// agon::Error(Exit::data) at name:line for what is neither, a value that is none or missing,
// channels of different length in one case. Takes memory for one case.
std::vector<std::string> read_series(std::string_view text, const std::string& name,
                                     const SeriesVisit& visit);

}  // namespace agon::datasets
