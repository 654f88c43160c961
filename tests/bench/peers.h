// SPDX-License-Identifier: MIT
#pragma once

#include "core/kernels.h"

namespace agon::bench {

// C = op(A) op(B) by Eigen, compiled for this machine.
void eigen_gemm(core::Transposition t, core::ConstView a, core::ConstView b, core::View c);

}  // namespace agon::bench
