// SPDX-License-Identifier: MIT
//
// Source "npy": arrays of NumPy, x [rows x shape] or [rows x product of shape] and whole labels y
// [rows] or real targets y [rows x targets]; two .npy files, four with a published test part, or one .npz that holds them all.
#include "datasets/readers/npy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "core/error.h"
#include "datasets/readers/zip.h"
#include "datasets/sources/source.h"

namespace agon::datasets {
namespace {

constexpr std::array<std::string_view, 1> kNames = {"npy"};
// lengths: true, each part has a third array, the frames of every series before the zeros behind it.
// arrays: names in the .npz, in the order of files otherwise; scale: x = value / scale.
constexpr std::array<std::string_view, 3> kKeys = {"arrays", "scale", "lengths"};

struct NpyRecipe {
  std::vector<std::string> arrays{};  // of one .npz; empty: one .npy each
  double scale = 1;
  std::vector<int64_t> shape{};
  int32_t classes = 0;
  size_t targets = 0;  // > 0: y holds so many real numbers a row, and no labels
  bool nonnegative = true;
  bool lengths = false;

  size_t part() const { return lengths ? 3 : 2; }  // arrays
};

// x and y, and lengths where there are some, in turn, with the names to use in errors.
struct Array {
  Npy npy;
  std::string name;
};

[[noreturn]] void fail(const Array& array, const std::string& reason, const std::string& fix) {
  throw Error(Exit::data, array.name, reason, fix);
}

std::vector<Array> read_arrays(const NpyRecipe& recipe, TaskFiles& files) {
  std::vector<Array> arrays;
  for (size_t i = 0; i < files.size() && recipe.arrays.empty(); ++i)
    arrays.push_back({parse_npy(files.read(i), files.name(i)), files.name(i)});
  if (recipe.arrays.empty()) return arrays;
  const std::string archive = files.read(0);
  for (const std::string& array : recipe.arrays) {
    const std::string member = array + ".npy";
    const std::string name = fmt::format("{}({})", files.name(0), member);
    arrays.push_back({parse_npy(zip_member(archive, member, files.name(0)), name), name});
  }
  return arrays;
}

// Appends one part; every class must be in it, or it cannot be learnt or scored.
void append_labels(const NpyRecipe& recipe, const Array& y, std::vector<int32_t>& labels) {
  std::vector<bool> seen(static_cast<size_t>(recipe.classes));
  for (size_t r = 0; r < y.npy.count; ++r) {
    const int64_t label = y.npy.integer(r);
    if (label < 0 || label >= recipe.classes) {
      fail(y, fmt::format("label {} in row {}, valid are 0 to {}", label, r, recipe.classes - 1),
           "number the classes from 0, or correct 'classes' in the task file");
    }
    seen[static_cast<size_t>(label)] = true;
    labels.push_back(static_cast<int32_t>(label));
  }
  const auto empty = std::ranges::find(seen, false);
  if (empty != seen.end()) {
    fail(y, fmt::format("no row of class {}", empty - seen.begin()),
         "give every part rows of every class, or correct 'classes' in the task file");
  }
}

void check_shapes(const NpyRecipe& recipe, const Array& x, const Array& y, size_t inputs) {
  const std::vector<size_t>& dims = x.npy.dims;
  std::vector<size_t> row(recipe.shape.begin(), recipe.shape.end());
  const bool shaped =
      !dims.empty() && std::equal(dims.begin() + 1, dims.end(), row.begin(), row.end());
  if (!shaped && !(dims.size() == 2 && dims[1] == inputs)) {
    fail(x,
         fmt::format("wrong shape {}: it is not rows x {}", fmt::join(dims, " x "),
                     fmt::join(recipe.shape, " x ")),
         "correct 'shape' in the task file, or reshape the array");
  }
  if (recipe.targets > 0) {
    if (y.npy.count != dims[0] * recipe.targets || y.npy.dims.size() > 2) {
      fail(y,
           fmt::format("wrong shape {}: it is not {} x {}", fmt::join(y.npy.dims, " x "), dims[0],
                       recipe.targets),
           "correct 'targets' in the task file, or use arrays that belong together");
    }
    return;
  }
  if (y.npy.dims.size() != 1 || !y.npy.whole()) {
    fail(y,
         fmt::format("wrong shape or type: labels are one whole number a row, here {} {}",
                     fmt::join(y.npy.dims, " x "), y.npy.whole() ? "whole" : "real"),
         "save y.reshape(-1).astype('<i4')");
  }
  if (dims[0] != y.npy.count) {
    fail(y, fmt::format("{} labels for {} rows of {}", y.npy.count, dims[0], x.name),
         "use arrays that belong together");
  }
}

void copy_row(const NpyRecipe& recipe, const Array& x, size_t r, std::span<float> out) {
  for (size_t i = 0; i < out.size(); ++i) {
    const double value = x.npy.real(r * out.size() + i) / recipe.scale;
    out[i] = static_cast<float>(value);
    if (!std::isfinite(out[i]))
      fail(x, fmt::format("value {} in row {}", value, r), "remove or fill what is not a number");
    if (recipe.nonnegative && value < 0) {
      fail(x, fmt::format("value {} in row {} of a task without negative inputs", value, r),
           "set nonnegative = false in the task file");
    }
  }
}

void copy_targets(const Array& y, size_t r, std::span<float> out) {
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<float>(y.npy.real(r * out.size() + i));
    if (!std::isfinite(out[i]))
      fail(y, fmt::format("target {} in row {}", out[i], r), "remove what is not a number");
  }
}

void append_lengths(const NpyRecipe& recipe, const Array& x, const Array& array,
                    std::vector<int32_t>& lengths) {
  const size_t rows = x.npy.dims[0];
  if (array.npy.count != rows || !array.npy.whole()) {
    fail(array,
         fmt::format("wrong shape or type: lengths are one whole number for each of {} rows", rows),
         "save lengths.reshape(-1).astype('<i4')");
  }
  for (size_t r = 0; r < rows; ++r) {
    const int64_t length = array.npy.integer(r);
    if (length < 1 || length > recipe.shape[0]) {
      fail(array, fmt::format("length {} in row {}, valid are 1 to {}", length, r, recipe.shape[0]),
           "give the frames of each series, or correct 'shape' in the task file: time comes first");
    }
    lengths.push_back(static_cast<int32_t>(length));
  }
}

RowData combine(const NpyRecipe& recipe, const std::vector<Array>& arrays) {
  size_t inputs = 1, total = 0;
  for (const int64_t side : recipe.shape) inputs *= static_cast<size_t>(side);
  RowData rows;
  for (size_t a = 0; a < arrays.size(); a += recipe.part()) {
    check_shapes(recipe, arrays[a], arrays[a + 1], inputs);
    if (recipe.targets == 0) append_labels(recipe, arrays[a + 1], rows.data.labels);
    if (recipe.lengths) append_lengths(recipe, arrays[a], arrays[a + 2], rows.data.lengths);
    total += arrays[a].npy.dims[0];
    if (a > 0) rows.test_rows = arrays[a].npy.dims[0];
  }
  if (total > std::numeric_limits<int32_t>::max())
    fail(arrays[0], fmt::format("{} rows are too many", total), "take fewer");
  rows.data.x = core::Matrix(total, inputs);
  rows.data.shape = recipe.shape;
  rows.data.classes = recipe.classes;
  if (recipe.targets > 0) rows.data.targets = core::Matrix(total, recipe.targets);
  size_t row = 0;
  for (size_t a = 0; a < arrays.size(); a += recipe.part()) {
    for (size_t r = 0; r < arrays[a].npy.dims[0]; ++r, ++row) {
      copy_row(recipe, arrays[a], r, rows.data.x.row(row));
      if (recipe.targets > 0) copy_targets(arrays[a + 1], r, rows.data.targets.row(row));
    }
  }
  return rows;
}

Recipe read(const TomlTable& top, TaskInfo& info) {
  const TomlTable source = top.section("source");
  NpyRecipe recipe{.shape = info.shape,
                   .classes = info.classes(),
                   .targets = static_cast<size_t>(info.targets()),
                   .nonnegative = info.nonnegative};
  if (source.has("lengths")) recipe.lengths = source.boolean("lengths");
  if (source.has("scale")) recipe.scale = source.number("scale", 1e-30, 1e30);
  double inputs = 1;
  for (const int64_t side : info.shape) inputs *= static_cast<double>(side);
  if (inputs > 1e9) source.fail("type", "needs a 'shape' of at most 1e9 inputs", "correct it");
  size_t count = info.files.size();
  if (count == 1) {
    recipe.arrays =
        source.has("arrays") ? source.texts("arrays") : std::vector<std::string>{"x", "y"};
    count = recipe.arrays.size();
  } else if (source.has("arrays")) {
    source.fail("arrays", "belongs to one .npz file", "leave it out, or name one file");
  }
  const size_t part = recipe.part();
  if (count != part && count != 2 * part) {
    source.fail(recipe.arrays.empty() ? "files" : "arrays", "has the wrong length",
                fmt::format("name x{}, once, or twice for training and test",
                            recipe.lengths ? ", y and lengths" : " and y"));
  }
  const auto load = [recipe = std::move(recipe)](TaskFiles& files) {
    return combine(recipe, read_arrays(recipe, files));
  };
  return {.load = load, .test_part = count == 2 * part};
}

}  // namespace

extern const Source kNpySource;
constinit const Source kNpySource{kNames, Kind::classify, true, kKeys, read, Kind::regress};

}  // namespace agon::datasets
