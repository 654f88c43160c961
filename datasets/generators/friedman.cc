// SPDX-License-Identifier: MIT
#include "datasets/generators/friedman.h"

#include <cmath>
#include <numbers>

#include "core/rng.h"

namespace agon::datasets {
namespace {

constexpr size_t kInputs = 10;
constexpr double kGrid = 4096;  // targets are multiples of 2^-12, so that the last digit of the C
                                // library's sine and logarithm does not show in the data

}  // namespace

Dataset make_friedman(const Friedman& friedman) {
  const auto rows = static_cast<size_t>(friedman.rows);
  Dataset data{.x = core::Matrix(rows, kInputs), .shape = {kInputs}};
  data.targets = core::Matrix(rows, 1);
  core::fill_uniform(friedman.seed, 0, 0, 1, data.x);
  core::Stream noise(friedman.seed, 1);
  for (size_t r = 0; r < rows; ++r) {
    const auto x = [&](size_t i) { return static_cast<double>(data.x.at(r, i - 1)); };
    const double centred = x(3) - 0.5;
    const double y = 10 * std::sin(std::numbers::pi * x(1) * x(2)) + 20 * centred * centred +
                     10 * x(4) + 5 * x(5) + friedman.noise * noise.normal();
    data.targets.at(r, 0) = static_cast<float>(std::round(y * kGrid) / kGrid);
  }
  return data;
}

}  // namespace agon::datasets
