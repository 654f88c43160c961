// SPDX-License-Identifier: MIT
#include "datasets/generators/sine.h"

#include <cmath>
#include <numbers>

#include "core/rng.h"

namespace agon::datasets {
namespace {

constexpr double kGrid = 65536;  // see spirals.cc

}  // namespace

Dataset make_sine(const Sine& sine) {
  const auto rows = static_cast<size_t>(sine.rows);
  Dataset data{.x = core::Matrix(rows, 1), .shape = {1}};
  data.targets = core::Matrix(rows, 1);
  core::fill_uniform(sine.seed, 0, 0, 1, data.x);
  core::Stream noise(sine.seed, 1);
  for (size_t r = 0; r < rows; ++r) {
    const double x = static_cast<double>(data.x.at(r, 0));
    const double y =
        std::sin(2 * std::numbers::pi * sine.periods * x) + sine.noise * noise.normal();
    data.targets.at(r, 0) = static_cast<float>(std::round(y * kGrid) / kGrid);
  }
  return data;
}

}  // namespace agon::datasets
