// SPDX-License-Identifier: MIT
#include "reports/statistics/rank_group.h"

#include <cmath>

#include "reports/statistics/corrections.h"
#include "reports/statistics/limits.h"

namespace agon::reports {

RankGroup best_group(size_t rules,
                     const std::function<std::vector<TaskValue>(size_t, size_t)>& difference) {
  std::vector<size_t> worse;
  std::vector<double> p;
  for (size_t i = 0; i < rules; ++i) {
    for (size_t k = i + 1; k < rules; ++k) {
      const TaskMean mean = mean_of_tasks(difference(i, k));
      if (std::isnan(mean.value)) continue;
      worse.push_back(mean.value > 0 ? k : i);
      p.push_back(mean.p);
    }
  }
  RankGroup out;
  out.known = !p.empty();
  out.among_best.assign(rules, out.known);
  const std::vector<double> corrected = holm(p);
  for (size_t i = 0; i < p.size(); ++i) {
    if (corrected[i] < kSignificant) out.among_best[worse[i]] = false;
  }
  return out;
}

}  // namespace agon::reports
