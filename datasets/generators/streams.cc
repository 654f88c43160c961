// SPDX-License-Identifier: MIT
#include "datasets/generators/streams.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "core/rng.h"

namespace agon::datasets {
namespace {

constexpr size_t kSide = 8, kFrame = kSide * kSide;
constexpr double kGrid = 65536;  // so that the last digit of the C library's sine does not show

enum Purpose : uint64_t { kNuisance, kNoise };

float on_grid(double v) { return static_cast<float>(std::round(v * kGrid) / kGrid); }

double between(core::Stream& random, double low, double high) {
  return low + (high - low) * static_cast<double>(random.uniform());
}

Dataset empty(const Streams& streams, int64_t steps, int32_t classes) {
  Dataset data{
      .x = core::Matrix(static_cast<size_t>(streams.rows), static_cast<size_t>(steps) * kFrame),
      .labels = {},
      .shape = {steps, static_cast<int64_t>(kFrame)},
      .classes = classes};
  for (int64_t r = 0; r < streams.rows; ++r)
    data.labels.push_back(static_cast<int32_t>(r % classes));
  return data;
}

// Eight signals of `steps` plus the longest delay, sampled into frames of lines x delays.
void delayed(const std::array<std::vector<double>, kSide>& signals, size_t hop,
             std::span<float> row) {
  for (size_t t = 0; t < row.size() / kFrame; ++t) {
    for (size_t line = 0; line < kSide; ++line) {
      for (size_t tap = 0; tap < kSide; ++tap) {
        row[t * kFrame + line * kSide + tap] = on_grid(signals[line][t + hop * (kSide - 1 - tap)]);
      }
    }
  }
}

}  // namespace

Dataset make_glides(const Streams& streams) {
  constexpr std::array<double, 4> kVelocity = {-2, -1, 1, 2};
  constexpr double kWidth = 1.2;  // bands
  Dataset data = empty(streams, 24, 4);
  core::Stream nuisance(streams.seed, kNuisance);
  core::fill_normal(streams.seed, kNoise, static_cast<float>(streams.noise), data.x);
  for (size_t r = 0; r < data.labels.size(); ++r) {
    const double start = between(nuisance, 0, kFrame);
    const double level = between(nuisance, 0.6, 1);
    for (size_t t = 0; t < 24; ++t) {
      const double centre =
          start + kVelocity[static_cast<size_t>(data.labels[r])] * static_cast<double>(t);
      for (size_t band = 0; band < kFrame; ++band) {
        const double away = std::remainder(static_cast<double>(band) - centre, kFrame);
        const size_t y = band / kSide, x = y % 2 == 0 ? band % kSide : kSide - 1 - band % kSide;
        float& v = data.x.at(r, t * kFrame + y * kSide + x);
        const double bump =
            std::abs(away) < 6 * kWidth ? std::exp(-away * away / (2 * kWidth * kWidth)) : 0;
        v = on_grid(level * bump + std::abs(static_cast<double>(v)));
      }
    }
  }
  return data;
}

Dataset make_gaits(const Streams& streams) {
  constexpr size_t kSteps = 24, kHop = 2, kAll = kSteps + kHop * (kSide - 1);
  Dataset data = empty(streams, kSteps, 4);
  core::Stream nuisance(streams.seed, kNuisance), noise(streams.seed, kNoise);
  std::array<std::vector<double>, kSide> signals;
  for (auto& signal : signals) signal.resize(kAll);
  for (size_t r = 0; r < data.labels.size(); ++r) {
    const double phase = between(nuisance, 0, 2 * std::numbers::pi);
    const double cadence = 2 * std::numbers::pi * between(nuisance, 0.05, 0.08);
    const double gain = between(nuisance, 0.7, 1.3);
    const double behind = std::numbers::pi / 2 * data.labels[r];
    for (size_t t = 0; t < kAll; ++t) {
      const double angle = phase + cadence * static_cast<double>(t);
      for (size_t axis = 0; axis < 6; ++axis) signals[axis][t] = streams.noise * noise.normal();
      signals[0][t] += gain * std::sin(angle);
      signals[1][t] += gain * std::sin(angle - behind);
      signals[3][t] += gain * std::cos(angle);
      signals[4][t] += gain * std::cos(angle - behind);
      for (size_t size : {size_t{0}, size_t{3}}) {
        signals[6 + size / 3][t] =
            std::hypot(signals[size][t], signals[size + 1][t], signals[size + 2][t]);
      }
    }
    delayed(signals, kHop, data.x.row(r));
  }
  return data;
}

Dataset make_couplings(const Streams& streams) {
  constexpr size_t kSteps = 30, kHop = 1, kAll = kSteps + kHop * (kSide - 1);
  Dataset data = empty(streams, kSteps, 2);
  core::Stream nuisance(streams.seed, kNuisance), noise(streams.seed, kNoise);
  std::array<std::vector<double>, kSide> signals;
  for (auto& signal : signals) signal.resize(kAll);
  for (size_t r = 0; r < data.labels.size(); ++r) {
    std::array<double, 2> phase{}, speed{};
    for (size_t i = 0; i < 2; ++i) {
      phase[i] = between(nuisance, 0, 2 * std::numbers::pi);
      speed[i] = 2 * std::numbers::pi * between(nuisance, 0.03, 0.12);
    }
    const double sign = data.labels[r] == 0 ? 2 : -2;
    for (size_t t = 0; t < kAll; ++t) {
      const double along = static_cast<double>(t);
      const double a = std::sin(phase[0] + speed[0] * along);
      const double b = std::sin(phase[1] + speed[1] * along);
      const double a2 = -std::cos(phase[0] + speed[0] * along);
      const double b2 = -std::cos(phase[1] + speed[1] * along);
      const std::array<double, kSide> clean = {
          a, b, sign * a * b, a2, b2, sign * a2 * b2, sign * a * b2, sign * a2 * b};
      for (size_t line = 0; line < kSide; ++line)
        signals[line][t] = clean[line] + streams.noise * noise.normal();
    }
    delayed(signals, kHop, data.x.row(r));
  }
  return data;
}

}  // namespace agon::datasets
