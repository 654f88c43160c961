// SPDX-License-Identifier: MIT
#include "reports/claims/take.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/statistics/median.h"

namespace agon::reports {
namespace {

constexpr size_t kOrderStatisticSeeds = 6;  // from here on their interval covers 95 % or more

std::string one_seed() { return "one seed, no interval"; }

void range_of(Measurement& m, const std::vector<double>& values) {
  const auto [low, high] = std::ranges::minmax(values);
  m.interval = {low, high};
  m.interval_kind = fmt::format("range of {} seeds", values.size());
}

// Least squares of y over log2 x.
double slope_of(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  double mean_x = 0, mean_y = 0, xx = 0, xy = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    mean_x += x[i] / n;
    mean_y += y[i] / n;
  }
  for (size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  return xy / xx;
}

}  // namespace

void take_mean(Measurement& m, const std::vector<double>& values) {
  m.n = values.size();
  const bool finite = std::ranges::all_of(values, [](double x) { return std::isfinite(x); });
  if (!finite) {
    m.estimate = 0;
    for (const double x : values) m.estimate += x / static_cast<double>(values.size());
    if (std::isnan(m.estimate)) throw Unmeasured{"the seeds go to both infinities"};
    if (values.size() > 1) range_of(m, values);
  } else {
    const MeanInterval mean = mean_interval(values);
    m.estimate = mean.mean;
    m.interval = mean.ci;
    m.interval_kind = mean.ci.known() ? std::string(kSeedsInterval)
                                      : fmt::format("all {} seeds alike, no interval", m.n);
  }
  if (values.size() == 1) m.interval_kind = one_seed();
}

void take_median(Measurement& m, const std::vector<double>& values) {
  const MedianInterval median = median_interval(values);
  if (std::isnan(median.median)) throw Unmeasured{"the seeds go to both infinities"};
  m.n = values.size();
  m.estimate = median.median;
  if (values.size() == 1) {
    m.interval_kind = one_seed();
  } else if (values.size() < kOrderStatisticSeeds) {
    range_of(m, values);
  } else {
    m.interval = median.ci;
    m.interval_kind = "order-statistic interval over seeds only";
  }
}

void take_extreme(Measurement& m, const std::vector<double>& values, bool smallest) {
  m.n = values.size();
  m.estimate = smallest ? std::ranges::min(values) : std::ranges::max(values);
  m.interval_kind =
      values.size() == 1
          ? one_seed()
          : fmt::format("{} of {} seeds", smallest ? "smallest" : "largest", values.size());
}

void take_argmax(Measurement& m, const Curve& curve, const std::vector<uint64_t>& seeds) {
  const auto place_of_highest = [&](auto height) {
    size_t best = 0;
    for (size_t i = 1; i < curve.size(); ++i) {
      if (height(curve[i].second) > height(curve[best].second)) best = i;
    }
    return curve[best].first;
  };
  m.n = seeds.size();
  m.estimate = place_of_highest([&](const BySeed& at) {
    double sum = 0;
    for (const uint64_t seed : seeds) sum += at.at(seed);
    return sum;
  });
  std::vector<double> own;
  for (const uint64_t seed : seeds)
    own.push_back(place_of_highest([&](const BySeed& at) { return at.at(seed); }));
  if (own.size() == 1) {
    m.interval_kind = one_seed();
  } else {
    range_of(m, own);
  }
}

std::vector<uint64_t> take_slope(Measurement& m, const Curve& curve,
                                 const std::vector<uint64_t>& seeds, bool exponent) {
  std::vector<double> x, slopes;
  std::vector<uint64_t> left_out;
  for (const auto& [place, at] : curve) {
    if (!(place > 0)) throw Unmeasured{"a slope per doubling needs values above 0"};
    x.push_back(std::log2(place));
  }
  for (const uint64_t seed : seeds) {
    std::vector<double> y;
    for (const auto& [place, at] : curve)
      y.push_back(exponent ? std::log2(at.at(seed)) : at.at(seed));
    if (std::ranges::all_of(y, [](double v) { return std::isfinite(v); })) {
      slopes.push_back(slope_of(x, y));
    } else {
      left_out.push_back(seed);
    }
  }
  if (slopes.empty()) {
    throw Unmeasured{exponent ? "an exponent needs finite numbers above 0 at every value"
                              : "a slope needs finite numbers at every value"};
  }
  take_mean(m, slopes);
  return left_out;
}

}  // namespace agon::reports
