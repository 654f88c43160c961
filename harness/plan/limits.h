// SPDX-License-Identifier: MIT
//
// What suites and options may ask for: the same bounds on the command line and in files.
#pragma once

#include <cstdint>

namespace agon::harness {

inline constexpr int64_t kMostSeeds = 1000;
inline constexpr int64_t kLargestSeed = 1'000'000'000;
inline constexpr int64_t kMostJobs = 1024;
// Seconds. The longest is 115 days: far below what a 64-bit count of nanoseconds holds, added to
// any clock.
inline constexpr double kShortestTimeoutS = 1e-3;
inline constexpr double kLongestTimeoutS = 1e7;
// A planned cell takes about 300 bytes and 7 us (harness/SCALE.md): a plan of this size 1.5 GB and 35 s.
inline constexpr int64_t kMostCells = 5'000'000;  // unless --max-cells says otherwise
inline constexpr int64_t kMostMaxCells = 1'000'000'000;

}  // namespace agon::harness
