// SPDX-License-Identifier: MIT
#include "harness/train/stopwatch.h"

#include "core/cpu_time.h"

namespace agon::harness {
namespace {

using Seconds = std::chrono::duration<double>;

}  // namespace

Stopwatch::Stopwatch() : wall_mark_(Clock::now()), cpu_mark_(core::process_seconds()) {}

double Stopwatch::seconds() const {
  settle();
  return seconds_;
}

double Stopwatch::wall_seconds() const {
  settle();
  return wall_seconds_;
}

void Stopwatch::settle() const {
  const Clock::time_point wall = Clock::now();
  const double cpu = core::process_seconds();
  const double passed = Seconds(wall - wall_mark_).count(), got = cpu - cpu_mark_;
  const double timed = Seconds(unsettled_).count();
  // A clock of the process that ticks coarsely may not have moved.
  const bool share_known = passed > 0 && got > 0;
  seconds_ += share_known ? timed * got / passed : timed;
  wall_seconds_ += timed;
  unsettled_ = {};
  wall_mark_ = wall;
  cpu_mark_ = cpu;
}

}  // namespace agon::harness
