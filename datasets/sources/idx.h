// SPDX-License-Identifier: MIT
//
// Source "idx": pairs of IDX files, images and labels, turned into rows in [0, 1].
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "datasets/dataset.h"
#include "datasets/readers/idx.h"

namespace agon::datasets {

// What a task file says about its IDX files.
struct IdxRecipe {
  int32_t scale = 255;                 // x = byte / scale; a larger byte is an error
  int64_t train_rows = 0;              // keep only the first so many rows of the first pair; 0: all
  int32_t crop = 0;                    // keep the middle crop x crop pixels; 0: no crop
  int32_t pool = 1;                    // then means over pool x pool pixels
  std::vector<int32_t> keep_labels{};  // keep these labels and call them 0, 1, ...; empty: all
};

// One pair with the names to use in errors.
struct IdxPair {
  Idx images;  // [rows x height x width]
  Idx labels;  // [rows]
  std::string image_name, label_name;
};

// The rows of all pairs one after another; last_rows receives how many come from the last pair.
// Throws agon::Error(Exit::data) naming the file for a wrong shape, row counts that disagree, a
// value above the scale, a label outside 0 .. classes-1 (or, with keep_labels, 0 .. 255), an empty
// class.
Dataset combine(const IdxRecipe& recipe, std::span<const IdxPair> pairs,
                const std::vector<int64_t>& shape, int32_t classes, size_t& last_rows);

}  // namespace agon::datasets
