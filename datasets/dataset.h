// SPDX-License-Identifier: MIT
//
// A data set in memory: rows of flat inputs with a shape, and labels or real targets.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/matrix.h"

namespace agon::datasets {

struct Dataset {
  core::Matrix x;                 // [rows x product of shape]
  std::vector<int32_t> labels{};  // [rows], 0 .. classes-1; or
  core::Matrix targets{};         // [rows x targets]
  std::vector<int64_t> shape;     // e.g. {8, 8}; time first for sequences
  int32_t classes = 0;
  std::vector<int32_t> lengths{};  // [rows]: frames before the zeros behind a series; empty: all
  std::vector<uint8_t> phase{};    // [rows]: 0 of task A, 1 of task B; empty: one task only
};

// Row indices into a Dataset. validation is taken inside the training part; test is read once.
struct Split {
  std::vector<int32_t> train, validation, test;
};

}  // namespace agon::datasets
