// SPDX-License-Identifier: MIT
//
// The best group: the rules that none is significantly better than. Every pair is compared over
// their common tasks, on the scale of the baseline, and corrected after Holm over all pairs;
// comparing with the observed best alone would keep all of several equal rules half of the time
// only. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "reports/statistics/tasks.h"

namespace agon::reports {

struct RankGroup {
  bool known = false;            // some pair could be compared
  std::vector<bool> among_best;  // of every rule; all false where not known
};
// difference(i, k): scaled_difference() of rule i less rule k on each of their common tasks, i < k;
// empty where they are not to be compared: fewer than kSeedsToCompare common seeds on one of them.
RankGroup best_group(size_t rules,
                     const std::function<std::vector<TaskValue>(size_t, size_t)>& difference);

}  // namespace agon::reports
