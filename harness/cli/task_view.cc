// SPDX-License-Identifier: MIT
#include "harness/cli/task_view.h"

#include <algorithm>

#include "harness/run/drawing.h"
#include "harness/run/task_data.h"

namespace agon::harness {
namespace {

using datasets::Task;

constexpr size_t kWidth = 76, kWaveHeight = 6;
constexpr size_t kLeastWave = 16;   // values
constexpr size_t kMostSamples = 4;  // side by side
constexpr size_t kMostChannels = 3;

std::vector<std::string> pictures(const Task& task) {
  const auto height = static_cast<size_t>(task.data.shape[0]),
             width = static_cast<size_t>(task.data.shape[1]);
  std::vector<std::vector<std::string>> drawings;
  size_t used = 0;
  for (const size_t row : sample_rows(task, kMostSamples)) {
    drawings.push_back(draw_picture(task.data.x.row(row), height, width, kWidth));
    used += drawings.back().front().size() + 2;
    if (used > kWidth && drawings.size() > 1) {
      drawings.pop_back();
      break;
    }
  }
  return beside(drawings, 2);
}

// Channels of one series [steps x channels], under each other.
std::vector<std::string> waves(std::span<const float> values, size_t channels) {
  std::vector<std::string> lines;
  for (size_t c = 0; c < std::min(channels, kMostChannels); ++c) {
    std::vector<float> one;
    for (size_t i = c; i < values.size(); i += channels) one.push_back(values[i]);
    const auto drawn = draw_wave(one, kWidth, kWaveHeight);
    if (c > 0) lines.emplace_back();
    lines.insert(lines.end(), drawn.begin(), drawn.end());
  }
  return lines;
}

std::vector<std::string> drawing_of(const Task& task) {
  if (!task.trajectories.test.empty()) {
    return waves(task.trajectories.test.front().state,
                 static_cast<size_t>(task.info.shape.front()));
  }
  const std::vector<int64_t>& shape = task.data.shape;
  if (is_image(shape)) return pictures(task);
  const size_t channels = shape.size() == 2 ? static_cast<size_t>(shape[1]) : 1;
  if (task.data.x.cols() / channels < kLeastWave) return {};
  return waves(task.data.x.row(sample_rows(task, 1).front()), channels);
}

}  // namespace

TaskView view_of(const Task& task) { return {data_facts(task), drawing_of(task)}; }

}  // namespace agon::harness
