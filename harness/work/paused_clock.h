// SPDX-License-Identifier: MIT
//
// Time for limits on others: asked about ten times a second, it stands still while this process
// itself could not look (stopped by Ctrl-Z or SIGSTOP, held up by a locked store), so that nobody
// is late for what happened meanwhile.
#pragma once

#include <algorithm>
#include <chrono>
#include <utility>

namespace agon::harness {

inline constexpr double kTickS = 0.1;
inline constexpr double kLongestTickS = 0.3;  // a longer gap counts as this much
// For a system without room for one more process.
inline constexpr double kWaitForRoomS = 10;

class PausedClock {
 public:
  // Seconds since the last call that count.
  double passed() {
    const Clock::time_point now = Clock::now();
    const double seconds = std::chrono::duration<double>(now - std::exchange(last_, now)).count();
    return std::min(seconds, kLongestTickS);
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point last_ = Clock::now();
};

}  // namespace agon::harness
