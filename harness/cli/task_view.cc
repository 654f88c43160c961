// SPDX-License-Identifier: MIT
#include "harness/cli/task_view.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "harness/run/drawing.h"

namespace agon::harness {
namespace {

using datasets::Dataset;
using datasets::Task;

constexpr size_t kWidth = 76, kWaveHeight = 6;
constexpr int64_t kLeastSide = 8;   // of a picture: narrower ones are channels over time
constexpr size_t kLeastWave = 16;   // values
constexpr size_t kMostSamples = 4;  // side by side
constexpr size_t kMostChannels = 3;

std::string range_text(const core::Matrix& m, size_t column) {
  double low = static_cast<double>(m.at(0, column)), high = low, sum = 0;
  for (size_t r = 0; r < m.rows(); ++r) {
    const auto v = static_cast<double>(m.at(r, column));
    low = std::min(low, v);
    high = std::max(high, v);
    sum += v;
  }
  return fmt::format("{:.4g} to {:.4g}, mean {:.4g}", low, high,
                     sum / static_cast<double>(m.rows()));
}

// The first training rows of different classes; of rows without labels the first one.
std::vector<size_t> samples(const Task& task) {
  std::vector<size_t> rows;
  std::vector<int32_t> seen;
  for (const int32_t r : task.split.train) {
    const int32_t label = task.data.labels.empty() ? 0 : task.data.labels[static_cast<size_t>(r)];
    if (std::ranges::count(seen, label) > 0) continue;
    seen.push_back(label);
    rows.push_back(static_cast<size_t>(r));
    if (rows.size() == kMostSamples) break;
  }
  return rows;
}

std::vector<std::string> pictures(const Task& task) {
  const auto height = static_cast<size_t>(task.data.shape[0]),
             width = static_cast<size_t>(task.data.shape[1]);
  std::vector<std::vector<std::string>> drawings;
  size_t used = 0;
  for (const size_t row : samples(task)) {
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
  if (shape.size() == 2 && shape[0] >= kLeastSide && shape[1] >= kLeastSide) return pictures(task);
  const size_t channels = shape.size() == 2 ? static_cast<size_t>(shape[1]) : 1;
  if (task.data.x.cols() / channels < kLeastWave) return {};
  return waves(task.data.x.row(samples(task).front()), channels);
}

}  // namespace

std::vector<size_t> class_counts(const Dataset& data) {
  std::vector<size_t> counts(static_cast<size_t>(data.classes));
  for (const int32_t label : data.labels) ++counts[static_cast<size_t>(label)];
  return counts;
}

TaskView view_of(const Task& task) {
  TaskView view;
  const datasets::Split& split = task.split;
  if (!split.train.empty()) {
    view.facts.push_back(
        {"rows", split.train == split.test
                     ? fmt::format("{}, all in every part", task.data.x.rows())
                     : fmt::format("{}: {} to train, {} for validation, {} for the test",
                                   task.data.x.rows(), split.train.size(), split.validation.size(),
                                   split.test.size())});
    if (task.data.classes > 0) {
      view.facts.push_back(
          {"classes", fmt::format("{} rows", fmt::join(class_counts(task.data), " "))});
    }
    for (size_t c = 0; c < std::min(task.data.targets.cols(), kMostChannels); ++c)
      view.facts.push_back({"target", range_text(task.data.targets, c)});
  }
  view.drawing = drawing_of(task);
  return view;
}

}  // namespace agon::harness
