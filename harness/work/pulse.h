// SPDX-License-Identifier: MIT
//
// Whether a worker does anything at all: it uses CPU time, waits for a disk, or its rule speaks with the
// host. A deadlock and a stopped process do none of these, and no limit on CPU time ends them.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "harness/plugins/whereabouts.h"

namespace agon::harness {

class Pulse {
 public:
  // Seconds for which the worker, and what it started, has done nothing. seconds: have passed since the
  // last call. Looks about once a second.
  double still_s(pid_t worker, const Whereabouts& page, double seconds);

 private:
  bool alive(pid_t worker, const Whereabouts& page);

  uint64_t beats_ = 0, own_ticks_ = 0, all_ticks_ = 0;
  double since_look_ = 0, still_s_ = 0;
};

}  // namespace agon::harness
