// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "datasets/dataset.h"

namespace agon::datasets {

struct Parity {
  int32_t bits = 2;  // 1 .. 16
};

// All 2^bits patterns in binary order: x[p, l] = (p >> l) & 1 in {0, 1}, label = parity of p.
// Source: I. Kaneko's error diffusion program (1999), which uses the same order.
Dataset make_parity(const Parity& parity);

}  // namespace agon::datasets
