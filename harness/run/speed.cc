// SPDX-License-Identifier: MIT
#include "harness/run/speed.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "core/rng.h"
#include "harness/plugins/instance.h"
#include "harness/run/batches.h"

namespace agon::harness {
namespace {

using reports::CellOutcome;
using reports::Status;

constexpr int kRepetitions = 11;
constexpr double kMinSeconds = 0.02;     // of each repetition
constexpr size_t kTrainBatches = 32;     // distinct minibatches that training rotates over
constexpr size_t kPredictRows = 256;

// Collects the repetitions that Google Benchmark reports and prints nothing.
class Collector : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
      const auto rate = run.counters.find("items_per_second");
      if (rate != run.counters.end()) rates_.push_back(rate->second.value);
    }
  }
  std::vector<double> take() { return std::exchange(rates_, {}); }

 private:
  std::vector<double> rates_;
};

double median(std::vector<double> values) {
  if (values.empty()) return reports::kNaN;
  std::ranges::sort(values);
  const size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

// Runs `body(state)` as one benchmark with repetitions and returns its rates in items per second.
template <typename Body>
std::vector<double> measure(const char* name, Body&& body) {
  benchmark::ClearRegisteredBenchmarks();
  benchmark::RegisterBenchmark(name, [&](benchmark::State& state) { body(state); })
      ->MinTime(kMinSeconds)
      ->Repetitions(kRepetitions)
      ->UseRealTime();
  Collector collector;
  benchmark::RunSpecifiedBenchmarks(&collector);
  benchmark::ClearRegisteredBenchmarks();
  return collector.take();
}

class SpeedCell {
 public:
  explicit SpeedCell(const CellContext& cell) : cell_(cell), task_(*cell.task), job_(*cell.job) {}

  CellOutcome run() {
    CellOutcome outcome;
    outcome.metric = task_.info.metric;
    outcome.score_chance = task_.info.chance;
    outcome.status = Status::ok;
    call_.set_deadline(Call::Clock::now() + std::chrono::duration_cast<Call::Clock::duration>(
                                                std::chrono::duration<double>(job_.timeout_s)));
    try {
      time_all(outcome);
    } catch (const RuleFailure& failure) {
      const bool stopped = failure.status() == AGON_STOPPED;
      outcome.status = stopped ? Status::timeout
                               : failure.status() == AGON_DIVERGED ? Status::diverged : Status::error;
      outcome.status_detail = stopped ? fmt::format("stopped at its limit of {} s", job_.timeout_s) : failure.what();
    }
    outcome.log_tail = call_.log_tail();
    return outcome;
  }

 private:
  void time_all(CellOutcome& outcome) {
    const auto batch_rows = std::min(static_cast<size_t>(job_.batch), task_.split.train.size());
    const size_t max_rows = std::max(batch_rows, kPredictRows);
    // Seed 0: every repetition of a speed cell does the same work.
    const agon_task task = describe_task(task_.data, 0, max_rows, task_.split.train.size());
    Instance model(*cell_.rule, call_, task, cell_.values);
    if (model.n_params() > 0) outcome.n_params = model.n_params();
    gather(batch_rows, max_rows);
    if (model.has_prepare()) {
      for (size_t b = 0; b < train_batches_.size(); ++b) {
        model.prepare(train_batches_[b].x, b + 1 == train_batches_.size());
      }
    }
    call_.reset_macs();
    for (const agon_batch& batch : train_batches_) model.fit(batch);
    model.end_epoch(1);
    outcome.macs_per_sample =
        static_cast<double>(call_.macs()) / static_cast<double>(train_batches_.size() * batch_rows);

    size_t next = 0;
    outcome.repetitions_train = measure("train", [&](benchmark::State& state) {
      run_guarded(state, [&] {
        model.fit(train_batches_[next]);
        next = next + 1 < train_batches_.size() ? next + 1 : 0;
      });
      state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(batch_rows));
    });
    rethrow();
    const agon_batch rows = predict_rows_->gather(predict_order_);
    core::Matrix out(kPredictRows, static_cast<size_t>(task_.data.classes));
    const agon_mat scores = to_abi(out.top(predict_order_.size()));
    outcome.repetitions_predict = measure("predict", [&](benchmark::State& state) {
      run_guarded(state, [&] { model.predict(rows.x, scores); });
      state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(predict_order_.size()));
    });
    rethrow();
    outcome.samples_per_s_train = median(outcome.repetitions_train);
    outcome.samples_per_s_predict = median(outcome.repetitions_predict);
  }

  // Google Benchmark must not see an exception: the first one ends the measurement and is rethrown after.
  template <typename Fn>
  void run_guarded(benchmark::State& state, Fn&& fn) {
    for (auto _ : state) {
      try {
        fn();
      } catch (...) {
        error_ = std::current_exception();
        state.SkipWithError("the rule failed");
        break;
      }
    }
  }
  void rethrow() {
    if (error_) std::rethrow_exception(error_);
    if (call_.should_stop()) throw RuleFailure(AGON_STOPPED, "");
  }

  void gather(size_t batch_rows, size_t max_rows) {
    const std::vector<int32_t>& train = task_.split.train;
    std::vector<int32_t> order(train.size());
    core::fill_permutation(0, 1, order);
    const size_t count = std::clamp<size_t>(train.size() / batch_rows, 1, kTrainBatches);
    for (size_t b = 0; b < count; ++b) {
      std::vector<int32_t> rows;
      for (size_t i = 0; i < batch_rows; ++i) rows.push_back(train[static_cast<size_t>(order[b * batch_rows + i])]);
      storage_.push_back(std::make_unique<Batches>(task_.data, batch_rows));
      train_batches_.push_back(storage_.back()->gather(rows));
    }
    for (size_t i = 0; i < kPredictRows; ++i) predict_order_.push_back(train[i % train.size()]);
    predict_rows_ = std::make_unique<Batches>(task_.data, max_rows);
  }

  const CellContext& cell_;
  const datasets::Task& task_;
  const CellJob& job_;
  Call call_;
  std::vector<std::unique_ptr<Batches>> storage_;
  std::vector<agon_batch> train_batches_;
  std::unique_ptr<Batches> predict_rows_;
  std::vector<int32_t> predict_order_;
  std::exception_ptr error_;
};

}  // namespace

CellOutcome time_cell(const CellContext& cell) { return SpeedCell(cell).run(); }

}  // namespace agon::harness
