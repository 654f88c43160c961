// SPDX-License-Identifier: MIT
#pragma once

#include "agon/plugin.h"

namespace agon::harness {

// agon.kernels/1 over core/kernels.h and core/rng.h: checked, counted, static.
const agon_kernels& kernel_table() noexcept;

}  // namespace agon::harness
