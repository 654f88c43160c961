// SPDX-License-Identifier: MIT
//
// "japanese-vowels": JapaneseVowels_TRAIN.ts and _TEST.ts of the UEA archive, whose series have zeros
// behind their end, as arrays x [rows, time, channels], y and the true lengths of each part.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "core/error.h"
#include "datasets/fetch/homes/conversion.h"
#include "datasets/readers/series.h"

namespace agon::datasets {
namespace {

struct Part {
  std::vector<float> x;  // [rows, time, channels]
  std::vector<uint8_t> y, lengths;
  size_t time = 0, channels = 0;
};

[[noreturn]] void fail(const NamedFile& file, const std::string& reason) {
  throw Error(Exit::data, file.name, reason, kOtherRelease);
}

// Frames up to the last one that is not all zeros.
size_t true_length(const SeriesCase& series) {
  for (size_t t = series.length; t > 1; --t) {
    for (size_t c = 0; c < series.channels; ++c) {
      if (series.values[c * series.length + t - 1] != 0) return t;
    }
  }
  return 1;
}

Part read_part(const NamedFile& file) {
  Part part;
  std::vector<std::string> labels;
  const auto classes = read_series(file.bytes, file.name, [&](const SeriesCase& series) {
    if (labels.empty()) {
      part.time = series.length;
      part.channels = series.channels;
    }
    if (series.length != part.time || series.channels != part.channels || part.time > UINT8_MAX)
      fail(file, "its series are not all filled to one length");
    for (size_t t = 0; t < part.time; ++t) {
      for (size_t c = 0; c < part.channels; ++c) part.x.push_back(series.values[c * part.time + t]);
    }
    part.lengths.push_back(static_cast<uint8_t>(true_length(series)));
    labels.emplace_back(series.label);
  });
  for (const std::string& label : labels) {
    const auto found = std::ranges::find(classes, label);
    if (found == classes.end()) fail(file, fmt::format("label {} is not declared", label));
    part.y.push_back(static_cast<uint8_t>(found - classes.begin()));
  }
  return part;
}

NamedFiles make(std::span<const NamedFile> raw) {
  constexpr std::array<const char*, 2> kParts = {"train", "test"};
  NamedFiles made;
  for (size_t i = 0; i < kParts.size() && i < raw.size(); ++i) {
    const Part part = read_part(raw[i]);
    const std::string shape = fmt::format("{}, {}, {}", part.y.size(), part.time, part.channels),
                      name = kParts.at(i);
    made.push_back({name + "_x.npy", npy_of(part.x, shape)});
    made.push_back({name + "_y.npy", npy_of(part.y)});
    made.push_back({name + "_len.npy", npy_of(part.lengths)});
  }
  return made;
}

}  // namespace

extern const Conversion kJapaneseVowels;
constinit const Conversion kJapaneseVowels{"japanese-vowels", make};

}  // namespace agon::datasets
