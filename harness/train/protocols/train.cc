// SPDX-License-Identifier: MIT
#include "harness/train/protocols/train.h"

#include <cmath>
#include <span>
#include <vector>

#include "harness/train/cell_run.h"
#include "harness/train/protocols/robustness.h"

namespace agon::harness {
namespace {

using reports::CurvePoint;

class Trainer : public CellRun {
 public:
  using CellRun::CellRun;

 private:
  void work() override {
    course_ = make_course(cell_);
    const std::vector<int32_t> train = course_->train();
    Instance model = create(train.size());
    fit(model, train, true);
    note_training_cost();
    // The last epoch is always on the curve.
    outcome_.score_val = outcome_.epochs_done > 0 ? last_validation_ : score_validation(model);
    const std::vector<int32_t> all =
        job_.refit ? course_->train_and_validation() : std::vector<int32_t>();
    if (all.empty()) return finish(model, train);
    Instance refitted = create(all.size());
    fit(refitted, all, false);
    finish(refitted, all);
  }

  void finish(Instance& model, std::span<const int32_t> fitted) {
    outcome_.score_train = eval_watch_.time([&] { return course_->score_train(model, fitted); });
    Stopwatch test_watch;
    outcome_.score_test = eval_watch_.time(
        [&] { return test_watch.time([&] { return course_->score_test(model); }); });
    outcome_.samples_per_s_predict =
        static_cast<double>(course_->test_samples()) / test_watch.seconds();
    describe(model);
    // Last: what the rule says of itself is said of the model unharmed.
    outcome_.harms = eval_watch_.time(
        [&] { return measure_harms(model, *course_, cell_, outcome_.score_test); });
  }

  // first: the fit on the training units, which fills the curve and the losses.
  void fit(Instance& model, std::span<const int32_t> units, bool first) {
    const int64_t epochs = epochs_over(units.size(), job_.updates);
    course_->prepare(model, units, train_watch_);
    if (first) note_initial_loss(model, units);
    for (int64_t epoch = 1; epoch <= epochs; ++epoch) {
      const double loss = pass(model, units, epoch, job_.updates);
      if (first) end_first_epoch(model, epoch, epochs, loss);
      if (cell_.on_progress) {
        const double done = static_cast<double>(epoch) / static_cast<double>(epochs);
        cell_.on_progress(!job_.refit ? done : first ? 0.5 * done : 0.5 + 0.5 * done);
      }
    }
  }

  void end_first_epoch(Instance& model, int64_t epoch, int64_t epochs, double loss) {
    outcome_.epochs_done = epoch;
    outcome_.loss_final = loss;
    outcome_.loss_best = std::fmin(outcome_.loss_best, loss);
    // Small tasks are scored every epoch so that epochs_to_target is exact.
    const bool fast = course_->scores_fast() && outcome_.epochs_to_target < 0;
    if (on_curve(epoch, epochs)) {
      add_point(model, epoch, loss);
    } else if (fast) {
      note_target(epoch, score_validation(model));
    }
  }

  void add_point(Instance& model, int64_t epoch, double loss) {
    CurvePoint point = this->point(epoch, loss);
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
    return evaluate([&] { return course_->score_validation(model); });
  }

  double last_validation_ = reports::kNaN;
};

}  // namespace

reports::CellOutcome train_cell(const CellContext& cell) { return Trainer(cell).run(); }

}  // namespace agon::harness
