// SPDX-License-Identifier: MIT
//
// A kernel for which memory ran out fails its call; nothing is thrown across the boundary. Threads: any.
#pragma once

#include <new>

#include "harness/plugins/call.h"

namespace agon::harness {

template <typename Fn>
agon_status guarded(agon_call* call, const Fn& kernel) noexcept {
  try {
    return kernel();
  } catch (const std::bad_alloc&) {
    Call::of(call).fail(AGON_NO_MEMORY, "a kernel ran out of memory");
    return AGON_NO_MEMORY;
  }
}

}  // namespace agon::harness
