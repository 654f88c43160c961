// SPDX-License-Identifier: MIT
#include "reports/statistics/bayes.h"

#include <algorithm>
#include <vector>

namespace agon::reports {
namespace {

constexpr double kPriorWeight = 0.5;  // of the one pseudo-difference 0

}  // namespace

Posterior bayes_signed_rank(std::span<const double> differences, double region, size_t draws,
                            uint64_t seed) {
  if (differences.empty() || draws == 0) return {};
  struct Value {
    double z, prior;  // prior: shape of its weight's gamma
  };
  std::vector<Value> values{{0, kPriorWeight}};
  for (const double d : differences) values.push_back({d, 1});
  std::ranges::stable_sort(values, {}, &Value::z);
  // Sorted, the partners j of i with z_i + z_j beyond either end are the first low[i] and those from
  // high[i] on.
  const size_t n = values.size();
  std::vector<size_t> low(n, 0), high(n, n);
  for (size_t i = 0; i < n; ++i) {
    while (low[i] < n && values[i].z + values[low[i]].z < -2 * region) ++low[i];
    while (high[i] > 0 && values[i].z + values[high[i] - 1].z > 2 * region) --high[i];
  }
  core::Stream stream(seed, 2);
  size_t worse = 0, better = 0;
  std::vector<double> weight(n), up_to(n + 1, 0.0);
  for (size_t draw = 0; draw < draws; ++draw) {
    // A Dirichlet draw but for its sum, which no comparison below needs.
    for (size_t i = 0; i < n; ++i) {
      weight[i] =
          values[i].prior == 1 ? draw_exponential(stream) : draw_gamma(stream, values[i].prior);
      up_to[i + 1] = up_to[i] + weight[i];
    }
    double left = 0, right = 0;
    for (size_t i = 0; i < n; ++i) {
      left += weight[i] * up_to[low[i]];
      right += weight[i] * (up_to[n] - up_to[high[i]]);
    }
    const double within = up_to[n] * up_to[n] - left - right;
    if (within >= left && within >= right) continue;
    ++(left >= right ? worse : better);
  }
  const auto all = static_cast<double>(draws);
  Posterior out;
  out.worse = static_cast<double>(worse) / all;
  out.better = static_cast<double>(better) / all;
  out.equivalent = static_cast<double>(draws - worse - better) / all;
  return out;
}

}  // namespace agon::reports
