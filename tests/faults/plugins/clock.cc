// SPDX-License-Identifier: MIT
//
// To be preloaded: the clock on the wall is set back by AGON_TEST_CLOCK_BACK_S seconds, where
// AGON_TEST_CLOCK_SIGN names a file from when that is there. Other clocks go on.
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>

namespace {

time_t back() {
  const char* const seconds = getenv("AGON_TEST_CLOCK_BACK_S");
  const char* const sign = getenv("AGON_TEST_CLOCK_SIGN");
  if (seconds == nullptr || (sign != nullptr && access(sign, F_OK) != 0)) return 0;
  return static_cast<time_t>(atoll(seconds));
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* t) noexcept {
  const long code = syscall(SYS_clock_gettime, clock, t);
  if (code == 0 && clock == CLOCK_REALTIME) t->tv_sec -= back();
  return static_cast<int>(code);
}

extern "C" time_t time(time_t* to) noexcept {
  timespec t{};
  clock_gettime(CLOCK_REALTIME, &t);
  if (to != nullptr) *to = t.tv_sec;
  return t.tv_sec;
}

extern "C" int gettimeofday(timeval* to, void*) noexcept {
  timespec t{};
  clock_gettime(CLOCK_REALTIME, &t);
  *to = {t.tv_sec, t.tv_nsec / 1000};
  return 0;
}
