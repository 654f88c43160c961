// SPDX-License-Identifier: MIT
//
// The time of the calls that it is asked to run: what a rule costs, and not what else the machine
// does.
//
// seconds() is CPU time, of all threads of the process together: those of the pool and those that a rule starts
// itself. So a cell costs the same, but for the threads' meetings, however many work on it. Each call is
// timed by the wall clock, which costs 25 ns; the process's share of processors between two readings is what
// turns it into CPU time. Beside other cells and other programs this is what the call would take alone.
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
