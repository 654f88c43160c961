// SPDX-License-Identifier: MIT
//
// Columns shifted and scaled by what some rows say of them: z = (v - shift) / scale. A column that is
// constant in these rows is only shifted.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/matrix.h"

namespace agon::datasets {

struct Scaling {
  std::vector<double> shift, scale;  // a value each column

  void apply(core::Matrix& m) const;  // all rows
  double back(double z, size_t column) const { return z * scale[column] + shift[column]; }
};

// Mean 0 and standard deviation 1 over these rows.
Scaling standard_scaling(const core::Matrix& m, std::span<const int32_t> rows);
// These rows come to lie in [0, 1], with `margin` times their range to spare on both sides.
Scaling unit_scaling(const core::Matrix& m, std::span<const int32_t> rows, double margin);

// What a task file says of its inputs: `scaling`.
enum class InputScaling { none, standard, minmax };
inline constexpr std::array<std::string_view, 3> kInputScalings = {"none", "standard", "minmax"};

// Every column by what the training rows say of it; minmax: values beyond theirs become 0 or 1.
void scale_inputs(InputScaling scaling, std::span<const int32_t> train, core::Matrix& x);

}  // namespace agon::datasets
