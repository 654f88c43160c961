// SPDX-License-Identifier: MIT
#include "reports/statistics/comparison.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace agon::reports {
namespace {

std::vector<size_t> ascending(std::span<const double> p) {
  std::vector<size_t> order(p.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, {}, [&](size_t i) { return p[i]; });
  return order;
}

}  // namespace

Difference difference(const SeedScores& x, const SeedScores& y) {
  std::vector<double> differences;
  for (const auto& [seed, score] : x) {
    const auto it = y.find(seed);
    if (it != y.end()) differences.push_back(score - it->second);
  }
  const MeanInterval mean = mean_interval(differences);
  Difference out{mean.n, mean.mean, within(mean.ci, -1, 1), {}};
  out.p = std::numeric_limits<double>::quiet_NaN();
  if (out.n < 2) return out;
  const double floor = smallest_p(out.n);
  if (mean.sd == 0) {
    out.p = mean.mean == 0 ? 1 : floor;
  } else {
    const auto n = static_cast<double>(out.n);
    out.p = std::max(floor, t_two_sided(mean.mean / (mean.sd / std::sqrt(n)), n - 1));
  }
  return out;
}

double share_ahead(const SeedScores& x, const SeedScores& y) {
  double ahead = 0;
  size_t n = 0;
  for (const auto& [seed, score] : x) {
    const auto it = y.find(seed);
    if (it == y.end()) continue;
    ++n;
    ahead += score > it->second ? 1.0 : score == it->second ? 0.5 : 0.0;
  }
  return n == 0 ? std::numeric_limits<double>::quiet_NaN() : ahead / static_cast<double>(n);
}

double smallest_p(size_t n) {
  double one_order = 1;  // 1 / C(2n, n)
  for (size_t i = 1; i <= n; ++i) one_order *= static_cast<double>(i) / static_cast<double>(n + i);
  return std::min(1.0, 2 * one_order);
}

std::vector<double> benjamini_hochberg(std::span<const double> p) {
  const std::vector<size_t> order = ascending(p);
  const auto m = static_cast<double>(p.size());
  std::vector<double> out(p.size());
  double least = 1;
  for (size_t rank = p.size(); rank > 0; --rank) {
    const size_t i = order[rank - 1];
    least = std::min(least, p[i] * m / static_cast<double>(rank));
    out[i] = least;
  }
  return out;
}

std::vector<double> holm(std::span<const double> p) {
  const std::vector<size_t> order = ascending(p);
  std::vector<double> out(p.size());
  double most = 0;
  for (size_t rank = 0; rank < p.size(); ++rank) {
    const size_t i = order[rank];
    most = std::max(most, std::min(1.0, p[i] * static_cast<double>(p.size() - rank)));
    out[i] = most;
  }
  return out;
}

Outcome outcome_of(const Difference& d, double corrected_p) {
  if (d.n < kSeedsToCompare || std::isnan(corrected_p)) return Outcome::unknown;
  if (corrected_p >= kSignificant) return Outcome::tie;
  return d.mean > 0 ? Outcome::win : Outcome::loss;
}

}  // namespace agon::reports
