// SPDX-License-Identifier: MIT
//
// Source "ts": series of the UCR and UEA archives (.ts, .tsv, gzipped or not) as [time, channels],
// or [time] of one channel, with zeros behind those that end before the shape's time does; one
// file, or two with a published test part.
#include <fmt/format.h>

#include <array>

#include "core/error.h"
#include "datasets/readers/series.h"
#include "datasets/readers/table.h"
#include "datasets/sources/labels.h"
#include "datasets/sources/source.h"

namespace agon::datasets {
namespace {

constexpr std::array<std::string_view, 1> kNames = {"ts"};
// labels: texts of the classes in order; default those that the file declares, else as Labels does.
// mask: a last channel that is 1 in frames of the series and 0 behind its end.
constexpr std::array<std::string_view, 2> kKeys = {"labels", "mask"};
struct TsRecipe {
  std::vector<std::string> labels{};
  bool mask = false;
  std::vector<int64_t> shape{};
  int32_t classes = 0;
  bool nonnegative = true;

  size_t time() const { return static_cast<size_t>(shape[0]); }
  size_t width() const { return shape.size() == 1 ? 1 : static_cast<size_t>(shape[1]); }
  size_t channels() const { return width() - (mask ? 1 : 0); }
};

void check(const TsRecipe& recipe, const SeriesCase& series, const std::string& name) {
  const auto fail = [&](const std::string& reason, const std::string& fix) {
    throw Error(Exit::data, at_line(name, series.line), reason, fix);
  };
  if (series.channels != recipe.channels()) {
    fail(fmt::format("has {} channels where 'shape' says {}", series.channels, recipe.channels()),
         "correct 'shape' in the task file");
  }
  if (series.length > recipe.time()) {
    fail(fmt::format("has {} frames where 'shape' has {}", series.length, recipe.time()),
         "set the first of 'shape' to the longest series");
  }
  if (!recipe.nonnegative) return;
  for (const float value : series.values) {
    if (value < 0) {
      fail(fmt::format("value {} of a task without negative inputs", value),
           "set nonnegative = false in the task file");
    }
  }
}

void fill(const TsRecipe& recipe, const SeriesCase& series, std::span<float> row) {
  for (size_t t = 0; t < series.length; ++t) {
    float* const frame = row.data() + t * recipe.width();
    for (size_t c = 0; c < series.channels; ++c) frame[c] = series.values[c * series.length + t];
    if (recipe.mask) frame[series.channels] = 1;
  }
}

RowData combine(const TsRecipe& recipe, TaskFiles& files) {
  Labels labels(recipe.labels, recipe.classes);
  std::vector<std::string> texts;
  size_t total = 0;
  for (size_t i = 0; i < files.size(); ++i) {
    texts.push_back(files.text(i));
    labels.declare(read_series(texts[i], files.name(i), [&](const SeriesCase& series) {
      check(recipe, series, files.name(i));
      labels.see(series.label, at_line(files.name(i), series.line));
      ++total;
    }));
  }
  labels.settle(files.name(0), "has");
  RowData rows;
  rows.data.x = core::Matrix(total, recipe.time() * recipe.width());
  rows.data.shape = recipe.shape;
  rows.data.classes = recipe.classes;
  for (size_t i = 0; i < files.size(); ++i) {
    const size_t before = rows.data.labels.size();
    read_series(texts[i], files.name(i), [&](const SeriesCase& series) {
      fill(recipe, series, rows.data.x.row(rows.data.labels.size()));
      rows.data.lengths.push_back(static_cast<int32_t>(series.length));
      rows.data.labels.push_back(labels.of(series.label, at_line(files.name(i), series.line)));
    });
    labels.check_part(files.name(i), std::span(rows.data.labels).subspan(before));
    if (i == 1) rows.test_rows = rows.data.labels.size() - before;
  }
  return rows;
}

Recipe read(const TomlTable& top, TaskInfo& info) {
  const TomlTable source = top.section("source");
  TsRecipe recipe{.shape = info.shape, .classes = info.classes(), .nonnegative = info.nonnegative};
  if (source.has("labels")) recipe.labels = source.texts("labels");
  if (source.has("mask")) recipe.mask = source.boolean("mask");
  if (info.files.size() > 2)
    source.fail("files", "has the wrong length",
                "name one file, or one for training and one for test");
  if (info.shape.size() > 2 || recipe.channels() == 0) {
    source.fail("format", "does not fit 'shape'",
                "set shape = [time, channels], with one channel more for a mask, or [time]");
  }
  const auto load = [recipe](TaskFiles& files) { return combine(recipe, files); };
  return {.load = load, .test_part = info.files.size() == 2};
}

}  // namespace

extern const Source kTsSource;
constinit const Source kTsSource{kNames, Kind::classify, true, kKeys, read};

}  // namespace agon::datasets
