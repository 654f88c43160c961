// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "datasets/dataset.h"

namespace agon::datasets {

// Friedman 1991, the first of his three: 10 inputs uniform in [0, 1], of which 5 matter,
//   y = 10 sin(pi x1 x2) + 20 (x3 - 1/2)^2 + 10 x4 + 5 x5 + e, e normal of standard deviation `noise`.
struct Friedman {
  int32_t rows = 0;
  double noise = 1;
  uint64_t seed = 0;
};

Dataset make_friedman(const Friedman& friedman);

}  // namespace agon::datasets
