// SPDX-License-Identifier: MIT
#include "reports/statistics/speed.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "reports/statistics/comparison.h"
#include "reports/statistics/iqm.h"
#include "reports/statistics/median.h"

namespace agon::reports {
namespace {

// Logarithms of what is a rate.
std::vector<double> logs(std::span<const double> rates) {
  std::vector<double> out;
  for (const double rate : rates) {
    if (std::isfinite(rate) && rate > 0) out.push_back(std::log(rate));
  }
  return out;
}

std::optional<double> median_log(std::span<const double> rates) {
  std::vector<double> sorted = logs(rates);
  if (sorted.empty()) return std::nullopt;
  std::ranges::sort(sorted);
  return percentile(sorted, 0.5);
}

double two_sided_p(const MeanInterval& m) {
  if (m.n < 2) return std::numeric_limits<double>::quiet_NaN();
  if (m.sd == 0) return m.mean == 0 ? 1.0 : 0.0;
  const auto n = static_cast<double>(m.n);
  return t_two_sided(std::fabs(m.mean) / (m.sd / std::sqrt(n)), n - 1);
}

Interval factors(const Interval& of_logs) {
  return {std::exp(of_logs.low), std::exp(of_logs.high)};
}

// Identical work that differs, or that enough processes cannot tell to be alike.
bool too_busy(const SpeedRatio& again) {
  if (again.processes < kSpeedProcesses) return again.far_factor() > kSpeedTolerance;
  return !again.ci.contains(1) || std::sqrt(again.ci.high / again.ci.low) > kSpeedTolerance;
}

}  // namespace

Throughput throughput(SpeedRounds rounds) {
  Throughput out;
  std::erase_if(rounds, [](const auto& process) { return logs(process.second).empty(); });
  out.rounds = std::move(rounds);
  if (out.rounds.empty()) return out;
  std::vector<double> medians;
  for (const auto& [round, rates] : out.rounds) medians.push_back(*median_log(rates));
  const bool one = medians.size() == 1;
  out.ci = factors(mean_interval(one ? logs(out.rounds.begin()->second) : medians).ci);
  out.rate = std::exp(mean_interval(medians).mean);
  return out;
}

double SpeedRatio::far_factor() const noexcept {
  if (processes < kSpeedProcesses || !ci.known()) return std::max(value, 1 / value);
  return std::max({ci.high, 1 / ci.high, ci.low, 1 / ci.low});
}

SpeedRatio speed_ratio(const SpeedRounds& rule, const SpeedRounds& baseline) {
  SpeedRatio out;
  std::vector<double> processes,
      repetitions;  // logarithms of ratios; the repetitions of the last pair
  for (const auto& [round, rates] : rule) {
    const auto other = baseline.find(round);
    if (other == baseline.end()) continue;
    const std::vector<double> a = logs(rates), b = logs(other->second);
    if (a.empty() || b.empty()) continue;
    repetitions.clear();
    for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) repetitions.push_back(a[i] - b[i]);
    processes.push_back(median(repetitions));
  }
  if (processes.empty()) return out;
  out.processes = processes.size();
  const MeanInterval m = mean_interval(out.processes == 1 ? repetitions : processes);
  out.value = std::exp(m.mean);
  out.ci = factors(m.ci);
  if (out.processes > 1) out.p = two_sided_p(m);
  return out;
}

void judge_speeds(std::span<SpeedRatio* const> rules, const SpeedRatio& again) {
  std::vector<SpeedRatio*> tested;
  std::vector<double> p;
  const bool busy = std::isfinite(again.value) && too_busy(again);
  for (SpeedRatio* rule : rules) {
    if (!std::isfinite(rule->value) || !std::isfinite(again.value)) {
      rule->word = SpeedWord::none;
    } else if (busy) {
      rule->word = SpeedWord::too_busy;
    } else if (rule->processes < kSpeedProcesses || again.processes < kSpeedProcesses) {
      rule->word = SpeedWord::too_few;
    } else {
      tested.push_back(rule);
      p.push_back(rule->p);
    }
  }
  const std::vector<double> adjusted = holm(p);
  for (size_t i = 0; i < tested.size(); ++i) {
    const double value = tested[i]->value;
    const bool shown =
        adjusted[i] < kSignificant && std::max(value, 1 / value) > again.far_factor();
    tested[i]->word = !shown ? SpeedWord::alike : value > 1 ? SpeedWord::faster : SpeedWord::slower;
  }
}

SpeedRatio over_tasks(std::span<const SpeedRatio> ratios) {
  if (ratios.empty()) return {};
  SpeedRatio out = ratios.front();
  double value = 0, low = 0, high = 0;
  for (const SpeedRatio& r : ratios) {
    value += std::log(r.value);
    low += std::log(r.ci.low);
    high += std::log(r.ci.high);
    out.processes = std::min(out.processes, r.processes);
    if (out.word != r.word) {
      const bool busy = out.word == SpeedWord::too_busy || r.word == SpeedWord::too_busy;
      out.word = busy ? SpeedWord::too_busy : SpeedWord::none;
    }
  }
  const auto n = static_cast<double>(ratios.size());
  out.value = std::exp(value / n);
  out.ci = factors({low / n, high / n});
  if (ratios.size() > 1) out.p = std::numeric_limits<double>::quiet_NaN();
  return out;
}

}  // namespace agon::reports
