// SPDX-License-Identifier: MIT
//
// Source "channels": series whose channels are text files of their own, one series a line, as the UCI
// archive keeps recordings of phones. `files` has the labels (a number a line), with `groups` whose
// each series is, then the channels; once, or twice for training and test. Inputs are [time, channels].
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "core/error.h"
#include "datasets/readers/grid.h"
#include "datasets/sources/labels.h"
#include "datasets/sources/source.h"

namespace agon::datasets {
namespace {

constexpr std::array<std::string_view, 1> kNames = {"channels"};
// labels: texts of the classes in order; default their numbers. groups: true, see above.
constexpr std::array<std::string_view, 2> kKeys = {"labels", "groups"};

struct ChannelsRecipe {
  std::vector<std::string> labels{};
  bool groups = false;
  std::vector<int64_t> shape{};
  int32_t classes = 0;
  bool nonnegative = true;

  size_t time() const { return static_cast<size_t>(shape[0]); }
  size_t channels() const { return static_cast<size_t>(shape[1]); }
  size_t heads() const { return groups ? 2 : 1; }  // files before the channels
  size_t part() const { return heads() + channels(); }
};

Grid open(TaskFiles& files, size_t i) { return read_grid(files.text(i), files.name(i)); }

// One whole number a line, as texts.
std::vector<std::string> read_names(TaskFiles& files, size_t i, const char* what) {
  const Grid grid = open(files, i);
  std::vector<std::string> names;
  for (size_t r = 0; r < grid.rows; ++r) {
    const float value = grid.values[r * grid.cols];
    if (grid.cols != 1 || value != std::floor(value) || std::abs(value) > 1e6f) {
      throw Error(Exit::data, files.name(i),
                  fmt::format("is not one whole number a line: {}", what),
                  "name the file of labels first, then the channels");
    }
    names.push_back(fmt::format("{}", static_cast<int64_t>(value)));
  }
  return names;
}

void check(const ChannelsRecipe& recipe, const Grid& grid, size_t rows, const std::string& name) {
  if (grid.rows != rows) {
    throw Error(Exit::data, name, fmt::format("{} series for {} labels", grid.rows, rows),
                "use files that belong together");
  }
  if (grid.cols != recipe.time()) {
    throw Error(Exit::data, name,
                fmt::format("series of {} values where 'shape' says {}", grid.cols, recipe.time()),
                "correct 'shape' in the task file: [time, channels]");
  }
  if (!recipe.nonnegative) return;
  for (size_t i = 0; i < grid.values.size(); ++i) {
    if (grid.values[i] < 0) {
      throw Error(Exit::data, name,
                  fmt::format("value {} in row {} of a task without negative inputs",
                              grid.values[i], i / grid.cols),
                  "set nonnegative = false in the task file");
    }
  }
}

RowData combine(const ChannelsRecipe& recipe, TaskFiles& files) {
  Labels labels(recipe.labels, recipe.classes);
  std::vector<std::string> texts;
  RowData rows;
  for (size_t first = 0; first < files.size(); first += recipe.part()) {
    const std::vector<std::string> part = read_names(files, first, "labels");
    for (const std::string& label : part) labels.see(label, files.name(first));
    if (recipe.groups) {
      const std::vector<std::string> groups = read_names(files, first + 1, "groups");
      if (groups.size() != part.size()) {
        throw Error(Exit::data, files.name(first + 1),
                    fmt::format("{} groups for {} labels", groups.size(), part.size()),
                    "use files that belong together");
      }
      rows.groups.insert(rows.groups.end(), groups.begin(), groups.end());
    }
    texts.insert(texts.end(), part.begin(), part.end());
    if (first > 0) rows.test_rows = part.size();
  }
  labels.settle(files.name(0), "and its test part have");
  rows.data.x = core::Matrix(texts.size(), recipe.time() * recipe.channels());
  rows.data.shape = recipe.shape;
  rows.data.classes = recipe.classes;
  size_t before = 0;
  for (size_t first = 0; first < files.size(); first += recipe.part()) {
    const size_t count = first > 0 ? rows.test_rows : texts.size() - rows.test_rows;
    for (size_t c = 0; c < recipe.channels(); ++c) {
      const size_t i = first + recipe.heads() + c;
      const Grid grid = open(files, i);
      check(recipe, grid, count, files.name(i));
      for (size_t r = 0; r < count; ++r) {
        const auto row = rows.data.x.row(before + r);
        for (size_t t = 0; t < grid.cols; ++t)
          row[t * recipe.channels() + c] = grid.values[r * grid.cols + t];
      }
    }
    for (size_t r = before; r < before + count; ++r)
      rows.data.labels.push_back(labels.of(texts[r], files.name(first)));
    labels.check_part(files.name(first), std::span(rows.data.labels).subspan(before));
    before += count;
  }
  return rows;
}

Recipe read(const TomlTable& top, TaskInfo& info) {
  const TomlTable source = top.section("source");
  ChannelsRecipe recipe{
      .shape = info.shape, .classes = info.classes(), .nonnegative = info.nonnegative};
  if (source.has("labels")) recipe.labels = source.texts("labels");
  if (source.has("groups")) recipe.groups = source.boolean("groups");
  if (info.shape.size() != 2)
    source.fail("format", "does not fit 'shape'", "set shape = [time, channels]");
  const size_t count = info.files.size();
  if (count != recipe.part() && count != 2 * recipe.part()) {
    source.fail(
        "files", "has the wrong length",
        fmt::format("name the labels, {}then one file for each of {} channels; once, or twice "
                    "for training and test",
                    recipe.groups ? "the groups, " : "", recipe.channels()));
  }
  const bool test_part = count == 2 * recipe.part() && !recipe.groups;
  return {.load = [recipe](TaskFiles& files) { return combine(recipe, files); },
          .test_part = test_part};
}

}  // namespace

extern const Source kChannelsSource;
constinit const Source kChannelsSource{kNames, Kind::classify, true, kKeys, read};

}  // namespace agon::datasets
