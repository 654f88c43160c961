// SPDX-License-Identifier: MIT
//
// What else runs on this machine while something is measured, as far as the kernel tells.
#pragma once

#include <cstdint>

namespace agon::core {

class Neighbours {
 public:
  Neighbours();  // watches from now on

  // Programs that ran or waited to run in the last minute, for each core; NaN where it is unknown.
  static double load_per_core();
  // The share of the processors' time since the start that a hypervisor gave to other machines, 0 to 1;
  // NaN where it is unknown.
  double stolen() const;

 private:
  struct Ticks {
    uint64_t all = 0, stolen = 0;
  };
  static Ticks ticks();

  Ticks start_;
};

}  // namespace agon::core
