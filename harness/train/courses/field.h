// SPDX-License-Identifier: MIT
//
// The adapter by which a rule that regresses runs a dynamics task. It learns the field of one step:
//
//   (1)  f(w_n) = (x_{n+1} - x_n) / dt - c_n      of a flow; a series has no c in it
//   (2)  x_{n+1} = x_n + dt (f(w_n) + c_n)        the free run
//
// where w_n is x_n alone for a flow, and [x_n, x_{n-1}, ..., u_n, u_{n-1}, ...] for a series. (2)
// undoes (1) exactly, so a perfect f makes no error of its own from the size of the step (but for
// the small share of c that acts through f within a step): no finer integrator is needed.
//
// Inputs and targets are scaled by the rows learnt from: to mean 0 and sd 1, and for a rule that
// needs inputs >= 0 into [0, 1] with a margin of a tenth of the range on both sides, where inputs
// are cut at 0 and 1 in free runs.
#pragma once

#include <algorithm>

#include "core/matrix.h"
#include "datasets/scaling.h"
#include "harness/train/batches.h"
#include "harness/train/courses/trajectory.h"
#include "harness/train/guarded_output.h"

namespace agon::harness {

class FieldCourse : public TrajectoryCourse {
 public:
  explicit FieldCourse(const CellContext& cell);

  std::vector<int32_t> train() const override;
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

 protected:
  std::vector<FreeRun> free_runs(Instance& model,
                                 std::span<const datasets::Trajectory> trials) override;

 private:
  template <typename Visit>
  void each_step(Visit&& visit) const;
  size_t count_rows() const;
  void gather_rows();
  void run_together(Instance& model, std::span<const datasets::Trajectory> trials,
                    std::span<FreeRun> out);

  bool unit_range_;  // scaled into [0, 1]
  size_t inputs_;
  core::Matrix x_, target_;  // scaled, all rows [rows x inputs], [rows x K]
  size_t max_batch_;
  datasets::Scaling input_scaling_, target_scaling_;
  Batches batches_;     // of x_ and target_
  core::Matrix run_x_;  // of free runs: [max_batch x inputs]
  GuardedOutput out_;   // [max_batch x K]
};

}  // namespace agon::harness
