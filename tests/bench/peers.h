// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "core/kernels.h"

namespace agon::bench {

// C = op(A) op(B) by Eigen, compiled for this machine.
void eigen_gemm(core::Transposition t, core::ConstView a, core::ConstView b, core::View c);

// Runs chains of FMAs on whole vectors in registers for `rounds` rounds; returns their number of
// floating-point operations (2 per FMA and lane).
double fma_burst(size_t rounds);

}  // namespace agon::bench
