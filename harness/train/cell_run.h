// SPDX-License-Identifier: MIT
//
// What every protocol of a training cell works with: a model under one clock, epochs of minibatches
// in the order of the seed, what counts as divergence, and which outcome a failure is. A protocol
// (protocols/) is a function that says what is fitted on what and when it is scored. Threads: the
// worker's only one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "harness/plugins/call.h"
#include "harness/plugins/instance.h"
#include "harness/train/courses/course.h"
#include "harness/train/protocols/train.h"
#include "harness/train/stopwatch.h"
#include "reports/record/record.h"

namespace agon::harness {

class CellRun {
 public:
  explicit CellRun(const CellContext& about);
  CellRun(const CellRun&) = delete;
  CellRun& operator=(const CellRun&) = delete;

  // The outcome of the protocol, which sets `course` first and may throw what a rule, a check of
  // its output or an allocation throws: every failure is an outcome. Call it once.
  reports::CellOutcome run(const std::function<void()>& protocol);

  // For a fit on so many units, which is told that it will last so many epochs (0: not known); the
  // counters of updates and samples start again.
  Instance create(size_t units, int64_t epochs);
  // Epochs over so many units until `limit` minibatches are through; without such a limit (0) the
  // job's epochs.
  int64_t epochs_over(size_t units, int64_t limit) const;
  // One epoch: minibatches of the units in the order of (seed, epoch), until `updates` reaches
  // `last_update` (0: no limit), then end_epoch. Returns the mean loss, NaN for a rule without one.
  double pass(Instance& model, std::span<const int32_t> units, int64_t epoch, int64_t last_update);
  // A score, with the training clock and the count of multiply-accumulates stopped.
  double evaluate(const std::function<double()>& score);
  // Before the first update: the loss over all units.
  void note_initial_loss(Instance& model, std::span<const int32_t> units);
  // Operations and samples per second of the updates so far.
  void note_training_cost();
  // Whether this epoch of so many is a point of the curve: the last one is, and at most about 32
  // are.
  static bool on_curve(int64_t epoch, int64_t epochs);
  // A point of the curve without scores.
  reports::CurvePoint point(int64_t epoch, double loss) const;
  // The host's and the rule's own metrics and pictures.
  void describe(Instance& model);

  const CellContext& cell;
  const CellJob& job;
  Call call;
  std::unique_ptr<Course> course;
  std::function<void(Instance&)> after_update;  // may be empty
  Stopwatch train_watch, eval_watch;
  reports::CellOutcome outcome;
  int64_t updates = 0, samples = 0;  // of the model created last

 private:
  int64_t steps(size_t units) const;
  double step(Instance& model, std::span<const int32_t> units);
  void take_pictures(Instance& model);

  Work evaluation_;
  bool has_loss_ = false;
};

}  // namespace agon::harness
