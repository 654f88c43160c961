// SPDX-License-Identifier: MIT
//
// What stores of version 1 packed into columns. All functions throw std::runtime_error for bytes
// that no Agon wrote and read nothing past their end. Pure, any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "reports/record/record.h"

namespace agon::reports {

// Column by column: a byte says whether all values are the same bits, which are then stored once;
// counts as zigzag deltas in base 128, numbers as 8 little-endian bytes. Fills the curve, and the
// series score_a and score_b of curves of two tasks, which had them as two columns more.
void unpack_curve(std::string_view bytes, CellOutcome& outcome);

std::vector<double> unpack_numbers(std::string_view bytes);

// Texts, sizes and values of each picture. The first ones had no kind and no names: heatmaps.
std::vector<Picture> unpack_pictures(std::string_view bytes);

// JSON objects and arrays with "nan", "inf" and "-inf" as texts.
std::map<std::string, double> unpack_metrics(std::string_view json);
std::vector<Warning> unpack_warnings(std::string_view json);
// Harms with their level, score and error become series of scores and errors.
void unpack_harms(std::string_view json, std::vector<SeriesPoint>& series);

}  // namespace agon::reports
