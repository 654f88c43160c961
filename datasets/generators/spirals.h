// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "datasets/dataset.h"

namespace agon::datasets {

struct Spirals {
  int32_t points_per_class = 500;
  double turns = 1;  // of each arm
  double noise = 0;  // standard deviation; the outer radius is 1
  uint64_t seed = 1;
};

// Two Archimedean spirals half a turn apart, inputs [2n x 2] in [0, 1]. The classes alternate row
// by row from the centre outwards. After K. J. Lang and M. J. Witbrock, "Learning to tell two
// spirals apart" (1988), with noise and a free number of turns.
Dataset make_spirals(const Spirals& spirals);

}  // namespace agon::datasets
