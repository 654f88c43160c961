// SPDX-License-Identifier: MIT
#include "tests/browser/pictures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

namespace agon::tests {
namespace {

using reports::Picture;

struct Place {
  double x, y;
};

// Polylines of the ten digits in the unit square, y downwards.
const std::array<std::vector<Place>, 10> kDigits{{
    {{.5, .1}, {.75, .3}, {.75, .7}, {.5, .9}, {.25, .7}, {.25, .3}, {.5, .1}},
    {{.35, .3}, {.55, .1}, {.55, .9}},
    {{.25, .3}, {.5, .1}, {.75, .3}, {.25, .9}, {.75, .9}},
    {{.25, .15}, {.7, .2}, {.45, .45}, {.75, .7}, {.5, .9}, {.25, .8}},
    {{.65, .9}, {.65, .1}, {.2, .65}, {.8, .65}},
    {{.75, .1}, {.3, .1}, {.28, .45}, {.7, .5}, {.7, .85}, {.25, .9}},
    {{.65, .1}, {.3, .5}, {.3, .8}, {.55, .9}, {.7, .7}, {.55, .55}, {.3, .65}},
    {{.2, .1}, {.8, .1}, {.45, .9}},
    {{.5, .5}, {.3, .3}, {.5, .1}, {.7, .3}, {.5, .5}, {.25, .7}, {.5, .9}, {.75, .7}, {.5, .5}},
    {{.7, .35}, {.45, .5}, {.3, .3}, {.5, .1}, {.7, .3}, {.6, .9}},
}};

double distance(Place p, Place a, Place b) {
  const double dx = b.x - a.x, dy = b.y - a.y;
  const double t =
      std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy), 0.0, 1.0);
  return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

}  // namespace

std::vector<Picture> sample_dynamics_pictures() {
  constexpr int kSteps = 1500;
  Picture lines{"states", "State over time",      "time, s", "", "x", 3, kSteps, {},
                "lines",  {"teacher", "network"}, 0,         0};
  Picture track{"track",  "The limit cycle",      "x", "dx/dt", "", 4, kSteps, {},
                "tracks", {"teacher", "network"}, 0,   0};
  // A relaxation oscillator by Euler steps, and one that is a little slower and noisier.
  std::array<std::vector<float>, 5> rows;
  double x = 1, v = 0, y = 0.2, w = 0;
  for (int i = 0; i < kSteps; ++i) {
    for (const auto& [row, value] : {std::pair{0, 0.01 * i}, {1, x}, {2, v}, {3, y}, {4, w}})
      rows[static_cast<size_t>(row)].push_back(static_cast<float>(value));
    const double a = 2 * (1 - x * x) * v - x, b = 2 * (1 - y * y) * w - y;
    x += 0.01 * v;
    v += 0.01 * a;
    y += 0.0098 * w + 0.004 * std::sin(31.0 * i);
    w += 0.0098 * b;
  }
  for (const size_t row : {0u, 1u, 3u})
    lines.values.insert(lines.values.end(), rows[row].begin(), rows[row].end());
  for (const size_t row : {1u, 2u, 3u, 4u})
    track.values.insert(track.values.end(), rows[row].begin(), rows[row].end());

  Picture raster{"raster", "Spikes", "time, s", "neuron", "", 0, 2, {}, "raster", {}, 0, 0};
  uint64_t state = 1;
  const auto random = [&state] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state >> 40) / static_cast<double>(1u << 24);
  };
  for (int i = 0; i < kSteps; ++i) {
    for (int unit = 0; unit < 80; ++unit) {
      const double drive = std::cos(0.0785 * unit) * rows[1][static_cast<size_t>(i)];
      if (random() < 0.05 * std::max(0.0, drive)) {
        raster.values.push_back(static_cast<float>(0.01 * i));
        raster.values.push_back(static_cast<float>(unit));
        ++raster.rows;
      }
    }
  }
  return {lines, track, raster};
}

Picture sample_digits(int64_t side) {
  Picture p{
      "digits", "Synthesised digits", "", "", "pixel", 10, side * side, {}, "images", {}, side,
      side};
  for (size_t digit = 0; digit < kDigits.size(); ++digit) {
    p.series.push_back(std::to_string(digit));
    for (int64_t row = 0; row < side; ++row) {
      for (int64_t col = 0; col < side; ++col) {
        const auto place = [side](int64_t i) {
          return (static_cast<double>(i) + 0.5) / static_cast<double>(side);
        };
        double nearest = 1;
        for (size_t k = 1; k < kDigits[digit].size(); ++k) {
          nearest = std::min(nearest, distance({place(col), place(row)}, kDigits[digit][k - 1],
                                               kDigits[digit][k]));
        }
        const double wave =
            0.06 * std::sin(static_cast<double>(row * 7 + col * 3) + static_cast<double>(digit));
        p.values.push_back(static_cast<float>(std::exp(-std::pow(nearest / 0.09, 2)) + wave));
      }
    }
  }
  if (side == 8) p.values[5] = std::numeric_limits<float>::quiet_NaN();
  return p;
}

}  // namespace agon::tests
