// SPDX-License-Identifier: MIT
//
// Numbers drawn with characters that every terminal has. Threads: any.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace agon::harness {

// A picture of [rows x cols] values: the lowest is a space, the highest a @; a value is two
// characters wide where that fits `width`, and the mean of several where it does not. Lines without
// their ends.
std::vector<std::string> draw_picture(std::span<const float> values, size_t rows, size_t cols,
                                      size_t width);

// Values over their number, as one mark a column, at most `width` columns and `height` lines; more
// values than columns are means.
std::vector<std::string> draw_wave(std::span<const float> values, size_t width, size_t height);

// Drawings of equal height side by side, `gap` apart.
std::vector<std::string> beside(const std::vector<std::vector<std::string>>& drawings, size_t gap);

}  // namespace agon::harness
