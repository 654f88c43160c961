// SPDX-License-Identifier: MIT
//
// How a kernel that has run tells its call what it did. Threads: any.
#pragma once

#include <cstdint>

#include "core/kernels.h"
#include "harness/plugins/call.h"

namespace agon::harness {

// What a kernel computed where its operands are; those of products count below.
inline agon_status counted(agon_call* call, uint64_t macs) noexcept {
  Call::of(call).work().add(Counted::still, macs);
  return AGON_OK;
}

// The kernels that change weights count what they wrote: every element of their target, once a call.
// A rank-k update is taken for one of weights; chosen rows of which there are none write nothing.
inline void count_writes(agon_call* call, uint64_t macs, agon_mat weights) noexcept {
  if (macs == 0) return;
  Call::of(call).work().add(Counted::weight_writes,
                            static_cast<uint64_t>(weights.rows * weights.cols));
}

inline agon_status counted(agon_call* call, uint64_t macs, agon_mat weights) noexcept {
  count_writes(call, macs, weights);
  return counted(call, macs);
}

inline core::Activation to_core(agon_activation f) noexcept {
  return {static_cast<core::ActivationKind>(f.kind), f.gain, f.shift};
}

}  // namespace agon::harness
