// SPDX-License-Identifier: MIT
//
// A dynamics task, whatever the rule learns from: scores free runs. The score is the mean over
// trials of 1 / (1 + NRMSE), of a trial's whole run or, with a lead, at that step; see
// trajectory_scores.h. A run that is lost, which leaves the finite numbers or all bounds, is a
// score of 0 for its trial and no end of the cell.
//
// Metrics: nrmse, the median over trials or, with a lead, the one over all trials at that step
// (a lost run is infinitely wrong; at a lead 1 / (1 + NRMSE) of the others is multiplied by their
// share); nrmse_max horizon_s persistence_nrmse lost_trials, of the test; by
// DynamicsInfo::Statistics of long runs frequency_error orbit_distance | basin_accuracy | w1
// (largest over dimensions and runs that do not lock) locked (runs that do); lost_runs: those that
// left the finite numbers, which no statistic reads.
#pragma once

#include <limits>
#include <string>

#include "harness/train/courses/course.h"
#include "harness/train/trajectory_scores.h"

namespace agon::harness {

// A free run from a trial's start: rows as its teacher's from there on.
struct FreeRun {
  std::vector<float> state;  // [steps x K]; NaN from step lost_at on
  int64_t lost_at = -1;      // the first step that is no number any more; -1: none
  std::string reason;        // why and when, when lost
};

class TrajectoryCourse : public Course {
 public:
  std::vector<int32_t> train_and_validation() const override {
    return {};
  }  // episodes cost nothing
  bool scores_fast() const override { return false; }
  double score_train(Instance& model, std::span<const int32_t> units) override;
  double score_validation(Instance& model) override;
  double score_test(Instance& model) override;
  int64_t test_samples() const override;
  // Of the test: 1 / (1 + NRMSE) of each trial.
  std::vector<double> scored_rows() const override;
  TestAgain score_again(Instance& model) override;
  TestAgain lost() const override { return {0, std::numeric_limits<double>::infinity()}; }
  std::optional<double> score_noisy(Instance&, double, uint64_t) override { return std::nullopt; }
  void describe_outcome(Instance& model, bool pictures, reports::CellOutcome& outcome) override;

 protected:
  explicit TrajectoryCourse(const CellContext& cell);

  // The model carries on from each trial's start without its teacher. Throws BadOutput for
  // unwritten output, RuleFailure for everything but divergence.
  virtual std::vector<FreeRun> free_runs(Instance& model,
                                         std::span<const datasets::Trajectory> trials) = 0;

  const datasets::Task& task_;
  const datasets::DynamicsInfo& about_;
  const CellJob& job_;
  size_t dims_;  // K

 private:
  // The metric nrmse.
  double error(std::span<const FreeRun> runs, std::span<const datasets::Trajectory> trials) const;
  double score(std::span<const FreeRun> runs, std::span<const datasets::Trajectory> trials) const;
  void measure_runs(Instance& model, bool pictures, reports::CellOutcome& outcome);
  reports::Picture picture(const char* key, const char* title, Rows run, Rows teacher) const;

  std::vector<FreeRun> tested_;
};

// What the forecast that nothing changes scores on the test: the `chance` of the task's file.
double persistence_score(const datasets::Task& task);

}  // namespace agon::harness
