// SPDX-License-Identifier: MIT
#include "reports/statistics/score.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "reports/statistics/crossed.h"
#include "reports/statistics/proportion.h"

namespace agon::reports {
namespace {

void over_seeds(RowScore& out, const RowView& x) {
  out.basis = ScoreBasis::seeds;
  const MeanInterval mean = mean_interval(seed_means(x));
  out.value = mean.mean;
  out.ci = within_unit(mean.ci, out.value);
  if (out.ci.known()) out.df = static_cast<double>(x.seeds - 1);
}

}  // namespace

Interval within_unit(const Interval& interval, double value) {
  return value >= 0 && value <= 1 ? within(interval, 0, 1) : interval;
}

RowScore score_interval(const RowView& x, RowKind kind) {
  RowScore out;
  out.seeds = x.seeds;
  out.rows = x.rows;
  if (x.seeds == 0 || x.rows == 0) return out;
  if (kind.test_rows == TestedRows::all || x.rows == 1) {
    over_seeds(out, x);
    return out;
  }
  if (x.seeds == 1) out.basis = ScoreBasis::rows;
  const Crossed plain = crossed(x);
  out.value = plain.mean;
  if (!kind.binary) {
    if (!(plain.variance > 0)) return out;
    out.df = capped(plain.df, x.seeds);
    const double half = t_quantile(0.975, out.df) * std::sqrt(plain.variance);
    out.ci = within_unit({out.value - half, out.value + half}, out.value);
    return out;
  }
  constexpr std::array<double, 2> kAdded{0, 1};
  const Crossed c = crossed(x, kAdded);
  out.df = capped(c.df, x.seeds);
  const double effective = c.mean * (1 - c.mean) / c.variance;  // independent rows
  out.ci = wilson_of_share(out.value, effective, t_quantile(0.975, out.df));
  return out;
}

std::string basis_text(const RowScore& score) {
  const auto plural = [](size_t n, const char* one) {
    return fmt::format("{} {}{}", n, one, n == 1 ? "" : "s");
  };
  switch (score.basis) {
    case ScoreBasis::seeds:
      return fmt::format("over {}, all patterns tested", plural(score.seeds, "seed"));
    case ScoreBasis::rows: return fmt::format("over {}, one seed", plural(score.rows, "test row"));
    case ScoreBasis::seeds_and_rows: break;
  }
  return fmt::format("over {} and {}", plural(score.seeds, "seed"), plural(score.rows, "test row"));
}

}  // namespace agon::reports
