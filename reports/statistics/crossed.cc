// SPDX-License-Identifier: MIT
#include "reports/statistics/crossed.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace agon::reports {
namespace {

double square(double x) { return x * x; }

}  // namespace

Crossed crossed(const RowView& x, std::span<const double> added) {
  Crossed out;
  const size_t seeds = x.seeds, rows = x.rows;
  if (seeds == 0 || rows + added.size() == 0) return out;
  const auto n = static_cast<double>(seeds), m = static_cast<double>(rows + added.size());
  // From the first value on: where all are equal, every sum is exactly 0.
  const double origin = rows > 0 ? x.values.front() : added.front();
  double extra = 0;
  for (const double v : added) extra += v - origin;
  std::vector<double> of_seed(seeds), of_row(rows, 0.0);
  double total = 0;
  for (size_t s = 0; s < seeds; ++s) {
    double sum = extra;
    for (size_t r = 0; r < rows; ++r) {
      const double v = x.values[s * rows + r] - origin;
      sum += v;
      of_row[r] += v;
    }
    of_seed[s] = sum / m;
    total += sum;
  }
  for (double& row : of_row) row /= n;
  const double mean = total / (n * m);
  out.mean = origin + mean;
  double by_seed = 0, by_row = 0, rest = 0;
  for (const double s : of_seed) by_seed += square(s - mean);
  for (const double r : of_row) by_row += square(r - mean);
  for (const double v : added) by_row += square(v - origin - mean);
  for (size_t s = 0; s < seeds; ++s) {
    const double own = of_seed[s] - mean;
    for (size_t r = 0; r < rows; ++r)
      rest += square(x.values[s * rows + r] - origin - of_row[r] - own);
    rest += static_cast<double>(added.size()) * square(own);
  }
  if (seeds > 1) out.ms_seeds = m * by_seed / (n - 1);
  if (m > 1) out.ms_rows = n * by_row / (m - 1);
  if (seeds > 1 && m > 1) out.ms_residual = rest / ((n - 1) * (m - 1));
  const double a = out.ms_seeds, b = out.ms_rows, c = out.ms_residual;
  if (seeds == 1) {
    out.variance = b / m;
    out.df = m > 1 ? m - 1 : std::nan("");
  } else if (m == 1) {
    out.variance = a / n;
    out.df = n - 1;
  } else {
    const double v = std::max(a, c) + std::max(b, c) - c;  // negative components count as 0
    out.variance = v / (n * m);
    const double squares = a * a / (n - 1) + b * b / (m - 1) + c * c / ((n - 1) * (m - 1));
    out.df = v > 0 ? v * v / squares : std::numeric_limits<double>::infinity();
  }
  if (out.variance == 0) out.df = std::numeric_limits<double>::infinity();
  return out;
}

double capped(double df, size_t seeds) {
  return seeds > 1 ? std::min(df, 3.0 * static_cast<double>(seeds - 1)) : df;
}

Components components(const RowView& x) {
  const Crossed c = crossed(x);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  if (std::isnan(c.ms_residual)) return {nan, nan, nan};
  return {std::max(0.0, c.ms_seeds - c.ms_residual) / static_cast<double>(x.rows),
          std::max(0.0, c.ms_rows - c.ms_residual) / static_cast<double>(x.seeds), c.ms_residual};
}

}  // namespace agon::reports
