// SPDX-License-Identifier: MIT
#include "harness/train/protocols/train.h"

#include <cmath>
#include <span>
#include <vector>

#include "harness/train/cell_run.h"

namespace agon::harness {
namespace {

using reports::CurvePoint;

class Trainer {
 public:
  Trainer(CellRun& run, const Additions& more) : run_(run), more_(more) {}

  void work() {
    run_.course = make_course(run_.cell);
    std::vector<int32_t> train = run_.course->train();
    if (more_.part) train = more_.part(std::move(train));
    Instance model = run_.create(train.size(), epochs_over(train));
    fit(model, train, true);
    run_.note_training_cost();
    if (is_trial()) return finish_trial(model, train);
    // The last epoch is always on the curve.
    run_.outcome.score_val =
        run_.outcome.epochs_done > 0 ? last_validation_ : score_validation(model);
    const std::vector<int32_t> all =
        run_.job.refit ? run_.course->train_and_validation() : std::vector<int32_t>();
    if (all.empty()) return finish(model, train);
    Instance refitted = run_.create(all.size(), epochs_over(all));
    fit(refitted, all, false);
    finish(refitted, all);
  }

 private:
  int64_t epochs_over(std::span<const int32_t> units) const {
    return run_.epochs_over(units.size(), run_.job.updates);
  }

  bool is_trial() const { return reports::is_trial(run_.job.mode); }

  void finish_trial(Instance& model, std::span<const int32_t> fitted) {
    run_.outcome.score_val = score_validation(model);
    if (!std::isnan(run_.outcome.score_val)) return;  // else the task has no validation rows
    run_.outcome.score_train =
        run_.evaluate([&] { return run_.course->score_train(model, fitted); });
  }

  // Once, after kGivenUpAfter of the epochs; never for a rule without a loss.
  bool hopeless(int64_t epoch, int64_t epochs, double loss) const {
    const auto share = std::ceil(kGivenUpAfter * static_cast<double>(epochs));
    return is_trial() && epoch < epochs && static_cast<double>(epoch) == share &&
           loss > run_.outcome.loss_init;
  }

  void finish(Instance& model, std::span<const int32_t> fitted) {
    run_.outcome.score_train =
        run_.eval_watch.time([&] { return run_.course->score_train(model, fitted); });
    Stopwatch test_watch;
    run_.outcome.score_test = run_.eval_watch.time(
        [&] { return test_watch.time([&] { return run_.course->score_test(model); }); });
    if (const std::vector<double> rows = run_.course->scored_rows();
        !rows.empty() && !std::isnan(run_.outcome.score_test))
      run_.outcome.test_rows = {reports::pack_rows("score_test", rows)};
    run_.outcome.samples_per_s_predict =
        static_cast<double>(run_.course->test_samples()) / test_watch.seconds();
    run_.describe(model);
    if (more_.after_test) more_.after_test(run_, model);
  }

  // first: the fit on the training units, which fills the curve and the losses.
  void fit(Instance& model, std::span<const int32_t> units, bool first) {
    const int64_t epochs = epochs_over(units);
    run_.course->prepare(model, units, run_.train_watch);
    if (first) run_.note_initial_loss(model, units);
    for (int64_t epoch = 1; epoch <= epochs; ++epoch) {
      const double loss = run_.pass(model, units, epoch, run_.job.updates);
      if (first) end_first_epoch(model, epoch, epochs, loss);
      if (run_.cell.on_progress) {
        const double done = static_cast<double>(epoch) / static_cast<double>(epochs);
        run_.cell.on_progress(!run_.job.refit ? done : first ? 0.5 * done : 0.5 + 0.5 * done);
      }
      if (hopeless(epoch, epochs, loss)) {
        run_.outcome.given_up_at = run_.updates;
        return;
      }
    }
  }

  void end_first_epoch(Instance& model, int64_t epoch, int64_t epochs, double loss) {
    run_.outcome.epochs_done = epoch;
    run_.outcome.loss_final = loss;
    run_.outcome.loss_best = std::fmin(run_.outcome.loss_best, loss);
    if (is_trial()) {
      if (CellRun::on_curve(epoch, epochs) && run_.cell.on_curve)
        run_.cell.on_curve(run_.point(epoch, loss));
      return;
    }
    // Small tasks are scored every epoch so that epochs_to_target is exact.
    const bool fast = run_.course->scores_fast() && run_.outcome.epochs_to_target < 0;
    if (CellRun::on_curve(epoch, epochs)) {
      add_point(model, epoch, loss);
    } else if (fast) {
      note_target(epoch, score_validation(model));
    }
  }

  void add_point(Instance& model, int64_t epoch, double loss) {
    CurvePoint point = run_.point(epoch, loss);
    point.score_val = score_validation(model);
    last_validation_ = point.score_val;
    note_target(epoch, point.score_val);
    if (run_.cell.on_curve) run_.cell.on_curve(point);
  }

  void note_target(int64_t epoch, double validation_score) {
    const double target = run_.cell.task->info.target;
    if (run_.outcome.epochs_to_target >= 0 || target <= 0 || !(validation_score >= target)) return;
    run_.outcome.epochs_to_target = epoch;
    run_.outcome.time_to_target_s = run_.train_watch.seconds();
  }

  double score_validation(Instance& model) {
    return run_.evaluate([&] { return run_.course->score_validation(model); });
  }

  CellRun& run_;
  const Additions& more_;
  double last_validation_ = reports::kNaN;
};

}  // namespace

reports::CellOutcome train_cell(const CellContext& cell) { return train_cell(cell, {}); }

reports::CellOutcome train_cell(const CellContext& cell, const Additions& more) {
  CellRun run(cell);
  Trainer trainer(run, more);
  return run.run([&] { trainer.work(); });
}

}  // namespace agon::harness
