// SPDX-License-Identifier: MIT
#include "reports/statistics/limits.h"

#include <algorithm>
#include <cmath>

namespace agon::reports {

double smallest_p(size_t seeds) {
  double one_order = 1;  // 1 / C(2n, n)
  for (size_t i = 1; i <= seeds; ++i)
    one_order *= static_cast<double>(i) / static_cast<double>(seeds + i);
  return std::min(1.0, 2 * one_order);
}

double smallest_signed_p(size_t n) { return std::min(1.0, std::exp2(1 - static_cast<double>(n))); }

double floor_of(size_t seeds, size_t discordant_rows, TestedRows test_rows) {
  return test_rows == TestedRows::all ? smallest_p(seeds) : smallest_signed_p(discordant_rows);
}

Never never_significant(size_t seeds, size_t discordant_rows, TestedRows test_rows) {
  if (seeds < kSeedsToCompare) return Never::seeds;
  if (floor_of(seeds, discordant_rows, test_rows) < kSignificant) return Never::no;
  return test_rows == TestedRows::all ? Never::seeds : Never::rows;
}

Never never_significant_over(size_t tasks, size_t comparisons) {
  return never_alone(smallest_signed_p(tasks), comparisons) ? Never::tasks : Never::no;
}

bool never_alone(double floor, size_t comparisons) {
  return floor * static_cast<double>(std::max<size_t>(1, comparisons)) >= kSignificant;
}

}  // namespace agon::reports
