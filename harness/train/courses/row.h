// SPDX-License-Identifier: MIT
//
// Rows split into parts, whatever their answers are: minibatches, predictions, a score of them.
#pragma once

#include <algorithm>

#include "datasets/metrics.h"
#include "harness/train/batches.h"
#include "harness/train/courses/course.h"
#include "harness/train/evaluation.h"

namespace agon::harness {

class RowCourse : public Course {
 public:
  std::vector<int32_t> train() const override { return task_.split.train; }
  std::vector<int32_t> train_and_validation() const override;
  size_t batch() const override { return std::min(static_cast<size_t>(job_.batch), max_batch_); }
  agon_task describe(size_t units) const override;
  void prepare(Instance& model, std::span<const int32_t> units, Stopwatch& watch) override {
    batches_.prepare(model, units, watch);
  }
  double learn(Instance& model, std::span<const int32_t> units, Stopwatch& watch) override {
    return batches_.learn(model, units, watch);
  }
  double loss(Instance& model, std::span<const int32_t> units) override {
    return batches_.loss(model, units);
  }
  int64_t samples(std::span<const int32_t> units) const override {
    return static_cast<int64_t>(units.size());
  }
  bool scores_fast() const override { return task_.split.validation.size() <= 64; }
  double score_train(Instance& model, std::span<const int32_t> units) override {
    return score(model, units);
  }
  double score_validation(Instance& model) override { return score(model, task_.split.validation); }
  double score_test(Instance& model) override { return score(model, task_.split.test); }
  TestAgain score_again(Instance& model) override {
    return {score(model, task_.split.test), reports::kNaN};
  }
  TestAgain lost() const override { return {task_.info.chance, reports::kNaN}; }
  std::optional<double> score_noisy(Instance& model, double level, uint64_t seed) override;
  std::vector<double> scored_rows() const override { return each(scored_.outputs, scored_.rows); }
  int64_t test_samples() const override { return samples(task_.split.test); }

  // By the task's metric on any rows, NaN for none.
  double score(Instance& model, std::span<const int32_t> rows);

 protected:
  // What the rule is shown of each row of the task's data: x, and targets or, when there are none,
  // its label. Both are referred to.
  RowCourse(const CellContext& cell, const core::Matrix& x, const core::Matrix* targets);

  // What the model's answers on these rows of the task are worth, by its metric.
  virtual double worth(core::ConstView outputs, std::span<const int32_t> rows) = 0;
  // What each of these rows gave, for intervals over rows.
  virtual std::vector<double> each(core::ConstView outputs,
                                   std::span<const int32_t> rows) const = 0;

  const datasets::Task& task_;
  const CellJob& job_;
  const datasets::Metric& metric_;
  size_t max_batch_;

 private:
  const core::Matrix& x_;
  bool nonnegative_;  // the rule needs its inputs so
  uint32_t kind_;     // as the rule is told
  size_t outputs_;
  Batches batches_;
  Evaluation evaluation_;
  struct {
    core::ConstView outputs;  // of evaluation_
    std::span<const int32_t> rows;
  } scored_;                        // last
  std::optional<double> input_sd_;  // of all training inputs together, once asked for
};

}  // namespace agon::harness
