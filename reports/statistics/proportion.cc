// SPDX-License-Identifier: MIT
#include "reports/statistics/proportion.h"

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <cmath>

namespace agon::reports {
namespace {

constexpr double kNormal975 = 1.9599639845400545;  // quantile of the standard normal

double beta_quantile(double a, double b, double p) {
  return boost::math::quantile(boost::math::beta_distribution<>(a, b), p);
}

}  // namespace

Interval clopper_pearson(size_t k, size_t n) {
  if (n == 0 || k > n) return {};
  const auto right = static_cast<double>(k), wrong = static_cast<double>(n - k);
  return {k == 0 ? 0.0 : beta_quantile(right, wrong + 1, 0.025),
          k == n ? 1.0 : beta_quantile(right + 1, wrong, 0.975)};
}

Interval wilson_of_share(double share, double n, double t) {
  const double z = t * t / n;
  const double centre = (share + z / 2) / (1 + z);
  const double half = t / (1 + z) * std::sqrt(std::max(0.0, share * (1 - share)) / n + z / (4 * n));
  return within({centre - half, centre + half}, 0, 1);
}

Interval wilson(double k, double n) {
  if (!(n > 0)) return {};
  return wilson_of_share(k / n, n, kNormal975);
}

SeedsBelow seeds_below(std::span<const double> scores, double chance) {
  double best = chance;
  for (const double s : scores) {
    if (std::isfinite(s)) best = std::max(best, s);
  }
  const double least = chance + (best - chance) / 2;
  SeedsBelow out;
  out.n = scores.size();
  for (const double s : scores) out.below += std::isfinite(s) && s >= least ? 0 : 1;
  out.up_to = clopper_pearson(out.below, out.n).high;
  return out;
}

}  // namespace agon::reports
