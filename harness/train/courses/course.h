// SPDX-License-Identifier: MIT
//
// What a cell learns from and how it is scored: rows to classify, the vector field of a dynamics
// task as rows to regress, or its episodes. The trainer walks over units (rows or episodes) by
// their numbers and knows no more about them. Threads: one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "agon/plugin.h"
#include "harness/plugins/instance.h"
#include "harness/train/protocols/train.h"
#include "harness/train/stopwatch.h"
#include "reports/record/record.h"

namespace agon::harness {

// The test of a model that has been tested before and was harmed since.
struct TestAgain {
  double score = reports::kNaN;
  double nrmse = reports::kNaN;  // dynamics only
};

class Course {
 public:
  virtual ~Course() = default;

  virtual std::vector<int32_t> train() const = 0;
  // train with the units of validation, for a second fit; empty when there is none to gain from.
  virtual std::vector<int32_t> train_and_validation() const = 0;
  virtual size_t batch() const = 0;                    // units of one update
  virtual agon_task describe(size_t units) const = 0;  // for a fit on so many

  // Shows the rule every unit once, before the first update.
  virtual void prepare(Instance& model, std::span<const int32_t> units, Stopwatch& watch) = 0;
  // One update on at most batch() units; only the rule's own work is timed. Returns its loss.
  virtual double learn(Instance& model, std::span<const int32_t> units, Stopwatch& watch) = 0;
  // The mean loss of the units as learn would return it, without learning; NaN for a rule that
  // cannot say. Does not depend on batch().
  virtual double loss(Instance& model, std::span<const int32_t> units) = 0;
  // What the units count as: rows, steps.
  virtual int64_t samples(std::span<const int32_t> units) const = 0;

  // So cheap that every epoch can be scored.
  virtual bool scores_fast() const = 0;
  // NaN when there is nothing to score. Throw BadOutput; score_validation gives a model that leaves
  // the finite numbers the score 0 where the rule may still get better.
  virtual double score_train(Instance& model, std::span<const int32_t> units) = 0;
  virtual double score_validation(Instance& model) = 0;
  virtual double score_test(Instance& model) = 0;
  virtual int64_t test_samples() const = 0;
  // What each row or trial of the last score gave, straight after it; empty where a score is of no rows.
  virtual std::vector<double> scored_rows() const = 0;
  // What describe_outcome says stays that of score_test. Throws BadOutput; a free run that leaves
  // the finite numbers is infinitely wrong.
  virtual TestAgain score_again(Instance& model) = 0;
  // What counts for a harmed model that left the finite numbers.
  virtual TestAgain lost() const = 0;
  // The test with noise on its inputs, see robustness.h; nullopt where it has none of its own.
  virtual std::optional<double> score_noisy(Instance& model, double level, uint64_t seed) = 0;

  // The host's own metrics and pictures of a model whose test has been scored.
  virtual void describe_outcome(Instance& model, bool pictures, reports::CellOutcome& outcome) = 0;
};

// The course of a cell, by the kind of its task (kind.h); refers to the cell. Throws
// std::bad_alloc.
std::unique_ptr<Course> make_course(const CellContext& cell);

}  // namespace agon::harness
