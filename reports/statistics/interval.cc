// SPDX-License-Identifier: MIT
#include "reports/statistics/interval.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace agon::reports {

double t_quantile(double p, double degrees_of_freedom) {
  return boost::math::quantile(boost::math::students_t(degrees_of_freedom), p);
}

double t_two_sided(double t, double degrees_of_freedom) {
  const boost::math::students_t distribution(degrees_of_freedom);
  return 2 * boost::math::cdf(boost::math::complement(distribution, std::fabs(t)));
}

Interval within(const Interval& interval, double low, double high) {
  if (!interval.known()) return interval;
  return {std::clamp(interval.low, low, high), std::clamp(interval.high, low, high)};
}

MeanInterval mean_interval(std::span<const double> values, double confidence) {
  MeanInterval out;
  out.n = values.size();
  if (values.empty()) return out;
  const auto n = static_cast<double>(values.size());
  double sum = 0;
  for (const double x : values) sum += x;
  out.mean = sum / n;
  if (values.size() < 2) return out;
  double squares = 0;
  bool equal = true;
  for (const double x : values) {
    squares += (x - out.mean) * (x - out.mean);
    equal = equal && x == values.front();
  }
  // Equal values have no spread, whatever the rounding of their mean says.
  if (equal) out.mean = values.front();
  out.sd = equal ? 0 : std::sqrt(squares / (n - 1));
  if (equal) return out;
  const double half = t_quantile(0.5 + confidence / 2, n - 1) * out.sd / std::sqrt(n);
  out.ci = {out.mean - half, out.mean + half};
  return out;
}

MeanInterval score_interval(std::span<const double> scores) {
  MeanInterval out = mean_interval(scores);
  if (std::ranges::all_of(scores, [](double x) { return x >= 0 && x <= 1; }))
    out.ci = within(out.ci, 0, 1);
  return out;
}

}  // namespace agon::reports
