// SPDX-License-Identifier: MIT
//
// Values that a file does not have, NaN in the rows that a source made of it.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/matrix.h"

namespace agon::datasets {

enum class Missing {
  refuse,  // an error of the source, with the place
  mean,    // of the column's values in the training rows
  median   // the same
};

// Replaces every NaN of x. Only training rows are looked at: test rows must not teach. Throws
// agon::Error(Exit::data) naming `name` for a column that no training row has a value of.
void fill_missing(Missing rule, std::span<const int32_t> train, const std::string& name,
                  core::Matrix& x);

}  // namespace agon::datasets
