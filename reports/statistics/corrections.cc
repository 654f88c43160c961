// SPDX-License-Identifier: MIT
#include "reports/statistics/corrections.h"

#include <algorithm>
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

}  // namespace agon::reports
