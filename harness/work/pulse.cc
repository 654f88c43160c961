// SPDX-License-Identifier: MIT
#include "harness/work/pulse.h"

#include <utility>

#include "harness/work/descendants.h"

namespace agon::harness {
namespace {

constexpr double kLookEveryS = 1;

}  // namespace

double Pulse::still_s(pid_t worker, const Whereabouts& page, double seconds) {
  since_look_ += seconds;
  if (since_look_ < kLookEveryS) return still_s_;
  const double passed = std::exchange(since_look_, 0);
  still_s_ = alive(worker, page) ? 0 : still_s_ + passed;
  return still_s_;
}

// What costs little is asked first.
bool Pulse::alive(pid_t worker, const Whereabouts& page) {
  const uint64_t beats = page.beats.load(std::memory_order_relaxed);
  if (std::exchange(beats_, beats) != beats) return true;
  const Effort own = effort_of(worker);
  if (std::exchange(own_ticks_, own.ticks) != own.ticks || own.waits) return true;
  const Effort all = effort_of_all(worker);
  return std::exchange(all_ticks_, all.ticks) != all.ticks || all.waits;
}

}  // namespace agon::harness
