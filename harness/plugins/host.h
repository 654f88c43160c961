// SPDX-License-Identifier: MIT
//
// The host's side of the plugin ABI: services and agon.kernels/1 over core. Every kernel checks its
// shapes; a mismatch records the reason in the Call and returns AGON_INVALID. Nothing is thrown
// across the boundary.
#pragma once

#include "agon/plugin.h"

namespace agon::harness {

// Stateless: the tables are static and every call carries its own Call. Threads: any.
class Host {
 public:
  const agon_host* abi() const noexcept;
  const agon_kernels* kernels() const noexcept;
};

}  // namespace agon::harness
