// SPDX-License-Identifier: MIT
#include "harness/run/drawing.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace agon::harness {
namespace {

constexpr std::string_view kShades = " .:-=+*#%@";

// Where v lies between low and high, in steps from 0 to `steps` - 1.
size_t step_of(double v, double low, double high, size_t steps) {
  if (!(high > low)) return 0;
  const double at = (v - low) / (high - low) * static_cast<double>(steps);
  return std::min(steps - 1, static_cast<size_t>(std::max(0.0, at)));
}

// Means of `parts` stretches of equal length.
std::vector<double> means(std::span<const float> values, size_t parts) {
  std::vector<double> out;
  for (size_t i = 0; i < parts; ++i) {
    const size_t begin = i * values.size() / parts;
    const size_t end = std::max(begin + 1, (i + 1) * values.size() / parts);
    double sum = 0;
    for (const float v : values.subspan(begin, end - begin)) sum += static_cast<double>(v);
    out.push_back(sum / static_cast<double>(end - begin));
  }
  return out;
}

}  // namespace

std::vector<std::string> draw_picture(std::span<const float> values, size_t rows, size_t cols,
                                      size_t width) {
  const size_t pool = (cols + width - 1) / width;  // so many values a side are one
  const size_t lines = (rows + pool - 1) / pool, columns = (cols + pool - 1) / pool;
  std::vector<double> shown(lines * columns), count(lines * columns);
  for (size_t r = 0; r < rows; ++r) {
    for (size_t c = 0; c < cols; ++c) {
      const size_t at = r / pool * columns + c / pool;
      shown[at] += static_cast<double>(values[r * cols + c]);
      count[at] += 1;
    }
  }
  for (size_t i = 0; i < shown.size(); ++i) shown[i] /= count[i];
  const auto [low, high] = std::ranges::minmax(shown);
  const size_t wide = 2 * columns <= width ? 2 : 1;
  std::vector<std::string> drawing(lines);
  for (size_t i = 0; i < shown.size(); ++i)
    drawing[i / columns].append(wide, kShades[step_of(shown[i], low, high, kShades.size())]);
  return drawing;
}

std::vector<std::string> draw_wave(std::span<const float> values, size_t width, size_t height) {
  const std::vector<double> shown = means(values, std::min(width, values.size()));
  const auto [low, high] = std::ranges::minmax(shown);
  std::vector<std::string> drawing(height, std::string(shown.size(), ' '));
  for (size_t i = 0; i < shown.size(); ++i)
    drawing[height - 1 - step_of(shown[i], low, high, height)][i] = '*';
  return drawing;
}

std::vector<std::string> beside(const std::vector<std::vector<std::string>>& drawings, size_t gap) {
  std::vector<std::string> lines = drawings.front();
  for (size_t d = 1; d < drawings.size(); ++d) {
    for (size_t i = 0; i < lines.size(); ++i) lines[i] += std::string(gap, ' ') + drawings[d][i];
  }
  return lines;
}

}  // namespace agon::harness
