// SPDX-License-Identifier: MIT
#include "harness/run/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string_view>

#include "core/rng.h"
#include "harness/plugins/call.h"
#include "harness/plugins/instance.h"
#include "harness/run/course.h"
#include "harness/run/guarded_output.h"
#include "harness/run/stopwatch.h"

namespace agon::harness {
namespace {

using Clock = Stopwatch::Clock;
using reports::CellOutcome;
using reports::CurvePoint;
using reports::Status;

// Streams of the cell's seed that belong to the host; rules draw from small stream numbers.
constexpr uint64_t kOrderStream = uint64_t{1} << 63;

// Of reports::Picture, in the order of AGON_HEATMAP, ...
constexpr std::array<const char*, 5> kPictureKinds{"heatmap", "lines", "tracks", "raster", "images"};

// Leaves the training loop when the loss is no finite number.
struct Diverged {
  int64_t update;
};

class Trainer {
 public:
  explicit Trainer(const CellContext& cell) : cell_(cell), job_(*cell.job) {
    call_.set_deadline(Clock::now() +
                       std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(job_.timeout_s)));
    outcome_.metric = cell.task->info.metric;
    outcome_.score_chance = cell.task->info.chance;
  }

  CellOutcome run() {
    outcome_.status = Status::ok;
    try {
      course_ = make_course(cell_);
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
    const std::vector<int32_t> train = course_->train();
    Instance model = create(train.size());
    if (model.n_params() > 0) outcome_.n_params = model.n_params();
    call_.reset_macs();
    fit(model, train, true);
    const int64_t samples = samples_;
    if (samples > 0) {
      outcome_.macs_per_sample = static_cast<double>(call_.macs() - evaluation_macs_) / static_cast<double>(samples);
    }
    if (train_watch_.seconds() > 0) {
      outcome_.samples_per_s_train = static_cast<double>(samples) / train_watch_.seconds();
    }
    // The last epoch is always on the curve.
    outcome_.score_val = outcome_.epochs_done > 0 ? last_validation_ : score_validation(model);
    const std::vector<int32_t> all = job_.refit ? course_->train_and_validation() : std::vector<int32_t>();
    if (all.empty()) return finish(model, train);
    Instance refitted = create(all.size());
    fit(refitted, all, false);
    finish(refitted, all);
  }

  void finish(Instance& model, std::span<const int32_t> fitted) {
    outcome_.score_train = eval_watch_.time([&] { return course_->score_train(model, fitted); });
    Stopwatch test_watch;
    outcome_.score_test =
        eval_watch_.time([&] { return test_watch.time([&] { return course_->score_test(model); }); });
    outcome_.samples_per_s_predict = static_cast<double>(course_->test_samples()) / test_watch.seconds();
    // First the host's long runs: a rule measures itself and draws what it did last.
    eval_watch_.time([&] { course_->describe_outcome(model, job_.pictures, outcome_); });
    const std::vector<double> metrics = model.metrics();
    for (size_t i = 0; i < metrics.size(); ++i) outcome_.rule_metrics[model.metric_schema()[i].key] = metrics[i];
    if (job_.pictures) take_pictures(model);
  }

  void take_pictures(Instance& model) {
    for (size_t i = 0; i < model.picture_count(); ++i) {
      const auto picture = model.picture(i);
      if (!picture) continue;
      const agon_cmat& values = picture->values;
      const agon_picture& about = *picture->about;
      reports::Picture copy;
      copy.key = about.key;
      copy.title = about.title;
      copy.column_title = about.column_title;
      copy.row_title = about.row_title;
      copy.value_title = about.value_title;
      copy.kind = kPictureKinds.at(about.kind);
      copy.series = split(about.series);
      copy.rows = values.rows;
      copy.cols = values.cols;
      if (about.kind == AGON_IMAGES) {
        const std::vector<int64_t>& shape = cell_.task->info.shape;
        if (shape.size() != 2 || shape[0] * shape[1] != values.cols) continue;  // not of the task's images
        copy.image_rows = shape[0];
        copy.image_cols = shape[1];
      }
      for (int64_t r = 0; r < values.rows; ++r) {
        const float* row = values.data + r * values.stride;
        copy.values.insert(copy.values.end(), row, row + values.cols);
      }
      outcome_.pictures.push_back(std::move(copy));
    }
  }

  // "teacher,model" in parts.
  static std::vector<std::string> split(std::string_view names) {
    std::vector<std::string> out;
    while (!names.empty()) {
      const size_t comma = std::min(names.find(','), names.size());
      out.emplace_back(names.substr(0, comma));
      names.remove_prefix(std::min(comma + 1, names.size()));
    }
    return out;
  }

  Instance create(size_t units) {
    const agon_task task = course_->describe(units);
    return train_watch_.time([&] { return Instance(*cell_.rule, call_, task, cell_.values); });
  }

  // first: the fit on the training units, which fills the curve and the losses.
  void fit(Instance& model, std::span<const int32_t> units, bool first) {
    const size_t batch = course_->batch();
    const auto steps = static_cast<int64_t>((units.size() + batch - 1) / batch);
    const int64_t epochs = job_.updates > 0 ? (job_.updates + steps - 1) / steps : job_.epochs;
    updates_ = samples_ = 0;
    course_->prepare(model, units, train_watch_);
    std::vector<int32_t> order(units.size());
    std::vector<int32_t> picked(batch);
    for (int64_t epoch = 1; epoch <= epochs; ++epoch) {
      core::fill_permutation(job_.seed, kOrderStream | static_cast<uint64_t>(epoch), order);
      double loss_sum = 0;
      int64_t loss_count = 0;
      for (size_t at = 0; at < units.size() && !spent(); at += batch) {
        const size_t count = std::min(batch, units.size() - at);
        for (size_t i = 0; i < count; ++i) picked[i] = units[static_cast<size_t>(order[at + i])];
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

  // One update. A rule without a loss returns NaN for every minibatch; a NaN after a finite loss, or an
  // infinite one, is divergence.
  double step(Instance& model, std::span<const int32_t> units) {
    const double loss = course_->learn(model, units, train_watch_);
    ++updates_;
    samples_ += course_->samples(units);
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
    const bool fast = course_->scores_fast() && outcome_.epochs_to_target < 0;
    if (on_curve) {
      add_point(model, epoch, loss);
    } else if (fast) {
      note_target(epoch, score_validation(model));
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
    point.score_val = score_validation(model);
    last_validation_ = point.score_val;
    note_target(epoch, point.score_val);
    if (cell_.on_curve) cell_.on_curve(point);
  }

  void note_target(int64_t epoch, double validation_score) {
    const double target = cell_.task->info.target;
    if (outcome_.epochs_to_target >= 0 || target <= 0 || !(validation_score >= target)) return;
    outcome_.epochs_to_target = epoch;
    outcome_.time_to_target_s = train_watch_.seconds();
  }

  double score_validation(Instance& model) {
    const uint64_t before = call_.macs();
    const double score = eval_watch_.time([&] { return course_->score_validation(model); });
    evaluation_macs_ += call_.macs() - before;
    return score;
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
  const CellJob& job_;
  Call call_;
  std::unique_ptr<Course> course_;
  Stopwatch train_watch_, eval_watch_;
  CellOutcome outcome_;
  int64_t updates_ = 0, samples_ = 0;
  uint64_t evaluation_macs_ = 0;
  double last_validation_ = reports::kNaN;
  bool has_loss_ = false;
};

}  // namespace

CellOutcome train_cell(const CellContext& cell) { return Trainer(cell).run(); }

}  // namespace agon::harness
