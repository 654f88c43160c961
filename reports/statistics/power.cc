// SPDX-License-Identifier: MIT
#include "reports/statistics/power.h"

#include <algorithm>
#include <array>
#include <boost/math/distributions/non_central_t.hpp>
#include <cmath>
#include <limits>

#include "reports/statistics/interval.h"
#include "reports/statistics/limits.h"

namespace agon::reports {
namespace {

constexpr std::array<size_t, 4> kSeedLadder{5, 10, 20, 40};
constexpr std::array<size_t, 10> kRowLadder{100,  200,  360,   500,   1000,
                                            2000, 5000, 10000, 20000, 50000};
constexpr double kPower = 0.8;
// Standard errors beyond which a difference is seen for certain; the series of the noncentral t
// need not converge there.
constexpr double kCertain = 35;

}  // namespace

double power(const Components& pair, double delta, size_t seeds, size_t rows, size_t comparisons) {
  const auto n = static_cast<double>(seeds), m = static_cast<double>(rows);
  const double error = std::sqrt(pair.seeds / n + pair.rows / m + pair.residual / (n * m));
  if (seeds < 2 || rows == 0 || !(error > 0) || !(delta > 0))
    return std::numeric_limits<double>::quiet_NaN();
  const double df = 3 * (n - 1);
  const auto tests = static_cast<double>(std::max<size_t>(1, comparisons));
  const double threshold = t_quantile(1 - kSignificant / (2 * tests), df);
  if (delta / error > kCertain) return threshold < kCertain ? 1 : 0;
  const boost::math::non_central_t distribution(df, delta / error);
  return boost::math::cdf(boost::math::complement(distribution, threshold));
}

std::vector<SeedsAndRows> needed(const Components& pair, double delta, size_t comparisons) {
  std::vector<SeedsAndRows> out;
  for (const size_t n : kSeedLadder) {
    const auto enough = std::ranges::find_if(
        kRowLadder, [&](size_t m) { return power(pair, delta, n, m, comparisons) >= kPower; });
    if (enough != kRowLadder.end()) out.push_back({n, *enough});
  }
  return out;
}

}  // namespace agon::reports
