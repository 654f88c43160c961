// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "datasets/dataset.h"

namespace agon::datasets {

// One input uniform in [0, 1]: y = sin(2 pi periods x) + e, e normal of standard deviation `noise`.
struct Sine {
  int32_t rows = 0;
  double periods = 1;
  double noise = 0;
  uint64_t seed = 0;
};

Dataset make_sine(const Sine& sine);

}  // namespace agon::datasets
