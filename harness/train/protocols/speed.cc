// SPDX-License-Identifier: MIT
#include "harness/train/protocols/speed.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/matrix.h"
#include "core/neighbours.h"
#include "core/peak.h"
#include "harness/plugins/host_names.h"
#include "harness/train/abi.h"
#include "harness/train/batches.h"
#include "harness/train/cell_run.h"
#include "reports/statistics/median.h"

namespace agon::harness {
namespace {

constexpr int kRepetitions = 6;
constexpr double kRepetitionSeconds = 0.03;
constexpr double kRepetitionWallSeconds = 0.1;  // with the creation of its models
constexpr double kTrainSeconds = 0.5;           // of all repetitions
constexpr double kPredictSeconds = 0.01;        // of a repetition

// A repetition beside a burst slower than this share of their median counts for nothing: the clock was low,
// or the processor was taken away.
constexpr double kThrottled = 0.85;

// Samples per second of the repetitions, each with what the processor could do after it, and what the wall
// clock said of all of them.
class Rates {
 public:
  explicit Rates(const Stopwatch& watch) : watch_(watch) { start(); }

  void start() {
    seconds_ = watch_.seconds();
    wall_ = watch_.wall_seconds();
  }
  // Of what ran since start(). Returns its seconds.
  double stop(int64_t samples) {
    const double seconds = watch_.seconds() - seconds_;
    all_wall_ += watch_.wall_seconds() - wall_;
    all_samples_ += static_cast<double>(samples);
    all_.push_back(static_cast<double>(samples) / seconds);
    bursts_.push_back(core::fma_rate());
    return seconds;
  }
  // Those that count.
  std::vector<double> repetitions() const {
    const double usual = reports::median(bursts_);
    std::vector<double> out;
    for (size_t i = 0; i < all_.size(); ++i) {
      if (bursts_[i] >= kThrottled * usual) out.push_back(all_[i]);
    }
    return out;
  }
  // Multiply-adds per second, two operations each.
  const std::vector<double>& bursts() const { return bursts_; }
  double by_wall() const { return all_samples_ / all_wall_; }

 private:
  const Stopwatch& watch_;
  double seconds_ = 0, wall_ = 0;
  double all_samples_ = 0, all_wall_ = 0;
  std::vector<double> all_, bursts_;
};

// What some of the epochs took.
struct Share {
  double samples = 0, seconds = 0;

  void add(int64_t more, double in_seconds) {
    samples += static_cast<double>(more);
    seconds += in_seconds;
  }
  double rate() const { return seconds > 0 ? samples / seconds : reports::kNaN; }
};

class SpeedRun {
 public:
  explicit SpeedRun(CellRun& run) : run_(run) {}

  void work() {
    const core::Neighbours neighbours;
    note(host_metric("machine_load"), core::Neighbours::load_per_core());
    run_.course = make_course(run_.cell);
    units_ = run_.course->train();
    time_training();
    time_prediction();
    note(host_metric("machine_gflops"), reports::median(bursts_) / 1e9);
    note(host_metric("machine_gbytes_per_s"), core::read_rate() / 1e9);
    note(host_metric("machine_stolen"), neighbours.stolen());
  }

 private:
  void note(const char* metric, double value) {
    if (std::isfinite(value)) run_.outcome.rule_metrics[metric] = value;
  }

  // Before what is measured: nothing that is compared with it runs at the same time.
  void await_turn() {
    if (run_.cell.on_turn) run_.cell.on_turn();
  }

  // A repetition of training: so many epochs on each of so many fresh models.
  struct Amount {
    int64_t epochs = 0, models = 1;
  };

  void time_training() {
    await_turn();
    Rates rates(run_.train_watch);
    const Amount amount = warm_up();
    if (run_.train_watch.seconds() > kTrainSeconds) {
      const double seconds = rates.stop(run_.samples);
      if (amount.epochs == 1) first_.add(run_.samples, seconds);
    } else {
      double spent = 0;
      for (int i = 0; i < kRepetitions && spent < kTrainSeconds; ++i) {
        await_turn();
        rates.start();
        const int64_t samples = repeat(amount);
        spent += rates.stop(samples);
        if (run_.cell.on_progress) run_.cell.on_progress(static_cast<double>(i + 1) / kRepetitions);
      }
    }
    run_.outcome.repetitions_train = rates.repetitions();
    run_.outcome.samples_per_s_train = reports::median(rates.repetitions());
    note(host_metric("samples_per_s_train_wall"), rates.by_wall());
    note(host_metric("samples_per_s_first_epoch"), first_.rate());
    note(host_metric("samples_per_s_later_epochs"), later_.rate());
    bursts_ = rates.bursts();
    const agon_task told = run_.course->describe(units_.size());
    const auto batch = static_cast<double>(run_.course->batch());
    const auto weights = static_cast<double>(run_.outcome.n_params);
    if (weights > 0) {
      note(host_metric("bytes_per_sample"),
           4 * (static_cast<double>(told.inputs + told.outputs) + 2 * weights / batch));
    }
  }

  // Trains once and says how much work a repetition is.
  Amount warm_up() {
    const int64_t budget = std::max<int64_t>(1, run_.epochs_over(units_.size(), run_.job.updates));
    const Stopwatch::Clock::time_point start = Stopwatch::Clock::now();
    begin_model();
    const auto of_prepare = static_cast<double>(run_.call.macs());
    Amount amount;
    do {
      run_.pass(*model_, units_, ++amount.epochs, run_.job.updates);
      if (amount.epochs == 1) note_cost(of_prepare, static_cast<double>(budget));
    } while (amount.epochs < budget && run_.train_watch.seconds() < kRepetitionSeconds);
    const double wall = std::chrono::duration<double>(Stopwatch::Clock::now() - start).count();
    const double models =
        std::min(kRepetitionSeconds / run_.train_watch.seconds(), kRepetitionWallSeconds / wall);
    amount.models = std::max<int64_t>(1, std::lround(models));
    return amount;
  }

  // Of the first epoch, with its share of what comes once in the budget: how many epochs a repetition
  // has is the clock's.
  void note_cost(double of_prepare, double budget) {
    run_.note_training_cost();
    const double of_epoch = static_cast<double>(run_.call.macs()) - of_prepare;
    run_.outcome.macs_per_sample =
        (of_prepare / budget + of_epoch) / static_cast<double>(run_.samples);
  }

  // Returns the samples that it trained on.
  int64_t repeat(const Amount& amount) {
    int64_t samples = 0;
    for (int64_t m = 0; m < amount.models; ++m) {
      const double start = run_.train_watch.seconds();
      begin_model();
      run_.pass(*model_, units_, 1, run_.job.updates);
      const double first = run_.train_watch.seconds();
      first_.add(run_.samples, first - start);
      const int64_t of_first = run_.samples;
      for (int64_t epoch = 2; epoch <= amount.epochs; ++epoch)
        run_.pass(*model_, units_, epoch, run_.job.updates);
      if (amount.epochs > 1)
        later_.add(run_.samples - of_first, run_.train_watch.seconds() - first);
      samples += run_.samples;
    }
    return samples;
  }

  void begin_model() {
    model_.emplace(run_.create(units_.size(), run_.epochs_over(units_.size(), run_.job.updates)));
    run_.course->prepare(*model_, units_, run_.train_watch);
  }

  void time_prediction() {
    const datasets::Task& task = *run_.cell.task;
    const std::vector<int32_t>& rows = task.split.test.empty() ? task.split.train : task.split.test;
    const agon_task told = run_.course->describe(units_.size());
    const auto block = static_cast<size_t>(told.max_batch);
    Questions questions(task.data.x, time_of(task), block);
    core::Matrix out(block, static_cast<size_t>(told.outputs));
    size_t at = 0;
    // The next rows, over and over. Returns how many.
    const auto predict = [&] {
      const auto part = std::span(rows).subspan(at, std::min(block, rows.size() - at));
      at = at + part.size() < rows.size() ? at + part.size() : 0;
      questions.gather(*model_, part);
      run_.eval_watch.time([&] { questions.predict(*model_, to_abi(out.top(part.size()))); });
      return static_cast<int64_t>(part.size());
    };
    await_turn();
    Rates rates(run_.eval_watch);
    int calls = 0;
    for (; calls == 0 || run_.eval_watch.seconds() < kPredictSeconds; ++calls) predict();
    for (int i = 0; i < kRepetitions; ++i) {
      at = 0;
      int64_t samples = 0;
      await_turn();
      rates.start();
      for (int c = 0; c < calls; ++c) samples += predict();
      rates.stop(samples);
      if (run_.call.should_stop()) throw RuleFailure(AGON_STOPPED, "");
    }
    run_.outcome.repetitions_predict = rates.repetitions();
    run_.outcome.samples_per_s_predict = reports::median(rates.repetitions());
    note(host_metric("samples_per_s_predict_wall"), rates.by_wall());
    bursts_.insert(bursts_.end(), rates.bursts().begin(), rates.bursts().end());
  }

  CellRun& run_;
  std::vector<int32_t> units_;
  std::optional<Instance> model_;
  Share first_, later_;         // epochs: what a rule keeps of its rows, it makes in the first one
  std::vector<double> bursts_;  // of training and prediction
};

}  // namespace

reports::CellOutcome time_cell(const CellContext& cell) {
  CellJob job = *cell.job;
  job.seed = 0;
  CellContext same = cell;
  same.job = &job;
  CellRun run(same);
  SpeedRun speed(run);
  reports::CellOutcome outcome = run.run([&] { speed.work(); });
  outcome.train_s = outcome.eval_s =
      reports::kNaN;  // of all repetitions: no run of the rule took so long
  return outcome;
}

}  // namespace agon::harness
