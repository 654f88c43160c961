// SPDX-License-Identifier: MIT
//
// Short streams of frames of 64 values whose class no single frame and no mean of frames tells.
// Rows of one class follow those of the next in turn; every value is a multiple of 2^-16.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "datasets/dataset.h"

namespace agon::datasets {

struct Streams {
  int64_t rows = 0;
  double noise = 0;  // standard deviation
  uint64_t seed = 1;
};

// [24 x 64], four classes. A bump of sound (sd 1.2 bands) glides over 64 bands in a circle from a
// random one, -2, -1, 1 or 2 bands a frame, at a level of .6 to 1, over the magnitude of noise.
// Bands lie in a square of 8 x 8, every second line backwards, so that neighbours stay neighbours.
Dataset make_glides(const Streams& streams);

// [24 x 64], four classes. Steps of a walker: two axes of the accelerometer swing at .05 to .08 of a
// cycle a step, the second 0, 90, 180 or 270 degrees behind the first; phase, cadence and gain
// (.7 to 1.3) of a row are random; the gyroscope swings a quarter of a cycle ahead. A frame has 8 lines (three axes of acceleration and of rotation,
// the size of both) of 8 values: now and 2, 4, .. 14 steps ago.
Dataset make_gaits(const Streams& streams);

// [30 x 64], two classes. Oscillations a and b of random frequency (.03 to .12 of a cycle a step) and
// phase, a quarter of a cycle behind them a' and b', and the products 2ab, 2a'b', 2ab', 2a'b; in class
// 1 all products have the other sign, which changes no mean and no covariance. A frame has 8 lines of
// 8 values: now and 1, 2, .. 7 steps ago.
Dataset make_couplings(const Streams& streams);

}  // namespace agon::datasets
