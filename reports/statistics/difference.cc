// SPDX-License-Identifier: MIT
#include "reports/statistics/difference.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "reports/statistics/crossed.h"
#include "reports/statistics/limits.h"

namespace agon::reports {
namespace {

// Two scores differ by at most 1, unless they are no shares.
Interval within_one(const Interval& interval, double value) {
  return std::fabs(value) <= 1 ? within(interval, -1, 1) : interval;
}

void over_seeds(Difference& out, std::span<const double> differences) {
  const MeanInterval mean = mean_interval(differences);
  out.mean = mean.mean;
  if (out.n < 2) return;
  out.floor = smallest_p(out.n);
  if (mean.sd == 0) {
    out.p = mean.mean == 0 ? 1 : out.floor;
    return;
  }
  const auto n = static_cast<double>(out.n);
  out.ci = within_one(mean.ci, mean.mean);
  out.df = n - 1;
  out.visible = mean.ci.high - mean.mean;
  out.p = std::max(out.floor, t_two_sided(mean.mean / (mean.sd / std::sqrt(n)), n - 1));
}

size_t discordant_rows(const RowView& d) {
  size_t out = 0;
  for (size_t r = 0; r < d.rows; ++r) {
    double sum = 0;
    for (size_t s = 0; s < d.seeds; ++s) sum += d.values[s * d.rows + r];
    out += sum != 0 ? 1 : 0;
  }
  return out;
}

void over_rows(Difference& out, const RowView& d, bool binary) {
  out.rows = d.rows;
  out.mean = crossed(d).mean;
  out.discordant = discordant_rows(d);
  out.floor = smallest_signed_p(out.discordant);
  constexpr std::array<double, 2> kAdded{-0.5, 0.5};
  const Crossed c = binary ? crossed(d, kAdded) : crossed(d);
  if (c.variance > 0) {
    const double error = std::sqrt(c.variance);
    out.df = capped(c.df, d.seeds);
    out.visible = t_quantile(0.975, out.df) * error;
    out.ci = within_one({out.mean - out.visible, out.mean + out.visible}, out.mean);
    out.p = std::max(out.floor, t_two_sided(out.mean / error, out.df));
  } else {
    out.p = out.floor;
  }
  if (out.discordant == 0) out.p = 1;
}

}  // namespace

Difference difference(const RowView& d, RowKind kind) {
  Difference out;
  if (d.seeds == 0 || d.rows == 0) return out;
  out.n = d.seeds;
  if (kind.test_rows == TestedRows::all || d.rows == 1) {
    over_seeds(out, seed_means(d));
  } else {
    over_rows(out, d, kind.binary);
  }
  return out;
}

Difference difference(const RowView& x, const RowView& y, RowKind kind) {
  return difference(minus(x, y), kind);
}

Difference difference(const SeedScores& x, const SeedScores& y) {
  std::vector<double> differences;
  for (const auto& [seed, score] : x) {
    const auto it = y.find(seed);
    if (it != y.end()) differences.push_back(score - it->second);
  }
  return difference(RowView{differences.size(), 1, differences}, {true, TestedRows::all});
}

}  // namespace agon::reports
