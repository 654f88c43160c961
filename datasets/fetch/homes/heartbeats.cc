// SPDX-License-Identifier: MIT
//
// "heartbeats": ECG5000_TRAIN.txt and _TEST.txt of the UCR archive (a class from 1, then 140 points a
// line) as arrays of a search for anomalies. Class 1 is normal; a fifth of its beats, drawn by seed
// 42, stands before all others in the test arrays, the rest in the training array.
#include <fmt/format.h>

#include <array>

#include "core/error.h"
#include "core/number.h"
#include "datasets/fetch/homes/conversion.h"
#include "datasets/readers/series.h"

namespace agon::datasets {
namespace {

constexpr uint32_t kSeed = 42;
constexpr double kNormal = 1;

struct Beats {
  std::vector<std::vector<float>> normal, other;
  size_t points = 0;
};

void read_beats(const NamedFile& file, Beats& beats) {
  read_series(file.bytes, file.name, [&](const SeriesCase& beat) {
    if (beats.points == 0) beats.points = beat.length;
    if (beat.length != beats.points || beat.channels != 1) {
      throw Error(Exit::data, file.name,
                  fmt::format("line {} has {} points where the first beat has {}", beat.line,
                              beat.length, beats.points),
                  kOtherRelease);
    }
    const bool normal = core::parse_real(beat.label) == kNormal;  // "1.0000000e+00" in the archive
    (normal ? beats.normal : beats.other).emplace_back(beat.values.begin(), beat.values.end());
  });
}

NamedFiles make(std::span<const NamedFile> raw) {
  Beats beats;
  for (const NamedFile& file : raw) read_beats(file, beats);
  const std::vector<size_t> order = NumpyRandom(kSeed).permutation(beats.normal.size());
  const size_t tested = (beats.normal.size() + 4) / 5;  // a fifth, rounded up
  std::vector<float> train, test;
  std::vector<uint8_t> labels;
  for (size_t i = 0; i < order.size(); ++i) {
    const std::vector<float>& beat = beats.normal[order[i]];
    auto& part = i < tested ? test : train;
    part.insert(part.end(), beat.begin(), beat.end());
    if (i < tested) labels.push_back(0);
  }
  for (const auto& beat : beats.other) {
    test.insert(test.end(), beat.begin(), beat.end());
    labels.push_back(1);
  }
  const auto shape = [&](size_t rows) { return fmt::format("{}, {}", rows, beats.points); };
  return {{"anom_train_x.npy", npy_of(train, shape(order.size() - tested))},
          {"anom_test_x.npy", npy_of(test, shape(labels.size()))},
          {"anom_test_y.npy", npy_of(labels)}};
}

}  // namespace

extern const Conversion kHeartbeats;
constinit const Conversion kHeartbeats{"heartbeats", make};

}  // namespace agon::datasets
