// SPDX-License-Identifier: MIT
#include "reports/summary/beside.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "reports/record/outcome.h"
#include "reports/statistics/selection.h"
#include "reports/summary/summary.h"

namespace agon::reports {
namespace {

double mean_of(const std::vector<double>& values) { return mean_interval(values).mean; }

// Best less last; NaN with fewer than two scored epochs.
double best_over_last(const std::vector<CurvePoint>& curve) {
  double best = kNaN, last = kNaN;
  size_t n = 0;
  for (const CurvePoint& p : curve) {
    if (!std::isfinite(p.score_val)) continue;
    best = std::fmax(best, p.score_val);
    last = p.score_val;
    ++n;
  }
  return n < 2 ? kNaN : best - last;
}

}  // namespace

SelectionBias selection_bias(const SummaryRow& row, std::span<const CellRecord* const> cells) {
  SelectionBias out;
  std::vector<double> epochs, scores;
  for (const CellRecord* r : cells) {
    if (r->outcome.status == Status::skipped || counts_as_failed(*r)) continue;
    const double gain = best_over_last(r->outcome.curve);
    if (!std::isnan(gain)) epochs.push_back(gain);
  }
  out.best_epoch = mean_of(epochs);
  for (const auto& [seed, score] : row.score_by_seed) scores.push_back(score);
  if (scores.size() > 1) out.best_seed = best_k_gain(scores, 1);
  if (scores.size() > 3) out.best_three = best_k_gain(scores, 3);
  std::vector<double> rates;
  size_t chosen = 0;
  for (const LearningRatePoint& p : row.sweep) {
    if (std::isnan(p.test.mean)) continue;
    if (p.lr == row.best_lr) chosen = rates.size();
    rates.push_back(p.test.mean);
  }
  if (rates.size() > 1 && !is_trial(row.mode))
    out.tuned_on_test = tuned_on_test_gain(rates, chosen);
  return out;
}

Cost cost_of(std::span<const CellRecord* const> cells) {
  std::vector<double> writes, spikes, samples, macs, effective, words;
  const auto add = [](std::vector<double>& to, double x) {
    if (std::isfinite(x)) to.push_back(x);
  };
  for (const CellRecord* r : cells) {
    const CellOutcome& o = r->outcome;
    if (o.status != Status::ok) continue;
    add(writes, o.weight_writes);
    add(spikes, metric_of(*r, "spikes_per_sample"));
    const double seen = o.curve.empty() ? kNaN : static_cast<double>(o.curve.back().samples);
    add(samples, seen);
    add(macs, seen * o.macs_per_sample);
    add(effective, o.effective_macs);
    add(words, o.words_moved);
  }
  return {mean_of(writes), mean_of(spikes),    mean_of(samples),
          mean_of(macs),   mean_of(effective), mean_of(words)};
}

}  // namespace agon::reports
