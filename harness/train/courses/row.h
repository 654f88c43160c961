// SPDX-License-Identifier: MIT
//
// Rows with labels: minibatches, a metric of the answers.
#pragma once

#include <algorithm>

#include "harness/train/batches.h"
#include "harness/train/courses/course.h"
#include "harness/train/evaluation.h"

namespace agon::harness {

class RowCourse : public Course {
 public:
  explicit RowCourse(const CellContext& cell);

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
  TestAgain score_again(Instance& model) override { return {score_test(model), reports::kNaN}; }
  TestAgain lost() const override { return {task_.info.chance, reports::kNaN}; }
  std::optional<double> score_noisy(Instance& model, double level, uint64_t seed) override;
  int64_t test_samples() const override { return samples(task_.split.test); }
  // For rules with agon.generate/1: an input for every class, where inputs are images.
  void describe_outcome(Instance& model, bool pictures, reports::CellOutcome& outcome) override;

  // By the task's metric on any rows, NaN for none.
  double score(Instance& model, std::span<const int32_t> rows);

 private:
  const datasets::Task& task_;
  const CellJob& job_;
  bool nonnegative_;  // the rule needs its inputs so
  size_t max_batch_;
  Batches batches_;
  const datasets::Metric& metric_;
  Evaluation evaluation_;
  std::optional<double> input_sd_;  // of all training inputs together, once asked for
};

}  // namespace agon::harness
