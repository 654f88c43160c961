// SPDX-License-Identifier: MIT
//
// Random numbers in double for Monte Carlo, from the project's own streams: the same seed gives the
// same interval. A Stream belongs to one thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/rng.h"

namespace agon::reports {

inline constexpr uint64_t kMonteCarloSeed = 1;
inline constexpr size_t kMonteCarloDraws = 10000;  // of an interval over tasks

// Uniform in (0, 1).
double draw_uniform(core::Stream& stream);
// Standard exponential.
double draw_exponential(core::Stream& stream);
// Gamma of this shape > 0, scale 1: Marsaglia and Tsang (2000).
double draw_gamma(core::Stream& stream, double shape);
// Student's t; df > 0, infinite for a normal.
double draw_t(core::Stream& stream, double df);

}  // namespace agon::reports
