// SPDX-License-Identifier: MIT
#include "harness/train/protocols/robustness.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "core/rng.h"
#include "harness/train/cell_run.h"
#include "harness/train/guarded_output.h"

namespace agon::harness {
namespace {

using reports::kNaN;
using reports::SeriesPoint;

constexpr int64_t kDraws = 3;
// Streams of the cell's seed, besides those that order its rows.
constexpr uint64_t kHarmStream = uint64_t{3} << 62;

constexpr std::string_view kInputNoise = "input-noise";

struct OfRule {
  std::string_view harm;
  uint32_t kind;
};
constexpr std::array kOfRule{OfRule{"weight-noise", AGON_WEIGHT_NOISE},
                             OfRule{"lesion", AGON_SILENCE},
                             OfRule{"state-noise", AGON_STATE_NOISE}};

// The model under a harm: the mean over draws.
struct Harmed {
  double level = kNaN;
  int64_t draws = 0;
  TestAgain test{};
};

// The model or the task does not take a harm.
struct NotTaken {
  std::string reason;
};

class Robustness {
 public:
  Robustness(Instance& model, Course& course, const CellContext& cell)
      : model_(model), course_(course), cell_(cell) {
    for (int64_t d = 0; d < kDraws; ++d) {
      core::Stream stream(cell.job->seed, kHarmStream | static_cast<uint64_t>(d));
      const uint64_t high = stream.next(), low = stream.next();
      seeds_.at(static_cast<size_t>(d)) = high << 32 | low;
    }
  }

  std::vector<SeriesPoint> measure(const Condition& harm, double score_test) {
    const std::string score = "score@" + harm.name, nrmse = "nrmse@" + harm.name;
    std::vector<Harmed> harmed;
    try {
      for (const double level : harm.values) harmed.push_back(mean_of_draws(harm, level));
      harmed.insert(harmed.begin(), restored(harm, score_test));
    } catch (const NotTaken& why) {
      if (!harmed.empty()) apply(harm, 0, 0);  // refused after levels that were taken
      return {{score, kNaN, 0, kNaN, why.reason}};
    }
    std::vector<SeriesPoint> points;
    for (const Harmed& at : harmed) points.push_back({score, at.level, at.draws, at.test.score});
    for (const Harmed& at : harmed) {
      if (!std::isnan(at.test.nrmse)) points.push_back({nrmse, at.level, at.draws, at.test.nrmse});
    }
    return points;
  }

 private:
  Harmed mean_of_draws(const Condition& harm, double level) {
    Harmed mean{level, kDraws, {0, 0}};
    for (const uint64_t seed : seeds_) {
      const TestAgain test = draw(harm, level, seed);
      mean.test.score += test.score / kDraws;
      mean.test.nrmse += test.nrmse / kDraws;
    }
    return mean;
  }

  Harmed restored(const Condition& harm, double score_test) {
    if (harm.name != kInputNoise) apply(harm, 0, 0);
    const TestAgain test = course_.score_again(model_);
    if (test.score != score_test) {
      throw RuleFailure(AGON_INTERNAL,
                        fmt::format("level 0 of {} does not restore the model: it scores {} on "
                                    "the test and scored {}",
                                    harm.name, test.score, score_test));
    }
    return {0, 1, test};
  }

  TestAgain draw(const Condition& harm, double level, uint64_t seed) {
    try {
      if (harm.name == kInputNoise) return on_noisy_inputs(level, seed);
      apply(harm, level, seed);
      return course_.score_again(model_);
    } catch (const BadOutput& bad) {
      if (bad.status != reports::Status::diverged) throw;
    } catch (const RuleFailure& failure) {
      if (failure.status() != AGON_DIVERGED) throw;
    }
    return course_.lost();
  }

  TestAgain on_noisy_inputs(double level, uint64_t seed) {
    const std::optional<double> score = course_.score_noisy(model_, level, seed);
    if (!score) throw NotTaken{"input noise is for tasks of rows"};
    return {*score, kNaN};
  }

  void apply(const Condition& harm, double level, uint64_t seed) {
    const uint32_t kind = std::ranges::find(kOfRule, harm.name, &OfRule::harm)->kind;
    if (!model_.takes_harm(kind)) {
      throw NotTaken{
          fmt::format("rule {} offers no {} in " AGON_LESION_ID, cell_.rule->id, harm.name)};
    }
    try {
      model_.harm(kind, level, seed);
    } catch (const RuleFailure& failure) {
      if (failure.status() == AGON_UNSUPPORTED) throw NotTaken{failure.what()};
      throw;
    }
  }

  Instance& model_;
  Course& course_;
  const CellContext& cell_;
  std::array<uint64_t, kDraws> seeds_{};
};

}  // namespace

std::vector<SeriesPoint> measure_harms(Instance& model, Course& course, const CellContext& cell,
                                       double score_test) {
  Robustness robustness(model, course, cell);
  std::vector<SeriesPoint> points;
  for (const Condition& harm : cell.job->conditions) {
    std::ranges::move(robustness.measure(harm, score_test), std::back_inserter(points));
  }
  return points;
}

reports::CellOutcome robustness_cell(const CellContext& cell) {
  Additions harming;
  harming.after_test = [](CellRun& run, Instance& model) {
    run.outcome.series = run.eval_watch.time(
        [&] { return measure_harms(model, *run.course, run.cell, run.outcome.score_test); });
  };
  return train_cell(cell, harming);
}

}  // namespace agon::harness
