// SPDX-License-Identifier: MIT
//
// IDX files as MNIST's: images and labels, of training and test.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "core/error.h"
#include "datasets/draft/look.h"
#include "datasets/readers/file.h"
#include "datasets/readers/idx.h"

namespace agon::datasets {
namespace {

namespace fs = std::filesystem;

// The labels that lie beside `images`: "train-images-idx3-ubyte" has "train-labels-idx1-ubyte".
fs::path labels_of(const fs::path& images) {
  std::string name = images.filename().string();
  bool changed = false;
  for (const auto& [from, to] : {std::pair<std::string, std::string>{"images", "labels"},
                                 {"logmel", "labels"},
                                 {"idx3", "idx1"}}) {
    const size_t at = name.find(from);
    if (at == std::string::npos) continue;
    name.replace(at, from.size(), to);
    changed = true;
  }
  std::error_code ignored;
  const fs::path labels = images.parent_path() / name;
  return changed && fs::is_regular_file(labels, ignored) ? labels : fs::path();
}

std::vector<fs::path> files_of(const DraftRequest& request) {
  if (request.from.size() > 1) return request.from;
  const fs::path& images = request.from.front();
  std::vector<fs::path> files = {images, labels_of(images)};
  if (files.back().empty()) {
    throw Error(Exit::usage, images.string(), "has no file of labels beside it",
                "name both: --from images-idx3-ubyte --from labels-idx1-ubyte");
  }
  for (const char* test : {"t10k", "test"}) {
    const fs::path other = sibling(images, "train", test);
    if (other.empty() || labels_of(other).empty()) continue;
    files.insert(files.end(), {other, labels_of(other)});
    break;
  }
  return files;
}

}  // namespace

Seen look_at_images(const DraftRequest& request) {
  check_count(request, 4, "IDX files: images and labels, of training and test");
  Seen seen;
  seen.format = "idx";
  seen.files = files_of(request);
  seen.test_part = seen.files.size() == 4;
  std::map<int, size_t> counts;
  uint8_t highest = 0;
  for (size_t i = 0; i < seen.files.size(); i += 2) {
    const std::string name = seen.files[i].string();
    const Idx images = parse_idx(read_bytes(seen.files[i], kMostIdx), name);
    if (images.dims.size() != 3 || i + 1 == seen.files.size()) {
      throw Error(Exit::data, name,
                  fmt::format("{} where images [rows, height, width] and labels come in turn",
                              fmt::join(images.dims, " x ")),
                  "name images and labels in turn; other arrays as .npy");
    }
    const Idx labels =
        parse_idx(read_bytes(seen.files[i + 1], kMostIdx), seen.files[i + 1].string());
    if (labels.dims.size() != 1 || labels.dims[0] != images.dims[0]) {
      throw Error(
          Exit::data, seen.files[i + 1].string(),
          fmt::format("{} labels for {} images", fmt::join(labels.dims, " x "), images.dims[0]),
          "use files that belong together");
    }
    for (const uint8_t label : labels.payload) ++counts[label];
    highest = std::max(highest, *std::ranges::max_element(images.payload));
    seen.rows += images.dims[0];
    seen.shape = {static_cast<int64_t>(images.dims[1]), static_cast<int64_t>(images.dims[2])};
  }
  seen.answer = "the label of each image";
  if (counts.rbegin()->first >= std::ssize(counts)) {  // not 0, 1, ...
    std::vector<int> kept;
    for (const auto& [label, rows] : counts) kept.push_back(label);
    seen.source.push_back(
        {"keep_labels", fmt::format("[{}]", fmt::join(kept, ", ")),
         "These labels become the classes 0, 1, ...; rows of others are left out."});
  }
  for (const auto& [label, rows] : counts) seen.classes.emplace_back(std::to_string(label), rows);
  seen.shape_why = "Height and width. 'crop' and 'pool' in [source] make them smaller.";
  constexpr int kFew = 16;  // levels, as of the UCI digits
  seen.source.push_back({"scale", std::to_string(highest > kFew ? 255 : std::max<int>(highest, 1)),
                         fmt::format("Bytes up to {}: inputs are these values over it.", highest)});
  seen.scaled = false;
  seen.scaled_why = "Inputs are in [0, 1] by 'scale' in [source]. Else \"standard\" or \"minmax\".";
  return seen;
}

}  // namespace agon::datasets
