// SPDX-License-Identifier: MIT
//
// How many multiply-accumulates of a product have no zero operand. Threads: any.
#pragma once

#include <cstdint>
#include <span>

#include "agon/plugin.h"

namespace agon::harness {

// Of op(A) op(B), as of agon_kernels.gemm. Allocates once a thread for the longest inner size so far.
uint64_t busy_macs(int32_t transposition, agon_cmat a, agon_cmat b);
// Of A^T B over these rows.
uint64_t busy_macs(agon_cmat a, agon_cmat b, std::span<const int32_t> rows);

}  // namespace agon::harness
