// SPDX-License-Identifier: MIT
#include "datasets/sources/idx.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <concepts>
#include <utility>

#include "core/error.h"
#include "datasets/sources/source.h"

namespace agon::datasets {
namespace {

constexpr std::array<std::string_view, 1> kNames = {"idx"};
// groups: a third file of each part says whose row each is, as a number.
constexpr std::array<std::string_view, 6> kKeys = {"scale", "train_rows",  "crop",
                                                   "pool",  "keep_labels", "groups"};
constexpr const char* kFetchAgain = "fetch the file again, or check that it belongs to this task";

// A kept row: where it comes from and the class it gets.
struct Row {
  size_t index;
  int32_t label;
};

// The side lengths of the images before crop and pooling; 0 for "as large as you like" under a
// crop.
void check_shape(const IdxRecipe& recipe, const IdxPair& pair, const std::vector<int64_t>& shape) {
  const auto& dims = pair.images.dims;
  const auto& label_dims = pair.labels.dims;
  if (label_dims.size() != 1) {
    throw Error(
        Exit::data, pair.label_name,
        fmt::format("wrong shape {}: labels are one number a row", fmt::join(label_dims, " x ")),
        kFetchAgain);
  }
  const size_t pool = static_cast<size_t>(recipe.pool);
  const size_t crop = static_cast<size_t>(recipe.crop);
  bool fits = dims.size() == 3 && shape.size() == 2;
  for (size_t d = 0; fits && d < 2; ++d) {
    const size_t side = crop != 0 ? crop : dims[d + 1];
    fits = dims[d + 1] >= side && side == static_cast<size_t>(shape[d]) * pool;
  }
  if (!fits) {
    throw Error(Exit::data, pair.image_name,
                fmt::format("wrong shape {}: it does not give inputs of {}", fmt::join(dims, " x "),
                            fmt::join(shape, " x ")),
                kFetchAgain);
  }
  if (dims[0] != label_dims[0]) {
    throw Error(Exit::data, pair.label_name,
                fmt::format("{} labels for {} rows of {}", label_dims[0], dims[0], pair.image_name),
                "use an image file and a label file that belong together");
  }
}

std::vector<Row> kept_rows(const IdxRecipe& recipe, const IdxPair& pair, int32_t classes,
                           size_t limit) {
  std::vector<Row> rows;
  const std::vector<uint8_t>& labels = pair.labels.payload;
  if (limit > labels.size()) {
    throw Error(Exit::data, pair.label_name,
                fmt::format("{} rows where the task uses the first {}", labels.size(), limit),
                kFetchAgain);
  }
  const size_t end = limit == 0 ? labels.size() : limit;
  for (size_t r = 0; r < end; ++r) {
    int32_t label = labels[r];
    if (!recipe.keep_labels.empty()) {
      const auto found = std::find(recipe.keep_labels.begin(), recipe.keep_labels.end(), label);
      if (found == recipe.keep_labels.end()) continue;
      label = static_cast<int32_t>(found - recipe.keep_labels.begin());
    } else if (label >= classes) {
      throw Error(Exit::data, pair.label_name,
                  fmt::format("label {} in row {}, valid are 0 to {}", label, r, classes - 1),
                  std::ranges::count(labels, 0) == 0 ? "number the classes from 0" : kFetchAgain);
    }
    rows.push_back({r, label});
  }
  return rows;
}

// One image of bytes or of floats through crop, pooling and scale into out [shape[0] * shape[1]]. Bytes are
// at most the scale.
template <typename Sum, typename Pixel>
void convert(const IdxRecipe& recipe, const IdxPair& pair, std::span<const Pixel> all, size_t row,
             const std::vector<int64_t>& shape, std::span<float> out) {
  const size_t height = pair.images.dims[1], width = pair.images.dims[2];
  const auto rows = static_cast<size_t>(shape[0]), cols = static_cast<size_t>(shape[1]);
  const auto pool = static_cast<size_t>(recipe.pool);
  const size_t top = (height - rows * pool) / 2, left = (width - cols * pool) / 2;
  const Pixel* const pixels = all.data() + row * height * width;
  const auto divisor = static_cast<float>(recipe.scale * recipe.pool * recipe.pool);
  for (size_t i = 0; i < rows; ++i) {
    for (size_t j = 0; j < cols; ++j) {
      Sum sum = 0;
      for (size_t di = 0; di < pool; ++di) {
        for (size_t dj = 0; dj < pool; ++dj) {
          const Sum value = pixels[(top + i * pool + di) * width + left + j * pool + dj];
          if (std::integral<Pixel> && value > static_cast<Sum>(recipe.scale)) {
            throw Error(
                Exit::data, pair.image_name,
                fmt::format("value {} in row {}, valid are 0 to {}", value, row, recipe.scale),
                kFetchAgain);
          }
          sum += value;
        }
      }
      out[i * cols + j] = static_cast<float>(sum) / divisor;
    }
  }
}

// Images as they are: a byte has one of 256 values, which are looked up.
class Shades {
 public:
  explicit Shades(const IdxRecipe& recipe) : highest_(static_cast<uint8_t>(recipe.scale)) {
    for (size_t value = 0; value < shades_.size(); ++value)
      shades_.at(value) = static_cast<float>(value) / static_cast<float>(recipe.scale);
  }

  // False: a byte is above the scale.
  bool convert(std::span<const uint8_t> pixels, std::span<float> out) const {
    uint8_t highest = 0;
    for (const uint8_t pixel : pixels) highest = std::max(highest, pixel);
    for (size_t i = 0; i < pixels.size(); ++i) out[i] = shades_[pixels[i]];
    return highest <= highest_;
  }

 private:
  std::array<float, 256> shades_{};
  uint8_t highest_;
};

// A class without rows in one of the pairs cannot be learnt or scored.
void check_classes(const IdxPair& pair, std::span<const Row> rows, int32_t classes) {
  std::vector<bool> seen(static_cast<size_t>(classes));
  for (const Row& row : rows) seen[static_cast<size_t>(row.label)] = true;
  const auto empty = std::find(seen.begin(), seen.end(), false);
  if (empty == seen.end()) return;
  throw Error(Exit::data, pair.label_name, fmt::format("no row of class {}", empty - seen.begin()),
              kFetchAgain);
}

}  // namespace

Dataset combine(const IdxRecipe& recipe, std::span<const IdxPair> pairs,
                const std::vector<int64_t>& shape, int32_t classes, size_t& last_rows) {
  std::vector<std::vector<Row>> kept;
  size_t total = 0;
  for (size_t p = 0; p < pairs.size(); ++p) {
    check_shape(recipe, pairs[p], shape);
    const size_t limit = p == 0 ? static_cast<size_t>(recipe.train_rows) : 0;
    kept.push_back(kept_rows(recipe, pairs[p], classes, limit));
    check_classes(pairs[p], kept.back(), classes);
    total += kept.back().size();
  }
  last_rows = kept.back().size();

  Dataset data;
  data.x = core::Matrix(total, static_cast<size_t>(shape[0] * shape[1]));
  data.labels.reserve(total);
  data.shape = shape;
  data.classes = classes;
  const Shades shades(recipe);
  for (size_t p = 0; p < pairs.size(); ++p) {
    const std::vector<size_t>& dims = pairs[p].images.dims;
    const size_t size = dims[1] * dims[2];
    const bool whole = recipe.pool == 1 && size == data.x.cols();
    const std::span<const uint8_t> bytes(pairs[p].images.payload);
    const std::span<const float> reals(pairs[p].images.reals);
    for (const Row& row : kept[p]) {
      const auto out = data.x.row(data.labels.size());
      if (!reals.empty()) {
        convert<float>(recipe, pairs[p], reals, row.index, shape, out);
      } else if (!whole || !shades.convert(bytes.subspan(row.index * size, size), out)) {
        // What has a wrong byte is gone through again, for the error.
        convert<int32_t>(recipe, pairs[p], bytes, row.index, shape, out);
      }
      data.labels.push_back(row.label);
    }
  }
  return data;
}

namespace {

// Images and labels in turn, one pair or two; with groups, what each row's is after them.
std::vector<IdxPair> read_pairs(TaskFiles& files, bool with_groups,
                                std::vector<std::string>& groups) {
  std::vector<IdxPair> pairs;
  const auto parse = [&files](size_t i, IdxElements allowed = IdxElements::bytes) {
    return parse_idx(files.read(i, kMostIdx), files.name(i), allowed);
  };
  for (size_t i = 0; i < files.size(); i += with_groups ? 3 : 2) {
    IdxPair pair{.images = parse(i, IdxElements::bytes_or_floats),
                 .labels = {},
                 .image_name = files.name(i),
                 .label_name = {}};
    pair.labels = parse(i + 1);
    pair.label_name = files.name(i + 1);
    if (with_groups) {
      const Idx numbers = parse(i + 2);
      if (numbers.dims != pair.labels.dims) {
        throw Error(Exit::data, files.name(i + 2),
                    fmt::format("shape {} where that of the labels is {}",
                                fmt::join(numbers.dims, " x "), fmt::join(pair.labels.dims, " x ")),
                    kFetchAgain);
      }
      for (const uint8_t number : numbers.payload) groups.push_back(std::to_string(number));
    }
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

Recipe read(const TomlTable& top, TaskInfo& info) {
  const TomlTable source = top.section("source");
  const auto small = [&source](std::string_view key, int32_t low, int32_t high) {
    return static_cast<int32_t>(source.integer(key, low, high));
  };
  const bool groups = source.has("groups") && source.boolean("groups");
  const size_t part = groups ? 3 : 2;
  if (info.files.size() != part && info.files.size() != 2 * part) {
    source.fail("files", "has the wrong length",
                "name images and labels, once, or twice for training and test; groups after them");
  }
  if (groups && (source.has("train_rows") || source.has("keep_labels")))
    source.fail("groups", "needs all rows", "leave out 'train_rows' and 'keep_labels'");
  if (info.shape.size() != 2) source.fail("files", "needs a 'shape' of height and width", "");
  IdxRecipe recipe;
  recipe.scale = small("scale", 1, 255);
  if (source.has("train_rows")) recipe.train_rows = source.integer("train_rows", 1, 1'000'000);
  if (source.has("crop")) recipe.crop = small("crop", 1, 4096);
  if (source.has("pool")) recipe.pool = small("pool", 1, 64);
  if (source.has("keep_labels")) {
    for (const int64_t label : source.integers("keep_labels", 0, 255)) {
      recipe.keep_labels.push_back(static_cast<int32_t>(label));
    }
    if (recipe.keep_labels.size() != static_cast<size_t>(info.classes())) {
      source.fail("keep_labels", "does not have one label for each of 'classes'",
                  "make them agree");
    }
  }
  const auto load = [recipe, groups, shape = info.shape,
                     classes = info.classes()](TaskFiles& files) {
    RowData rows;
    const std::vector<IdxPair> pairs = read_pairs(files, groups, rows.groups);
    rows.data = combine(recipe, pairs, shape, classes, rows.test_rows);
    return rows;
  };
  // Whoever knows the groups splits by them, whatever was published.
  return {.load = load, .test_part = !groups && info.files.size() == 4};
}

}  // namespace

extern const Source kIdxSource;
constinit const Source kIdxSource{kNames, Kind::classify, true, kKeys, read};

}  // namespace agon::datasets
