// SPDX-License-Identifier: MIT
//
// Two settings on one task, paired by seed and test row: the difference of their scores, its 95 %
// interval and its p. Same seed means same data order, same row the same question, so what both
// share cancels.
//  - RowView are a sample: t with the crossed variance, see crossed.h, after appending two rows that
//    differ by one half, one each way. So identical outcomes have a finite interval too. p is never
//    below 2^(1-b), b the rows that differ: the smallest of a sign test.
//  - The test is all there is, or only the scores are known: t over seeds. p is never below
//    2 / C(2n, n), the smallest of an exact rank-sum test.
// Pure functions, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>

#include "reports/statistics/interval.h"
#include "reports/statistics/rows.h"

namespace agon::reports {

using SeedScores = std::map<uint64_t, double>;

struct Difference {
  size_t n = 0;  // paired seeds
  double mean = std::numeric_limits<double>::quiet_NaN();
  Interval ci{};                                         // of this comparison alone
  double p = std::numeric_limits<double>::quiet_NaN();   // NaN where nothing can be said
  size_t rows = 0;                                       // 0: over seeds only
  size_t discordant = 0;                                 // rows whose mean over seeds is not 0
  double df = std::numeric_limits<double>::quiet_NaN();  // NaN where ci is unknown
  double floor = 1;                                      // under p
  double visible =
      std::numeric_limits<double>::quiet_NaN();  // the smallest that ci would tell from 0
};

// d = x - y, see minus(); of scores between 0 and 1.
Difference difference(const RowView& d, RowKind kind);
Difference difference(const RowView& x, const RowView& y, RowKind kind);
// Of the seeds that both have; over seeds only.
Difference difference(const SeedScores& x, const SeedScores& y);

}  // namespace agon::reports
