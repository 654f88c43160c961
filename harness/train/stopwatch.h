// SPDX-License-Identifier: MIT
//
// The time of the calls that it is asked to run: what a rule costs, and not what else the machine
// does.
//
//   one thread     CPU time. Each call is timed by the wall clock, which costs 25 ns; what the process did not get of
//                  the processor meanwhile is taken off, as a share of all its time between two readings of seconds().
//                  Threads that a rule starts itself count. Beside other cells and other programs this is what the
//                  call would take alone.
//   more threads   the wall clock: there the user waits for the slowest thread, and CPU time adds them up.
//
// Threads: one.
#pragma once

#include <chrono>

namespace agon::harness {

class Stopwatch {
 public:
  using Clock = std::chrono::steady_clock;

  Stopwatch();

  // What fn returns; the time counts when fn throws, too.
  template <typename Fn>
  auto time(Fn&& fn) {
    struct Stop {
      Stopwatch& watch;
      Clock::time_point start;
      ~Stop() { watch.unsettled_ += Clock::now() - start; }
    } stop{*this, Clock::now()};
    return fn();
  }
  double seconds() const;
  double wall_seconds() const;

 private:
  void settle() const;

  // Since the last reading; a reading moves it into the totals.
  mutable Clock::duration unsettled_{};
  mutable Clock::time_point wall_mark_;
  mutable double cpu_mark_ = 0;  // of the process
  mutable double seconds_ = 0, wall_seconds_ = 0;
};

}  // namespace agon::harness
