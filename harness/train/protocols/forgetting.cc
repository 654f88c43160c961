// SPDX-License-Identifier: MIT
#include "harness/train/protocols/forgetting.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "harness/plugins/host_names.h"
#include "harness/train/cell_run.h"
#include "harness/train/courses/row.h"

namespace agon::harness {
namespace {

constexpr int64_t kReadEvery = 64;  // samples of B
enum Phase : size_t { kA = 0, kB = 1 };

class Forgetting : public CellRun {
 public:
  using CellRun::CellRun;

 private:
  struct Reading {
    double a = reports::kNaN, b = reports::kNaN;
  };
  using Parts = std::array<std::vector<int32_t>, 2>;  // rows of A, of B

  void work() override {
    auto course = std::make_unique<RowCourse>(cell_);
    rows_ = course.get();
    course_ = std::move(course);
    const datasets::Split& split = cell_.task->split;
    train_ = parts(split.train);
    validation_ = parts(split.validation);
    test_ = parts(split.test);
    Instance model = create(split.train.size());
    course_->prepare(model, split.train, train_watch_);
    note_initial_loss(model, split.train);
    learn(model, kA);
    const double a_before = latest_.a;
    switched_at_ = samples_;
    learn(model, kB);
    note_training_cost();
    describe(model);
    conclude(a_before);
  }

  Parts parts(std::span<const int32_t> rows) const {
    Parts out;
    for (const int32_t row : rows)
      out.at(cell_.task->data.phase[static_cast<size_t>(row)]).push_back(row);
    return out;
  }

  void learn(Instance& model, Phase phase) {
    phase_ = phase;
    const int64_t updates = job_.updates > 0 ? std::max<int64_t>(1, job_.updates / 2) : 0;
    const int64_t last = updates > 0 ? updates_ + updates : 0;
    const int64_t epochs = epochs_over(train_[phase].size(), updates);
    if (epochs == 0) latest_ = read(model);
    for (int64_t epoch = 1; epoch <= epochs; ++epoch) {
      const double loss = pass(model, train_[phase], outcome_.epochs_done + 1, last);
      ++outcome_.epochs_done;
      outcome_.loss_final = loss;
      outcome_.loss_best = std::fmin(outcome_.loss_best, loss);
      if (on_curve(epoch, epochs)) {
        add_point(model, outcome_.epochs_done, loss);
      } else if (phase == kB && !matched_) {
        compare(model, score_b(model));
      }
      if (cell_.on_progress) {
        const double done = static_cast<double>(epoch) / static_cast<double>(epochs);
        cell_.on_progress(0.5 * (static_cast<double>(phase) + done));
      }
    }
  }

  void after_update(Instance& model) override {
    if (phase_ != kB) return;
    const int64_t readings = (samples_ - switched_at_) / kReadEvery;
    if (readings == readings_) return;
    readings_ = readings;
    if (readings >= next_point_) {
      while (next_point_ <= readings) next_point_ *= 2;
      add_point(model, outcome_.epochs_done + 1, reports::kNaN);
    } else if (!matched_) {
      compare(model, score_b(model));
    }
  }

  void add_point(Instance& model, int64_t epoch, double loss) {
    reports::CurvePoint point = this->point(epoch, loss);
    latest_ = read(model);
    point.score_a = latest_.a;
    point.score_b = latest_.b;
    if (cell_.on_curve) cell_.on_curve(point);
    if (phase_ == kB && !matched_) compare(model, latest_.b);
  }

  // The one moment of comparison: B's validation score b has come to the level for the first time.
  void compare(Instance& model, double b) {
    if (!(b >= cell_.task->info.matched)) return;
    matched_ = true;
    samples_to_match_ = static_cast<double>(samples_ - switched_at_);
    a_at_match_ = score(model, validation_[kA]);
    test_scores_ = {score(model, test_[kA]), score(model, test_[kB])};
  }

  void conclude(double a_before) {
    auto& metrics = outcome_.rule_metrics;
    metrics[host_metric("level_b")] = cell_.task->info.matched;
    metrics[host_metric("samples_a")] = static_cast<double>(switched_at_);
    metrics[host_metric("a_before")] = a_before;
    metrics[host_metric("end_a")] = latest_.a;
    metrics[host_metric("end_b")] = latest_.b;
    metrics[host_metric("best_b")] = best_b_;
    if (!matched_) {
      outcome_.status_detail =
          fmt::format("task B reached {:.3f} of {:g}: not comparable",
                      metrics[host_metric("best_b")], cell_.task->info.matched);
      return;
    }
    outcome_.score_val = a_at_match_;
    outcome_.score_test = test_scores_.a;
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
    return evaluate([&] { return rows_->score(model, rows); });
  }

  RowCourse* rows_ = nullptr;  // course_
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

reports::CellOutcome forgetting_cell(const CellContext& cell) { return Forgetting(cell).run(); }

}  // namespace agon::harness
