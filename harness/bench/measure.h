// SPDX-License-Identifier: MIT
//
// Contenders for one work, timed side by side. A round asks each of them once, in a random order, for as
// many times as fill some milliseconds, and the machine for a burst of multiply-adds (core/peak.h); a
// ratio is taken within a round, so that what the machine did meanwhile cancels. A round whose burst was
// slow, because the clock was low or a hypervisor took the processor away, counts for nothing. Google
// Benchmark drives the rounds. Threads: the calling one.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "harness/bench/contender.h"
#include "reports/statistics/median.h"

namespace agon::harness::bench {

struct Timed {
  double median = std::numeric_limits<double>::quiet_NaN();  // CPU seconds of one time
  double p10 = std::numeric_limits<double>::quiet_NaN();     // without neighbours
  // This one's time over the first one's, with its 95 % interval over the rounds; of the first: its
  // second measurement in each round over its first.
  reports::MedianInterval ratio;
};

struct Comparison {
  std::vector<Timed> all;  // in the order of the contenders
  double peak = 0;         // operations per second of the bursts that counted, their median
  size_t rounds = 0, discarded = 0;  // that counted, that did not
};

// A burst slower than this share of the usual one, the upper quartile, is none to measure beside.
inline constexpr double kThrottled = 0.85;

// Of so many rounds. Throws what a contender throws.
Comparison compare(const std::string& name, std::span<Contender* const> contenders, size_t rounds);

}  // namespace agon::harness::bench
