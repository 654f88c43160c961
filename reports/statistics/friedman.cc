// SPDX-License-Identifier: MIT
#include "reports/statistics/friedman.h"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <cmath>
#include <map>
#include <numbers>

#include "reports/statistics/ranks.h"

namespace agon::reports {
namespace {

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

// P(range of k standard normals <= r): the trapezoid rule, whose error on an analytic function that
// dies out at both ends is far below 1e-12 at this step.
double range_cdf(double r, size_t k) {
  constexpr double kEnd = 9, kStep = 0.05;
  double sum = 0;
  for (double z = -kEnd; z <= kEnd + r; z += kStep) {
    const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
    sum += density * std::pow(normal_cdf(z) - normal_cdf(z - r), static_cast<double>(k - 1));
  }
  return static_cast<double>(k) * kStep * sum;
}

}  // namespace

Friedman friedman(std::span<const double> scores, size_t rules) {
  Friedman out;
  out.rules = rules;
  out.tasks = rules == 0 ? 0 : scores.size() / rules;
  if (out.tasks == 0) return out;
  const auto count = static_cast<double>(out.tasks), k = static_cast<double>(rules);
  std::vector<double> sums(rules, 0.0);
  double ties = 0;  // sum over tasks and groups of g^3 - g
  for (size_t t = 0; t < out.tasks; ++t) {
    std::vector<double> worse;
    std::map<double, double> groups;
    for (size_t j = 0; j < rules; ++j) {
      worse.push_back(-scores[t * rules + j]);
      groups[worse.back()] += 1;
    }
    const std::vector<double> ranks = mean_ranks(worse);
    for (size_t j = 0; j < rules; ++j) sums[j] += ranks[j];
    for (const auto& [value, g] : groups) ties += g * g * g - g;
  }
  double squares = 0;
  for (const double sum : sums) {
    out.mean_ranks.push_back(sum / count);
    squares += sum * sum;
  }
  if (rules < 2 || out.tasks < 2) return out;
  const double untied = 1 - ties / (count * k * (k * k - 1));
  if (!(untied > 0)) {  // all ranks equal
    out.chi2 = out.f = 0;
    out.p_chi2 = out.p_f = 1;
    return out;
  }
  out.chi2 = (12 / (count * k * (k + 1)) * squares - 3 * count * (k + 1)) / untied;
  out.chi2 = std::max(0.0, out.chi2);
  const boost::math::chi_squared chi2(k - 1);
  out.p_chi2 = boost::math::cdf(boost::math::complement(chi2, out.chi2));
  const double most = count * (k - 1);
  if (most - out.chi2 <= 1e-12 * most) {
    out.f = std::numeric_limits<double>::infinity();
    out.p_f = 0;
    return out;
  }
  out.f = (count - 1) * out.chi2 / (most - out.chi2);
  const boost::math::fisher_f f(k - 1, (k - 1) * (count - 1));
  out.p_f = boost::math::cdf(boost::math::complement(f, out.f));
  return out;
}

CriticalDifference critical_difference(size_t rules, size_t tasks, double alpha) {
  if (rules < 2 || tasks == 0) return {};
  double low = 0, high = 20;  // range_cdf grows in between
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (range_cdf(middle, rules) < 1 - alpha ? low : high) = middle;
  }
  CriticalDifference out;
  out.q = high / std::numbers::sqrt2;
  const auto k = static_cast<double>(rules);
  out.cd = out.q * std::sqrt(k * (k + 1) / (6 * static_cast<double>(tasks)));
  return out;
}

}  // namespace agon::reports
