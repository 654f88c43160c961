// SPDX-License-Identifier: MIT
#include "harness/bench/measure.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <numeric>

#include "core/peak.h"
#include "core/rng.h"
#include "reports/statistics/iqm.h"

namespace agon::harness::bench {
namespace {

constexpr double kTurnSeconds =
    2e-3;  // of a contender in a round, or one time of what takes longer

// The burst to hold others against: not the very fastest, which may be a fault of the clock.
constexpr double kUsual = 0.75;

// What a round measured: seconds of one time by contender, the first one's again, and the burst.
struct Round {
  std::vector<double> seconds;
  double again = 0, peak = 0;
};

// Times that fill a turn. Warms up as well.
int64_t times_of(Contender& contender) {
  contender.run(2);
  const double once = std::max(contender.run(3) / 3, 1e-9);
  return std::max<int64_t>(1, std::llround(kTurnSeconds / once));
}

double percentile_of(std::vector<double> values, double share) {
  std::ranges::sort(values);
  return reports::percentile(values, share);
}

// Nothing of the driver's own is shown: the caller has the numbers.
class Silent : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>&) override {}
};

class Rounds {
 public:
  explicit Rounds(std::span<Contender* const> contenders)
      : contenders_(contenders), order_(contenders.size() + 1) {
    for (Contender* contender : contenders_) times_.push_back(times_of(*contender));
    std::iota(order_.begin(), order_.end(), size_t{0});
  }

  // Returns the first one's seconds.
  double next() {
    core::Stream random(all_.size(), 0xbe9c);
    for (size_t i = order_.size() - 1; i > 0; --i)
      std::swap(order_[i], order_[random.below(static_cast<uint32_t>(i + 1))]);
    Round round;
    round.seconds.resize(contenders_.size());
    for (const size_t turn : order_) {
      const bool again = turn == contenders_.size();
      const size_t who = again ? 0 : turn;
      (again ? round.again : round.seconds[who]) =
          contenders_[who]->run(times_[who]) / static_cast<double>(times_[who]);
      round.peak = std::max(round.peak, core::fma_rate());
    }
    all_.push_back(round);
    return round.seconds.front();
  }

  Comparison result() const {
    std::vector<double> bursts;
    for (const Round& round : all_) bursts.push_back(round.peak);
    const double usual = percentile_of(bursts, kUsual);
    std::vector<const Round*> counted;
    for (const Round& round : all_) {
      if (round.peak >= kThrottled * usual) counted.push_back(&round);
    }
    Comparison out;
    out.rounds = counted.size();
    out.discarded = all_.size() - counted.size();
    std::vector<double> peaks;
    for (const Round* round : counted) peaks.push_back(round->peak);
    out.peak = reports::median(peaks);
    for (size_t who = 0; who < contenders_.size(); ++who) {
      std::vector<double> seconds, ratios;
      for (const Round* round : counted) {
        seconds.push_back(round->seconds[who]);
        ratios.push_back((who == 0 ? round->again : round->seconds[who]) / round->seconds.front());
      }
      out.all.push_back({reports::median(seconds), percentile_of(seconds, 0.1),
                         reports::median_interval(ratios)});
    }
    return out;
  }

 private:
  std::span<Contender* const> contenders_;
  std::vector<size_t> order_;  // contenders, and behind them the first one's second turn
  std::vector<int64_t> times_;
  std::vector<Round> all_;
};

}  // namespace

Comparison compare(const std::string& name, std::span<Contender* const> contenders, size_t rounds) {
  Rounds all(contenders);
  std::exception_ptr failure;  // the driver lets none through
  const auto turn = [&](benchmark::State& state) {
    try {
      for ([[maybe_unused]] auto _ : state) state.SetIterationTime(all.next());
    } catch (...) {
      failure = std::current_exception();
      state.SkipWithError("a contender failed");
    }
  };
  benchmark::RegisterBenchmark(name.c_str(), turn)
      ->Iterations(static_cast<benchmark::IterationCount>(rounds))
      ->UseManualTime();
  Silent reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter, "all");
  benchmark::ClearRegisteredBenchmarks();
  if (failure) std::rethrow_exception(failure);
  return all.result();
}

}  // namespace agon::harness::bench
