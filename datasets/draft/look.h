// SPDX-License-Identifier: MIT
//
// What looking at files tells of a task; draft.cc makes the task file of it. Each format has a file
// here and a row of the table in draft.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "datasets/draft/draft.h"

namespace agon::datasets {

// A key with its value in TOML and why it is that.
struct DraftLine {
  std::string key, value, why;
};

struct Seen {
  std::string format;                        // of [source]
  std::vector<std::filesystem::path> files;  // in the order of [source]
  bool test_part = false;                    // the last of them are one
  // What [source] names instead, where files are many: "wav/*.wav".
  std::vector<std::filesystem::path> patterns{};
  std::vector<DraftLine> source{};  // more keys of [source]
  size_t rows = 0;                  // of all parts
  // What is predicted: classes by their names with their rows, in order; without any, real targets.
  std::string answer;  // for people: "column 'species', the last one"
  std::vector<std::pair<std::string, size_t>> classes{};
  int64_t targets = 1;
  double low = 0, high = 0;  // of the first target
  std::vector<int64_t> shape{};
  std::string shape_why;  // what the inputs are
  bool time = false;      // rows are series
  bool nonnegative = true;
  bool scaled = true;        // inputs are to be scaled by the training rows
  std::string scaled_why{};  // why not
};

Seen look_at_table(const DraftRequest& request);   // csv, tsv, arff
Seen look_at_arrays(const DraftRequest& request);  // npy, npz
Seen look_at_series(const DraftRequest& request);  // ts
Seen look_at_images(const DraftRequest& request);  // idx
Seen look_at_sounds(const DraftRequest& request);  // wav: a folder of recordings, or some of them

// A text in TOML's quotes.
std::string toml_text(std::string_view text);
std::string toml_text(const std::vector<std::string>& texts);  // ["a", "b"]
// The file that lies beside `file` with the last `from` of its name replaced by `to`, in its case
// (TRAIN, Train, train); empty when there is none.
std::filesystem::path sibling(const std::filesystem::path& file, std::string_view from,
                              std::string_view to);
// Throws for more files than the format takes.
void check_count(const DraftRequest& request, size_t most, const std::string& what);

}  // namespace agon::datasets
