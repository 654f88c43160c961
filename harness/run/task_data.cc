// SPDX-License-Identifier: MIT
#include "harness/run/task_data.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace agon::harness {
namespace {

using datasets::Dataset;
using datasets::Task;

constexpr int64_t kLeastSide = 8;   // of an image
constexpr size_t kMostTargets = 3;  // whose range is told
constexpr size_t kMostImages = 10;
constexpr size_t kMostPixels = 8192;  // of all images
constexpr size_t kMostLines = 6, kMostPlaces = 200;
constexpr size_t kMostPoints = 200;

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

int32_t label_of(const Task& task, size_t row) {
  return task.data.labels.empty() ? 0 : task.data.labels[row];
}

// Three digits: what a drawing shows.
float rounded(float v) { return std::isfinite(v) ? std::stof(fmt::format("{:.3g}", v)) : v; }

reports::Picture samples_as(const char* kind) {
  reports::Picture picture;
  picture.key = "samples";
  picture.kind = kind;
  return picture;
}

reports::Picture images(const Task& task) {
  const auto rows = static_cast<size_t>(task.data.shape[0]),
             cols = static_cast<size_t>(task.data.shape[1]);
  size_t pool = 1;  // so many pixels a side are one
  while ((rows / pool) * (cols / pool) > kMostPixels) ++pool;
  const size_t height = rows / pool, width = cols / pool;
  reports::Picture picture = samples_as("images");
  picture.image_rows = static_cast<int64_t>(height);
  picture.image_cols = picture.cols = static_cast<int64_t>(width);
  picture.cols *= picture.image_rows;
  const size_t most = std::min(kMostImages, kMostPixels / (height * width));
  for (const size_t row : sample_rows(task, std::max<size_t>(most, 1))) {
    const auto x = task.data.x.row(row);
    for (size_t i = 0; i < height * width; ++i) {
      double sum = 0;
      for (size_t r = 0; r < pool; ++r) {
        for (size_t c = 0; c < pool; ++c)
          sum += static_cast<double>(x[(i / width * pool + r) * cols + i % width * pool + c]);
      }
      picture.values.push_back(rounded(static_cast<float>(sum / static_cast<double>(pool * pool))));
    }
    picture.series.push_back(
        task.data.labels.empty() ? "" : fmt::format("class {}", label_of(task, row)));
    ++picture.rows;
  }
  return picture;
}

// Lines [time x channels], each the means of at most kMostPlaces stretches.
struct Lines {
  reports::Picture picture = samples_as("lines");

  void over(const std::string& name, size_t steps, double step) {
    places = std::min(steps, kMostPlaces);
    picture.column_title = name;
    picture.cols = static_cast<int64_t>(places);
    picture.rows = 1;
    for (size_t i = 0; i < places; ++i) {
      picture.values.push_back(
          rounded(static_cast<float>(static_cast<double>(i * steps / places) * step)));
    }
  }
  void add(const std::string& name, std::span<const float> values, size_t channel,
           size_t channels) {
    const size_t steps = values.size() / channels;
    for (size_t i = 0; i < places; ++i) {
      const size_t begin = i * steps / places, end = std::max(begin + 1, (i + 1) * steps / places);
      double sum = 0;
      for (size_t t = begin; t < end; ++t)
        sum += static_cast<double>(values[t * channels + channel]);
      picture.values.push_back(rounded(static_cast<float>(sum / static_cast<double>(end - begin))));
    }
    picture.series.push_back(name);
    ++picture.rows;
  }

  size_t places = 0;
};

// Of a sequence the channels of one row, of flat rows some rows.
reports::Picture lines(const Task& task) {
  const std::vector<int64_t>& shape = task.data.shape;
  const size_t channels = shape.size() == 2 ? static_cast<size_t>(shape[1]) : 1;
  Lines all;
  all.over(shape.size() == 2 ? "time step" : "input", task.data.x.cols() / channels, 1);
  if (channels > 1) {
    const size_t row = sample_rows(task, 1).front();
    for (size_t c = 0; c < std::min(channels, kMostLines); ++c)
      all.add(fmt::format("channel {}", c + 1), task.data.x.row(row), c, channels);
    return all.picture;
  }
  for (const size_t row : sample_rows(task, kMostLines)) {
    all.add(task.data.labels.empty() ? fmt::format("row {}", row + 1)
                                     : fmt::format("class {}", label_of(task, row)),
            task.data.x.row(row), 0, 1);
  }
  return all.picture;
}

reports::Picture trajectory(const Task& task) {
  const auto dims = static_cast<size_t>(task.info.shape.front());
  const datasets::Trajectory& episode = task.trajectories.test.front();
  Lines all;
  all.over("time, s", episode.steps(dims), task.info.dynamics().dt);
  for (size_t c = 0; c < std::min(dims, kMostLines); ++c)
    all.add(fmt::format("x{}", c + 1), episode.state, c, dims);
  return all.picture;
}

// Two inputs, or the target over one input: a point for each of some training rows, in its class.
reports::Picture points(const Task& task) {
  const bool target = task.data.x.cols() == 1;
  reports::Picture picture = samples_as("scatter");
  picture.column_title = target ? "input" : "input 1";
  picture.row_title = target ? "target" : "input 2";
  picture.cols = 3;
  const std::vector<int32_t>& train = task.split.train;
  const size_t count = std::min(train.size(), kMostPoints);
  for (size_t i = 0; i < count; ++i) {
    const auto row = static_cast<size_t>(train[i * train.size() / count]);
    picture.values.push_back(rounded(task.data.x.at(row, 0)));
    picture.values.push_back(
        rounded(target ? task.data.targets.at(row, 0) : task.data.x.at(row, 1)));
    picture.values.push_back(static_cast<float>(label_of(task, row)));
    ++picture.rows;
  }
  for (int32_t c = 0; c < task.data.classes; ++c)
    picture.series.push_back(fmt::format("class {}", c));
  return picture;
}

}  // namespace

std::vector<size_t> class_counts(const Dataset& data) {
  std::vector<size_t> counts(static_cast<size_t>(data.classes));
  for (const int32_t label : data.labels) ++counts[static_cast<size_t>(label)];
  return counts;
}

std::vector<datasets::Fact> data_facts(const Task& task) {
  std::vector<datasets::Fact> facts;
  const datasets::Split& split = task.split;
  if (split.train.empty()) return facts;
  facts.push_back({"rows", split.train == split.test
                               ? fmt::format("{}, all in every part", task.data.x.rows())
                               : fmt::format("{}: {} to train, {} for validation, {} for the test",
                                             task.data.x.rows(), split.train.size(),
                                             split.validation.size(), split.test.size())});
  if (task.data.classes > 0) {
    facts.push_back({"classes", fmt::format("{} rows", fmt::join(class_counts(task.data), " "))});
  }
  for (size_t c = 0; c < std::min(task.data.targets.cols(), kMostTargets); ++c)
    facts.push_back({"target", range_text(task.data.targets, c)});
  return facts;
}

std::vector<size_t> sample_rows(const Task& task, size_t most) {
  std::vector<size_t> rows;
  std::vector<int32_t> seen;
  for (const int32_t r : task.split.train) {
    const auto row = static_cast<size_t>(r);
    if (!task.data.labels.empty() && std::ranges::count(seen, label_of(task, row)) > 0) continue;
    seen.push_back(label_of(task, row));
    rows.push_back(row);
    if (rows.size() == most) break;
  }
  std::ranges::stable_sort(rows, {}, [&](size_t row) { return label_of(task, row); });
  return rows;
}

bool is_image(const std::vector<int64_t>& shape) {
  return shape.size() == 2 && shape[0] >= kLeastSide && shape[1] >= kLeastSide;
}

reports::Picture sample_picture(const Task& task) {
  if (!task.trajectories.test.empty()) return trajectory(task);
  if (task.split.train.empty()) return {};
  if (is_image(task.data.shape)) return images(task);
  const size_t inputs = task.data.x.cols();
  if (inputs == 2 || (inputs == 1 && task.data.targets.rows() > 0)) return points(task);
  return inputs > 2 ? lines(task) : reports::Picture();
}

}  // namespace agon::harness
