// SPDX-License-Identifier: MIT
#include "harness/train/trajectory_scores.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace agon::harness {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kAverage = 0.02, kSettled = 2.0;  // s
constexpr double kHigh = 0.3;
constexpr double kLobe = 0.2, kLockedSeconds = 20.0;

size_t steps_of(double seconds, double dt) {
  return static_cast<size_t>(std::lround(seconds / dt));
}

double finite_or_infinity(double v) { return std::isfinite(v) ? v : kInfinity; }

// Mean over time of each dimension of all these rows.
std::vector<double> means(std::span<const Rows> all, size_t dims) {
  std::vector<double> mean(dims);
  size_t rows = 0;
  for (const Rows& one : all) {
    for (size_t i = 0; i < one.size(); ++i) mean[i % dims] += static_cast<double>(one[i]);
    rows += one.size() / dims;
  }
  for (double& m : mean) m /= static_cast<double>(rows);
  return mean;
}

// Mean over rows and dimensions of the squared departure from the mean.
double variance(std::span<const Rows> all, size_t dims) {
  const std::vector<double> mean = means(all, dims);
  double sum = 0;
  size_t count = 0;
  for (const Rows& one : all) {
    for (size_t i = 0; i < one.size(); ++i) {
      const double off = static_cast<double>(one[i]) - mean[i % dims];
      sum += off * off;
    }
    count += one.size();
  }
  return sum / static_cast<double>(count);
}

double square_error(Rows run, Rows teacher, size_t begin, size_t end) {
  double sum = 0;
  for (size_t i = begin; i < end; ++i) {
    const double off = static_cast<double>(run[i]) - static_cast<double>(teacher[i]);
    sum += off * off;
  }
  return sum;
}

}  // namespace

double nrmse(Rows run, Rows teacher, size_t dims) {
  const double error =
      square_error(run, teacher, 0, teacher.size()) / static_cast<double>(teacher.size());
  return finite_or_infinity(std::sqrt(error / variance({&teacher, 1}, dims)));
}

double nrmse_at(size_t step, std::span<const Rows> runs, std::span<const Rows> teachers,
                size_t dims) {
  double error = 0;
  size_t kept = 0;
  for (size_t i = 0; i < runs.size(); ++i) {
    const double square = square_error(runs[i], teachers[i], step * dims, (step + 1) * dims);
    if (!std::isfinite(square) || !std::isfinite(runs[i].back())) continue;  // lost, if only later
    error += square;
    ++kept;
  }
  if (kept == 0) return kInfinity;
  const double of_kept =
      std::sqrt(error / static_cast<double>(kept * dims) / variance(teachers, dims));
  const double share = static_cast<double>(kept) / static_cast<double>(runs.size());
  return kept == runs.size() ? of_kept : (1 + of_kept) / share - 1;
}

std::vector<double> nrmses_at(size_t step, std::span<const Rows> runs,
                              std::span<const Rows> teachers, size_t dims) {
  const double scale = static_cast<double>(dims) * variance(teachers, dims);
  std::vector<double> out;
  for (size_t i = 0; i < runs.size(); ++i) {
    const double square = square_error(runs[i], teachers[i], step * dims, (step + 1) * dims);
    const bool lost = !std::isfinite(runs[i].back());
    out.push_back(lost ? kInfinity : finite_or_infinity(std::sqrt(square / scale)));
  }
  return out;
}

double spread(std::span<const Rows> teachers, size_t dims) {
  return std::sqrt(variance(teachers, dims) * static_cast<double>(dims));
}

size_t horizon(Rows run, Rows teacher, size_t dims, double bound) {
  const size_t steps = teacher.size() / dims;
  for (size_t n = 0; n < steps; ++n) {
    if (!(square_error(run, teacher, n * dims, (n + 1) * dims) <= bound * bound)) return n;
  }
  return steps;
}

double frequency(Rows run, size_t dims, double dt) {
  const size_t window = std::max<size_t>(1, steps_of(kAverage, dt)),
               settled = steps_of(kSettled, dt);
  const size_t steps = run.size() / dims;
  double sum = 0;
  bool low = false;
  size_t first = 0, last = 0, passages = 0;
  for (size_t n = 0; n < steps; ++n) {
    sum += static_cast<double>(run[n * dims]);
    if (n >= window) sum -= static_cast<double>(run[(n - window) * dims]);
    if (n < settled) continue;
    const double x = sum / static_cast<double>(window);
    if (x < -kHigh) low = true;
    if (!low || !(x > kHigh)) continue;
    low = false;
    if (passages++ == 0) first = n;
    last = n;
  }
  return passages > 1 ? static_cast<double>(passages - 1) / (static_cast<double>(last - first) * dt)
                      : 0.0;
}

double orbit_distance(Rows run, Rows teacher, size_t dims, double dt) {
  // The orbit is passed many times: a few periods of it and a part of the run say the same as all.
  constexpr size_t kOrbitPoints = 4000, kRunPoints = 2000;
  const size_t begin = steps_of(kSettled, dt), steps = teacher.size() / dims;
  if (begin >= steps) return kInfinity;
  const size_t orbit_end = std::min(steps, begin + kOrbitPoints);
  const size_t stride = std::max<size_t>(1, (steps - begin) / kRunPoints);
  double distance = 0, radius = 0;
  size_t count = 0;
  for (size_t n = begin; n < steps; n += stride, ++count) {
    double nearest = kInfinity;
    for (size_t m = begin; m < orbit_end; ++m) {
      const double a = static_cast<double>(run[n * dims]) - static_cast<double>(teacher[m * dims]);
      const double b =
          static_cast<double>(run[n * dims + 1]) - static_cast<double>(teacher[m * dims + 1]);
      nearest = std::min(nearest, a * a + b * b);
    }
    distance += std::sqrt(nearest);
    const double x = static_cast<double>(teacher[n * dims]),
                 y = static_cast<double>(teacher[n * dims + 1]);
    radius += x * x + y * y;
  }
  const double points = static_cast<double>(count);
  return finite_or_infinity(distance / points / std::sqrt(radius / points));
}

bool same_basin(Rows run, Rows teacher, size_t dims) {
  const float end = run[run.size() - dims], right = teacher[teacher.size() - dims];
  return (end > 0 && right > 0) || (end < 0 && right < 0);
}

bool locked(Rows run, size_t dims, double dt) {
  const size_t steps = run.size() / dims, last = std::min(steps, steps_of(kLockedSeconds, dt));
  bool up = false, down = false;
  for (size_t n = steps - last; n < steps; ++n) {
    const double x = static_cast<double>(run[n * dims]);
    up = up || x > kLobe;
    down = down || x < -kLobe;
  }
  return !(up && down);
}

Visits::Visits(Rows run) {
  const size_t steps = run.size() / 3;
  for (size_t q = 0; q < 3; ++q) {
    std::vector<float>& values = sorted[q];
    values.reserve(steps);
    double sum = 0, square = 0;
    for (size_t n = 0; n < steps; ++n) {
      const float v = run[n * 3 + q];
      sum += static_cast<double>(v);
      square += static_cast<double>(v) * static_cast<double>(v);
      values.push_back(q < 2 ? std::fabs(v) : v);
    }
    const double mean = sum / static_cast<double>(steps);
    sd[q] = std::sqrt(std::max(0.0, square / static_cast<double>(steps) - mean * mean));
    std::ranges::sort(values);
  }
}

std::array<double, 3> wasserstein(const Visits& run, const Visits& teacher) {
  std::array<double, 3> out{};
  for (size_t q = 0; q < 3; ++q) {
    const std::vector<float>&a = run.sorted[q], &b = teacher.sorted[q];
    // Quantile against quantile, in the middle of each of the run's steps.
    const double ratio = static_cast<double>(b.size()) / static_cast<double>(a.size());
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i) {
      const auto at = static_cast<size_t>((static_cast<double>(i) + 0.5) * ratio);
      sum +=
          std::fabs(static_cast<double>(a[i]) - static_cast<double>(b[std::min(at, b.size() - 1)]));
    }
    out[q] = sum / static_cast<double>(a.size()) / teacher.sd[q];
  }
  return out;
}

}  // namespace agon::harness
