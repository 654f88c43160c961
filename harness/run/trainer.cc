// SPDX-License-Identifier: MIT
#include "harness/run/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/rng.h"
#include "harness/plugins/call.h"
#include "harness/plugins/instance.h"
#include "harness/run/batches.h"
#include "harness/run/evaluation.h"

namespace agon::harness {
namespace {

using Clock = std::chrono::steady_clock;
using reports::CellOutcome;
using reports::CurvePoint;
using reports::Status;

// Streams of the cell's seed that belong to the host; rules draw from small stream numbers.
constexpr uint64_t kOrderStream = uint64_t{1} << 63;

class Stopwatch {
 public:
  template <typename Fn>
  auto time(Fn&& fn) {
    const auto start = Clock::now();
    struct Stop {
      Stopwatch& watch;
      Clock::time_point start;
      ~Stop() { watch.total_ += Clock::now() - start; }
    } stop{*this, start};
    return fn();
  }
  double seconds() const { return std::chrono::duration<double>(total_).count(); }

 private:
  Clock::duration total_{};
};

// Leaves the training loop when the loss is no finite number.
struct Diverged {
  int64_t update;
};

class Trainer {
 public:
  explicit Trainer(const CellContext& cell)
      : cell_(cell),
        task_(*cell.task),
        job_(*cell.job),
        max_batch_(static_cast<size_t>(std::max<int64_t>(job_.batch, 64))),
        batches_(task_.data, max_batch_),
        evaluation_(task_.data, max_batch_) {
    call_.set_deadline(Clock::now() +
                       std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(job_.timeout_s)));
    outcome_.metric = task_.info.metric;
    outcome_.score_chance = task_.info.chance;
  }

  CellOutcome run() {
    outcome_.status = Status::ok;
    try {
      fit_and_score();
    } catch (const Diverged& diverged) {
      outcome_.status = Status::diverged;
      outcome_.diverged_at = diverged.update;
      outcome_.status_detail = fmt::format("the loss left the finite numbers at update {}", diverged.update);
    } catch (const BadOutput& bad) {
      outcome_.status = bad.status;
      outcome_.status_detail = bad.detail;
      if (bad.status == Status::diverged) outcome_.diverged_at = updates_;
    } catch (const RuleFailure& failure) {
      take_failure(failure);
    } catch (const std::bad_alloc&) {
      outcome_.status = Status::oom;
      outcome_.status_detail = "out of memory";
    }
    outcome_.train_s = train_watch_.seconds();
    outcome_.eval_s = eval_watch_.seconds();
    outcome_.log_tail = call_.log_tail();
    return std::move(outcome_);
  }

 private:
  void fit_and_score() {
    const datasets::Split& split = task_.split;
    const bool same_rows = split.validation.empty() || split.validation == split.train;
    Instance model = create(split.train.size());
    if (model.n_params() > 0) outcome_.n_params = model.n_params();
    call_.reset_macs();
    fit(model, split.train, true);
    const int64_t samples = samples_;
    if (samples > 0) outcome_.macs_per_sample = static_cast<double>(call_.macs()) / static_cast<double>(samples);
    if (train_watch_.seconds() > 0) {
      outcome_.samples_per_s_train = static_cast<double>(samples) / train_watch_.seconds();
    }
    if (!split.validation.empty()) outcome_.score_val = score(model, split.validation);
    if (!job_.refit || same_rows) {
      finish(model, split.train);
      return;
    }
    std::vector<int32_t> all = split.train;
    all.insert(all.end(), split.validation.begin(), split.validation.end());
    std::ranges::sort(all);
    Instance refitted = create(all.size());
    fit(refitted, all, false);
    finish(refitted, all);
  }

  void finish(Instance& model, std::span<const int32_t> fitted_rows) {
    outcome_.score_train = score(model, fitted_rows);
    const auto start = Clock::now();
    outcome_.score_test = score(model, task_.split.test);
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    outcome_.samples_per_s_predict = static_cast<double>(task_.split.test.size()) / seconds;
    const std::vector<double> metrics = model.metrics();
    for (size_t i = 0; i < metrics.size(); ++i) outcome_.rule_metrics[model.metric_schema()[i].key] = metrics[i];
    if (job_.pictures) take_pictures(model);
  }

  void take_pictures(Instance& model) {
    for (size_t i = 0; i < model.picture_count(); ++i) {
      const auto picture = model.picture(i);
      if (!picture) continue;
      const agon_cmat& values = picture->values;
      reports::Picture copy{picture->about->key,       picture->about->title,       picture->about->column_title,
                            picture->about->row_title, picture->about->value_title, values.rows, values.cols, {}};
      for (int64_t r = 0; r < values.rows; ++r) {
        const float* row = values.data + r * values.stride;
        copy.values.insert(copy.values.end(), row, row + values.cols);
      }
      outcome_.pictures.push_back(std::move(copy));
    }
  }

  Instance create(size_t rows) {
    const agon_task task = describe_task(task_.data, job_.seed, max_batch_, rows);
    return train_watch_.time([&] { return Instance(*cell_.rule, call_, task, cell_.values); });
  }

  // first: the fit on the training rows, which fills the curve and the losses.
  void fit(Instance& model, std::span<const int32_t> rows, bool first) {
    const size_t batch = static_cast<size_t>(job_.batch);
    const auto steps = static_cast<int64_t>((rows.size() + batch - 1) / batch);
    const int64_t epochs = job_.updates > 0 ? (job_.updates + steps - 1) / steps : job_.epochs;
    updates_ = samples_ = 0;
    if (model.has_prepare()) prepare(model, rows);
    std::vector<int32_t> order(rows.size());
    std::vector<int32_t> picked(batch);
    for (int64_t epoch = 1; epoch <= epochs; ++epoch) {
      core::fill_permutation(job_.seed, kOrderStream | static_cast<uint64_t>(epoch), order);
      double loss_sum = 0;
      int64_t loss_count = 0;
      for (size_t at = 0; at < rows.size() && !spent(); at += batch) {
        const size_t count = std::min(batch, rows.size() - at);
        for (size_t i = 0; i < count; ++i) picked[i] = rows[static_cast<size_t>(order[at + i])];
        const double loss = step(model, {picked.data(), count});
        if (first && updates_ == 1) outcome_.loss_init = loss;
        if (std::isnan(loss)) continue;  // a rule without a loss
        loss_sum += loss;
        ++loss_count;
      }
      train_watch_.time([&] { model.end_epoch(epoch); });
      if (call_.should_stop()) throw RuleFailure(AGON_STOPPED, "");
      if (first) end_first_epoch(model, epoch, epochs, loss_count > 0 ? loss_sum / static_cast<double>(loss_count) : reports::kNaN);
      if (cell_.on_progress) {
        const double done = static_cast<double>(epoch) / static_cast<double>(epochs);
        cell_.on_progress(!job_.refit ? done : first ? 0.5 * done : 0.5 + 0.5 * done);
      }
    }
  }

  void prepare(Instance& model, std::span<const int32_t> rows) {
    for (size_t at = 0; at < rows.size(); at += max_batch_) {
      const size_t count = std::min(max_batch_, rows.size() - at);
      const agon_batch batch = batches_.gather(rows.subspan(at, count));
      train_watch_.time([&] { model.prepare(batch.x, at + count == rows.size()); });
    }
  }

  // One update. A rule without a loss returns NaN for every minibatch; a NaN after a finite loss, or an
  // infinite one, is divergence.
  double step(Instance& model, std::span<const int32_t> rows) {
    const agon_batch batch = batches_.gather(rows);
    const double loss = train_watch_.time([&] { return model.fit(batch); });
    ++updates_;
    samples_ += static_cast<int64_t>(rows.size());
    if (std::isfinite(loss)) has_loss_ = true;
    if (std::isinf(loss) || (has_loss_ && std::isnan(loss))) throw Diverged{updates_};
    return loss;
  }

  bool spent() const { return job_.updates > 0 && updates_ >= job_.updates; }

  void end_first_epoch(Instance& model, int64_t epoch, int64_t epochs, double loss) {
    outcome_.epochs_done = epoch;
    outcome_.loss_final = loss;
    outcome_.loss_best = std::fmin(outcome_.loss_best, loss);
    // At most about 32 points of the curve; small tasks are scored every epoch so that epochs_to_target is exact.
    const bool on_curve = epoch <= 8 || epoch == epochs || epoch % std::max<int64_t>(1, epochs / 24) == 0;
    const bool small = task_.split.validation.size() <= 64 && outcome_.epochs_to_target < 0;
    if (on_curve) {
      add_point(model, epoch, loss);
    } else if (small) {
      note_target(epoch, score(model, task_.split.validation));
    }
  }

  void add_point(Instance& model, int64_t epoch, double loss) {
    CurvePoint point;
    point.epoch = epoch;
    point.updates = updates_;
    point.samples = samples_;
    point.train_s = train_watch_.seconds();
    point.loss_train = loss;
    point.lr = job_.lr;
    if (!task_.split.validation.empty()) {
      point.score_val = score(model, task_.split.validation);
      note_target(epoch, point.score_val);
    }
    if (cell_.on_curve) cell_.on_curve(point);
  }

  void note_target(int64_t epoch, double validation_score) {
    if (outcome_.epochs_to_target >= 0 || task_.info.target <= 0 || validation_score < task_.info.target) return;
    outcome_.epochs_to_target = epoch;
    outcome_.time_to_target_s = train_watch_.seconds();
  }

  double score(Instance& model, std::span<const int32_t> rows) {
    if (rows.empty()) return reports::kNaN;
    return eval_watch_.time([&] { return evaluation_.accuracy(model, rows, batches_); });
  }

  void take_failure(const RuleFailure& failure) {
    outcome_.status_detail = failure.what();
    switch (failure.status()) {
      case AGON_STOPPED:
        outcome_.status = Status::timeout;
        outcome_.status_detail = fmt::format("stopped at its limit of {} s", job_.timeout_s);
        break;
      case AGON_DIVERGED:
        outcome_.status = Status::diverged;
        outcome_.diverged_at = updates_;
        break;
      case AGON_NO_MEMORY: outcome_.status = Status::oom; break;
      default: outcome_.status = Status::error;
    }
  }

  const CellContext& cell_;
  const datasets::Task& task_;
  const CellJob& job_;
  size_t max_batch_;
  Call call_;
  Batches batches_;
  Evaluation evaluation_;
  Stopwatch train_watch_, eval_watch_;
  CellOutcome outcome_;
  int64_t updates_ = 0, samples_ = 0;
  bool has_loss_ = false;
};

}  // namespace

CellOutcome train_cell(const CellContext& cell) { return Trainer(cell).run(); }

}  // namespace agon::harness
