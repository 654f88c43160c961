// SPDX-License-Identifier: MIT
//
// Arrays of NumPy: inputs x and labels or real targets y, of series the lengths as well; as files
// that belong together, or in one .npz.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "core/error.h"
#include "datasets/draft/look.h"
#include "datasets/readers/file.h"
#include "datasets/readers/lines.h"
#include "datasets/readers/npy.h"
#include "datasets/readers/zip.h"

namespace agon::datasets {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostClasses = 1000;

// How x and y are called in pairs of files, and with the test part in one .npz.
constexpr std::array<std::array<std::string_view, 2>, 4> kPairs = {
    {{"x", "y"}, {"data", "labels"}, {"features", "labels"}, {"inputs", "targets"}}};
constexpr std::array<std::string_view, 2> kLengths = {"lengths", "len"};
constexpr std::array<std::array<std::string_view, 4>, 7> kArchives = {
    {{"x_train", "y_train", "x_test", "y_test"},
     {"X_train", "y_train", "X_test", "y_test"},
     {"train_x", "train_y", "test_x", "test_y"},
     {"x", "y", "", ""},
     {"X", "y", "", ""},
     {"data", "labels", "", ""},
     {"data", "target", "", ""}}};

struct Named {
  Npy npy;
  std::string name;
};

std::vector<fs::path> files_of(const DraftRequest& request) {
  if (request.from.size() > 1) return request.from;
  const fs::path& x = request.from.front();
  for (const auto& [first, second] : kPairs) {
    const fs::path y = sibling(x, first, second);
    if (y.empty()) continue;
    std::vector files = {x, y};
    for (const std::string_view name : kLengths) {
      const fs::path lengths = sibling(x, first, name);
      if (!lengths.empty() && files.size() == 2) files.push_back(lengths);
    }
    // Where each has one of a test part beside it, they come behind.
    std::vector<fs::path> test;
    for (const fs::path& file : files) test.push_back(sibling(file, "train", "test"));
    if (std::ranges::none_of(test, [](const fs::path& file) { return file.empty(); }))
      files.insert(files.end(), test.begin(), test.end());
    return files;
  }
  throw Error(Exit::usage, x.string(), "has no array of labels beside it",
              "name both: --from x.npy --from y.npy, and the lengths of series as a third");
}

std::vector<Named> open_archive(const fs::path& file, std::vector<std::string>& arrays) {
  const std::string bytes = read_bytes(file), name = file.string();
  for (const auto& names : kArchives) {
    std::vector<Named> found;
    arrays.clear();
    try {
      for (const std::string_view one : names) {
        if (one.empty()) break;
        const std::string member = fmt::format("{}.npy", one);
        std::string npy = zip_member(bytes, member, name);
        found.push_back({parse_npy(std::move(npy), fmt::format("{}({})", name, member)), name});
        arrays.emplace_back(one);
      }
      return found;
    } catch (const Error&) {
      if (names == kArchives.back()) break;  // another name may be there
    }
  }
  zip_member(bytes, "x.npy", name);  // says what is there
  throw Error(Exit::data, name, "holds no arrays x and y that can be read",
              "np.savez(..., x=inputs, y=labels) of numbers");
}

void look_at_labels(const Named& y, size_t rows, Seen& seen) {
  const Npy& npy = y.npy;
  if (npy.dims.empty() || npy.dims[0] != rows) {
    throw Error(Exit::data, y.name,
                fmt::format("{} labels for {} rows", npy.dims.empty() ? 1 : npy.dims[0], rows),
                "use arrays that belong together");
  }
  std::map<int64_t, size_t> counts;
  bool few = npy.whole() && npy.count == rows;
  for (size_t r = 0; few && r < npy.count; ++r) {
    ++counts[npy.integer(r)];
    few = counts.size() <= kMostClasses;
  }
  if (few && 2 * counts.size() <= rows) {
    if (counts.begin()->first != 0 || counts.rbegin()->first != std::ssize(counts) - 1) {
      throw Error(Exit::data, y.name,
                  fmt::format("{} classes are numbered {} to {}", counts.size(),
                              counts.begin()->first, counts.rbegin()->first),
                  "number them from 0: np.unique(y, return_inverse=True)[1].astype('<i4')");
    }
    for (const auto& [label, count] : counts) {
      if (static_cast<size_t>(label) == seen.classes.size()) {
        seen.classes.emplace_back(std::to_string(label), count);
      } else {
        seen.classes[static_cast<size_t>(label)].second += count;
      }
    }
    return;
  }
  seen.targets = static_cast<int64_t>(npy.count / rows);
  seen.low = seen.high = npy.real(0);
  for (size_t r = 0; r < rows; ++r) {
    const double target = npy.real(r * (npy.count / rows));
    seen.low = std::min(seen.low, target);
    seen.high = std::max(seen.high, target);
  }
}

// Pictures of bytes are shades of grey.
void look_at_inputs(const Npy& x, Seen& seen) {
  double high = 0;
  for (size_t i = 0; i < x.count; ++i) {
    seen.nonnegative = seen.nonnegative && !(x.real(i) < 0);
    high = std::max(high, x.real(i));
  }
  if (x.type != Npy::Type::u1 || high < 2) return;
  seen.source.push_back({"scale", high > 16 ? "255" : fmt::format("{}", high),
                         fmt::format("Bytes up to {}: inputs are these values over it.", high)});
  seen.scaled = false;
  seen.scaled_why = "Inputs are in [0, 1] by 'scale' in [source]. Else \"standard\" or \"minmax\".";
}

}  // namespace

Seen look_at_arrays(const DraftRequest& request) {
  Seen seen;
  seen.format = "npy";
  std::vector<Named> arrays;
  if (lower(request.from.front().string()).ends_with(".npz")) {
    check_count(request, 1, "arrays in an archive");
    seen.files = request.from;
    std::vector<std::string> names;
    arrays = open_archive(seen.files.front(), names);
    seen.source.push_back({"arrays", toml_text(names), "In the archive: x and y, of each part."});
    seen.test_part = names.size() == 4;
  } else {
    check_count(request, 6, "arrays: x, y and the lengths of series, of training and test");
    seen.files = files_of(request);
    for (const fs::path& file : seen.files)
      arrays.push_back({parse_npy(read_bytes(file), file.string()), file.string()});
    seen.test_part = seen.files.size() == 4 || seen.files.size() == 6;
  }
  const bool lengths = arrays.size() % 3 == 0;
  const size_t part = lengths ? 3 : 2;
  const std::vector<size_t>& dims = arrays.front().npy.dims;
  if (arrays.size() % part != 0 || dims.size() < 2) {
    throw Error(Exit::data, arrays.front().name,
                dims.size() < 2 ? "has one number a row where rows of inputs are expected"
                                : "stands in an odd number of files",
                "give x [rows x inputs] and y [rows], and the lengths of series as a third");
  }
  seen.shape.assign(dims.begin() + 1, dims.end());
  for (size_t a = 0; a < arrays.size(); a += part) {
    look_at_inputs(arrays[a].npy, seen);
    look_at_labels(arrays[a + 1], arrays[a].npy.dims.front(), seen);
    seen.rows += arrays[a].npy.dims.front();
  }
  seen.answer = seen.classes.empty() ? "the second array, of real numbers"
                                     : "the second array, of few whole numbers";
  seen.shape_why =
      fmt::format("Of each row of x, here {}. Time comes first in series.", fmt::join(dims, " x "));
  if (lengths) {
    seen.time = true;
    seen.source.push_back(
        {"lengths", "true", "The third array: how many frames each series has before its zeros."});
    seen.scaled = false;
    seen.scaled_why =
        "Zeros stand behind the end of shorter series, and scaling would move them. Else "
        "\"standard\" or \"minmax\".";
  }
  return seen;
}

}  // namespace agon::datasets
