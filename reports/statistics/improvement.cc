// SPDX-License-Identifier: MIT
#include "reports/statistics/improvement.h"

#include "reports/statistics/proportion.h"

namespace agon::reports {
namespace {

struct Ahead {
  double sum = 0;
  size_t pairs = 0;
};

Ahead count_ahead(const SeedScores& x, const SeedScores& y) {
  Ahead out;
  for (const auto& [seed, score] : x) {
    const auto it = y.find(seed);
    if (it == y.end()) continue;
    ++out.pairs;
    out.sum += score > it->second ? 1.0 : score == it->second ? 0.5 : 0.0;
  }
  return out;
}

}  // namespace

Improvement probability_of_improvement(std::span<const TaskPair> tasks) {
  Improvement out;
  double sum = 0;
  size_t counted = 0;
  for (const TaskPair& task : tasks) {
    const Ahead a = count_ahead(*task.x, *task.y);
    if (a.pairs == 0) continue;
    sum += a.sum / static_cast<double>(a.pairs);
    out.pairs += a.pairs;
    ++counted;
  }
  if (counted == 0) return out;
  out.value = sum / static_cast<double>(counted);
  const auto n = static_cast<double>(out.pairs);
  out.ci = wilson(out.value * n, n);
  return out;
}

}  // namespace agon::reports
