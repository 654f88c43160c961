// SPDX-License-Identifier: MIT
//
// Adds up the time of what it is asked to run. Threads: one.
#pragma once

#include <chrono>

namespace agon::harness {

class Stopwatch {
 public:
  using Clock = std::chrono::steady_clock;

  // What fn returns; the time counts when fn throws, too.
  template <typename Fn>
  auto time(Fn&& fn) {
    struct Stop {
      Stopwatch& watch;
      Clock::time_point start;
      ~Stop() { watch.total_ += Clock::now() - start; }
    } stop{*this, Clock::now()};
    return fn();
  }
  double seconds() const { return std::chrono::duration<double>(total_).count(); }

 private:
  Clock::duration total_{};
};

}  // namespace agon::harness
