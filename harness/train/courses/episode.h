// SPDX-License-Identifier: MIT
//
// A dynamics task for a rule that learns trajectories itself, through agon.dynamics/1: one update
// is one episode, every step of it.
#pragma once

#include "core/matrix.h"
#include "harness/train/courses/trajectory.h"
#include "harness/train/guarded_output.h"

namespace agon::harness {

class EpisodeCourse : public TrajectoryCourse {
 public:
  explicit EpisodeCourse(const CellContext& cell);

  std::vector<int32_t> train() const override;
  size_t batch() const override { return 1; }
  agon_task describe(size_t units) const override;
  void prepare(Instance&, std::span<const int32_t>, Stopwatch&) override {}
  double learn(Instance& model, std::span<const int32_t> units, Stopwatch& watch) override;
  double loss(Instance& model, std::span<const int32_t> units) override;
  int64_t samples(std::span<const int32_t> units) const override;

 protected:
  std::vector<FreeRun> free_runs(Instance& model,
                                 std::span<const datasets::Trajectory> trials) override;

 private:
  struct Episode {
    agon_cmat drive, teacher;
  };
  // Into drive_ and state_.
  Episode load(int32_t unit);
  void forget();
  FreeRun free_run(Instance& model, const datasets::Trajectory& trial);
  // 0 where the trial has none.
  void load_drive(const datasets::Trajectory& trial, core::Matrix& drive) const;

  // [steps of the longest trial x K]: of the episode to learn from, and of a free run
  core::Matrix drive_, state_, run_drive_;
  core::Matrix start_;  // [1 x K]
  size_t loaded_ = 0;   // rows of state_ that hold an episode
};

}  // namespace agon::harness
