// SPDX-License-Identifier: MIT
#include "core/cpu_time.h"

#include <time.h>

namespace agon::core {
namespace {

double seconds_of(clockid_t clock) noexcept {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

double thread_seconds() noexcept { return seconds_of(CLOCK_THREAD_CPUTIME_ID); }
double process_seconds() noexcept { return seconds_of(CLOCK_PROCESS_CPUTIME_ID); }

}  // namespace agon::core
