// SPDX-License-Identifier: MIT
#include "reports/statistics/profile.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace agon::reports {

std::vector<std::vector<double>> performance_profile(std::span<const double> times, size_t tasks,
                                                     std::span<const double> taus) {
  if (tasks == 0) return {};
  const size_t rules = times.size() / tasks;
  std::vector<double> best(tasks, std::numeric_limits<double>::infinity());
  for (size_t i = 0; i < times.size(); ++i) {
    if (std::isfinite(times[i])) best[i % tasks] = std::min(best[i % tasks], times[i]);
  }
  std::vector<std::vector<double>> out(rules);
  for (size_t rule = 0; rule < rules; ++rule) {
    for (const double tau : taus) {
      size_t within = 0;
      for (size_t t = 0; t < tasks; ++t) {
        const double time = times[rule * tasks + t];
        within += std::isfinite(time) && time <= tau * best[t] ? 1 : 0;
      }
      out[rule].push_back(static_cast<double>(within) / static_cast<double>(tasks));
    }
  }
  return out;
}

}  // namespace agon::reports
