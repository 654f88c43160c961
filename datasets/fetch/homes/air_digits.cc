// SPDX-License-Identifier: MIT
//
// "air-digits": the magic wand's strokes, one JSON file for each digit in the order of the digits:
// {"strokes": [{"strokePoints": [{"x": 0.1, "y": 0.2}, ...], ...}, ...]}. Each stroke becomes 64 points at
// equal steps along its own; a quarter of every digit's strokes, drawn by seed 0, is the test.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "datasets/fetch/homes/conversion.h"

namespace agon::datasets {
namespace {

using Json = nlohmann::json;
using Stroke = std::vector<std::array<double, 2>>;

constexpr size_t kPoints = 64;
constexpr uint32_t kSeed = 0;

std::vector<Stroke> read_strokes(const NamedFile& file) {
  std::vector<Stroke> strokes;
  try {
    const Json all = Json::parse(file.bytes);
    for (const Json& one : all.at("strokes")) {
      Stroke stroke;
      for (const Json& point : one.at("strokePoints"))
        stroke.push_back({point.at("x").get<double>(), point.at("y").get<double>()});
      if (stroke.size() < 2) {
        throw Error(Exit::data, file.name,
                    fmt::format("stroke {} has fewer than 2 points", strokes.size()),
                    kOtherRelease);
      }
      strokes.push_back(std::move(stroke));
    }
  } catch (const Json::exception& e) {
    throw Error(Exit::data, file.name, fmt::format("is no file of strokes: {}", e.what()),
                kOtherRelease);
  }
  return strokes;
}

// Between the neighbours in time, as numpy.interp at numpy.linspace(0, points - 1, 64).
void append_resampled(const Stroke& stroke, std::vector<float>& out) {
  const auto last = static_cast<double>(stroke.size() - 1);
  const double step = last / static_cast<double>(kPoints - 1);
  for (size_t k = 0; k < kPoints; ++k) {
    const double at = k + 1 == kPoints ? last : static_cast<double>(k) * step;
    const size_t before = std::min(static_cast<size_t>(at), stroke.size() - 2);
    for (size_t axis = 0; axis < 2; ++axis) {
      const double from = stroke[before].at(axis), to = stroke[before + 1].at(axis);
      out.push_back(static_cast<float>((to - from) * (at - static_cast<double>(before)) + from));
    }
  }
}

struct Part {
  std::vector<const Stroke*> strokes;
  std::vector<uint8_t> digits;

  void add(const Stroke& stroke, size_t digit) {
    strokes.push_back(&stroke);
    digits.push_back(static_cast<uint8_t>(digit));
  }
  void write(const std::string& name, NumpyRandom& random, NamedFiles& made) const {
    std::vector<float> x;
    std::vector<uint8_t> y;
    for (const size_t i : random.permutation(strokes.size())) {
      append_resampled(*strokes[i], x);
      y.push_back(digits[i]);
    }
    made.push_back({name + "_x.npy", npy_of(x, fmt::format("{}, {}, 2", y.size(), kPoints))});
    made.push_back({name + "_y.npy", npy_of(y)});
  }
};

NamedFiles make(std::span<const NamedFile> raw) {
  std::vector<std::vector<Stroke>> digits;
  for (const NamedFile& file : raw) digits.push_back(read_strokes(file));
  NumpyRandom random(kSeed);
  Part train, test;
  for (size_t digit = 0; digit < digits.size(); ++digit) {
    const std::vector<Stroke>& strokes = digits[digit];
    const std::vector<size_t> order = random.permutation(strokes.size());
    std::vector<bool> tested(strokes.size());
    for (size_t i = 0; i < strokes.size() / 4; ++i) tested[order[i]] = true;
    for (size_t s = 0; s < strokes.size(); ++s) (tested[s] ? test : train).add(strokes[s], digit);
  }
  NamedFiles made;
  train.write("train", random, made);
  test.write("test", random, made);
  return made;
}

}  // namespace

extern const Conversion kAirDigits;
constinit const Conversion kAirDigits{"air-digits", make};

}  // namespace agon::datasets
