// SPDX-License-Identifier: MIT
#include "harness/run/noise_floor.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace agon::harness {

double noise_floor_pct(std::span<const reports::CellRecord> records) {
  std::map<std::string, std::vector<double>> rates;
  for (const reports::CellRecord& r : records) {
    if (!reports::is_speed(r.id.mode) || r.outcome.status != reports::Status::ok) continue;
    const std::string work = r.id.rule + '\n' + r.id.params_json + '\n' + r.id.task;
    rates[work + "\ntrain"].push_back(r.outcome.samples_per_s_train);
    rates[work + "\npredict"].push_back(r.outcome.samples_per_s_predict);
  }
  double floor = reports::kNaN;
  for (const auto& [work, values] : rates) {
    const auto [low, high] = std::ranges::minmax(values);
    if (values.size() >= 2 && low > 0) floor = std::fmax(floor, 100.0 * (high / low - 1.0));
  }
  return floor;
}

}  // namespace agon::harness
