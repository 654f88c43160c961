// SPDX-License-Identifier: MIT
#include "harness/train/protocols/forgetting.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "harness/plugins/host_names.h"
#include "harness/train/cell_run.h"
#include "harness/train/courses/classify.h"

namespace agon::harness {
namespace {

constexpr int64_t kReadEvery = 64;  // samples of B
enum Phase : size_t { kA = 0, kB = 1 };

class Forgetting {
 public:
  explicit Forgetting(CellRun& run) : run_(run) {}

  void work() {
    auto course = std::make_unique<ClassifyCourse>(run_.cell);
    rows_ = course.get();
    run_.course = std::move(course);
    run_.after_update = [this](Instance& model) { after_update(model); };
    const datasets::Split& split = run_.cell.task->split;
    train_ = parts(split.train);
    validation_ = parts(split.validation);
    test_ = parts(split.test);
    Instance model = run_.create(split.train.size(), 0);  // how B goes on is not known
    run_.course->prepare(model, split.train, run_.train_watch);
    run_.note_initial_loss(model, split.train);
    learn(model, kA);
    const double a_before = latest_.a;
    switched_at_ = run_.samples;
    learn(model, kB);
    run_.note_training_cost();
    run_.describe(model);
    conclude(a_before);
  }

 private:
  struct Reading {
    double a = reports::kNaN, b = reports::kNaN;
  };
  using Parts = std::array<std::vector<int32_t>, 2>;  // rows of A, of B

  Parts parts(std::span<const int32_t> rows) const {
    Parts out;
    for (const int32_t row : rows)
      out.at(run_.cell.task->data.phase[static_cast<size_t>(row)]).push_back(row);
    return out;
  }

  void learn(Instance& model, Phase phase) {
    phase_ = phase;
    const int64_t updates = run_.job.updates > 0 ? std::max<int64_t>(1, run_.job.updates / 2) : 0;
    const int64_t last = updates > 0 ? run_.updates + updates : 0;
    const int64_t epochs = run_.epochs_over(train_[phase].size(), updates);
    if (epochs == 0) latest_ = read(model);
    for (int64_t epoch = 1; epoch <= epochs; ++epoch) {
      const double loss = run_.pass(model, train_[phase], run_.outcome.epochs_done + 1, last);
      ++run_.outcome.epochs_done;
      run_.outcome.loss_final = loss;
      run_.outcome.loss_best = std::fmin(run_.outcome.loss_best, loss);
      if (CellRun::on_curve(epoch, epochs)) {
        add_point(model, run_.outcome.epochs_done, loss);
      } else if (phase == kB && !matched_) {
        compare(model, score_b(model));
      }
      if (run_.cell.on_progress) {
        const double done = static_cast<double>(epoch) / static_cast<double>(epochs);
        run_.cell.on_progress(0.5 * (static_cast<double>(phase) + done));
      }
    }
  }

  void after_update(Instance& model) {
    if (phase_ != kB) return;
    const int64_t readings = (run_.samples - switched_at_) / kReadEvery;
    if (readings == readings_) return;
    readings_ = readings;
    if (readings >= next_point_) {
      while (next_point_ <= readings) next_point_ *= 2;
      add_point(model, run_.outcome.epochs_done + 1, reports::kNaN);
    } else if (!matched_) {
      compare(model, score_b(model));
    }
  }

  void add_point(Instance& model, int64_t epoch, double loss) {
    const reports::CurvePoint point = run_.point(epoch, loss);
    latest_ = read(model);
    if (run_.cell.on_curve) run_.cell.on_curve(point);
    const auto x = static_cast<double>(point.samples);
    run_.outcome.series.push_back({"score_a", x, 1, latest_.a});
    run_.outcome.series.push_back({"score_b", x, 1, latest_.b});
    if (phase_ == kB && !matched_) compare(model, latest_.b);
  }

  // The one moment of comparison: B's validation score b has come to the level for the first time.
  void compare(Instance& model, double b) {
    if (!(b >= run_.cell.task->info.matched())) return;
    matched_ = true;
    samples_to_match_ = static_cast<double>(run_.samples - switched_at_);
    a_at_match_ = score(model, validation_[kA]);
    test_scores_.a = score(model, test_[kA]);
    run_.outcome.test_rows = {reports::pack_rows("score_test", rows_->scored_rows())};
    test_scores_.b = score(model, test_[kB]);
  }

  void conclude(double a_before) {
    auto& metrics = run_.outcome.rule_metrics;
    metrics[host_metric("level_b")] = run_.cell.task->info.matched();
    metrics[host_metric("samples_a")] = static_cast<double>(switched_at_);
    metrics[host_metric("a_before")] = a_before;
    metrics[host_metric("end_a")] = latest_.a;
    metrics[host_metric("end_b")] = latest_.b;
    metrics[host_metric("best_b")] = best_b_;
    if (!matched_) {
      run_.outcome.status_detail =
          fmt::format("task B reached {:.3f} of {:g}: not comparable",
                      metrics[host_metric("best_b")], run_.cell.task->info.matched());
      return;
    }
    run_.outcome.score_val = a_at_match_;
    run_.outcome.score_test = test_scores_.a;
    metrics[host_metric("matched_b")] = test_scores_.b;
    metrics[host_metric("a_kept")] = a_at_match_ / a_before;
    metrics[host_metric("samples_to_match")] = samples_to_match_;
  }

  Reading read(Instance& model) { return {score(model, validation_[kA]), score_b(model)}; }
  double score_b(Instance& model) {
    const double b = score(model, validation_[kB]);
    if (phase_ == kB) best_b_ = std::fmax(best_b_, b);
    return b;
  }
  double score(Instance& model, std::span<const int32_t> rows) {
    return run_.evaluate([&] { return rows_->score(model, rows); });
  }

  CellRun& run_;
  RowCourse* rows_ = nullptr;  // run_.course
  Parts train_, validation_, test_;
  Phase phase_ = kA;
  int64_t switched_at_ = 0;  // samples
  int64_t readings_ = 0;     // of B so far
  int64_t next_point_ = 1;   // the reading that is the curve's next point
  Reading latest_;           // of the curve's last point
  bool matched_ = false;
  double best_b_ = reports::kNaN;
  double samples_to_match_ = reports::kNaN, a_at_match_ = reports::kNaN;
  Reading test_scores_;  // at the match
};

}  // namespace

reports::CellOutcome forgetting_cell(const CellContext& cell) {
  CellRun run(cell);
  Forgetting forgetting(run);
  return run.run([&] { forgetting.work(); });
}

}  // namespace agon::harness
