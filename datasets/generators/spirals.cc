// SPDX-License-Identifier: MIT
#include "datasets/generators/spirals.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/rng.h"

namespace agon::datasets {
namespace {

constexpr double kInnerRadius = 0.08;  // keeps the two arms apart at the centre
constexpr double kHalfWidth = 1.1;  // of the square that is scaled to [0, 1]; radius 1 plus noise
constexpr double kGrid = 65536;     // values are multiples of 2^-16, so that the last digit of the
                                    // C library's sine and logarithm does not show in the data

float to_unit(double v) {
  const double unit = std::clamp(0.5 + 0.5 * v / kHalfWidth, 0.0, 1.0);
  return static_cast<float>(std::round(unit * kGrid) / kGrid);
}

}  // namespace

Dataset make_spirals(const Spirals& spirals) {
  const auto n = static_cast<size_t>(spirals.points_per_class);
  Dataset data{.x = core::Matrix(2 * n, 2), .labels = {}, .shape = {2}, .classes = 2};
  core::Stream noise(spirals.seed, 0);
  for (size_t row = 0; row < 2 * n; ++row) {
    const int32_t label = static_cast<int32_t>(row % 2);
    const double along = (static_cast<double>(row / 2) + 0.5) / static_cast<double>(n);  // (0, 1)
    const double radius = kInnerRadius + (1 - kInnerRadius) * along;
    const double angle = std::numbers::pi * (2 * spirals.turns * along + label);
    // Two statements: the order of draws is part of the data.
    const double dx = spirals.noise * noise.normal();
    const double dy = spirals.noise * noise.normal();
    data.x.at(row, 0) = to_unit(radius * std::cos(angle) + dx);
    data.x.at(row, 1) = to_unit(radius * std::sin(angle) + dy);
    data.labels.push_back(label);
  }
  return data;
}

}  // namespace agon::datasets
