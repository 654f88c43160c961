// SPDX-License-Identifier: MIT
//
// Initial weights W [fan_out x fan_in], uniform in +-limit times a scale:
//
//   Glorot: limit = sqrt(6 / (fan_in + fan_out))   X. Glorot, Y. Bengio, AISTATS 2010
//   He:     limit = sqrt(6 / fan_in)               K. He et al., ICCV 2015
//
// One stream of the seed per matrix. Errors: RuleError. Thread: [model].
#pragma once

#include <cmath>
#include <cstdint>

#include "agon/ops.h"

namespace agon {

// Uniform in +-scale sqrt(6 / (rows + cols)).
inline void draw_glorot(const Context& ctx, uint64_t seed, uint64_t stream, Matrix& w,
                        double scale = 1.0) {
  const double fan = static_cast<double>(w.cols() + w.rows());
  const float limit = static_cast<float>(scale * std::sqrt(6.0 / fan));
  ctx.random_uniform(seed, stream, -limit, limit, w);
}

// w [fan_out x fan_in] uniform in +-scale sqrt(6 / fan_in).
inline void draw_he(const Context& ctx, uint64_t seed, uint64_t stream, Matrix& w,
                    double scale = 1.0) {
  const double fan = static_cast<double>(w.cols());
  const float limit = static_cast<float>(scale * std::sqrt(6.0 / fan));
  ctx.random_uniform(seed, stream, -limit, limit, w);
}

}  // namespace agon
