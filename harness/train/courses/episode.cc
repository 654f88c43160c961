// SPDX-License-Identifier: MIT
#include "harness/train/courses/episode.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "harness/train/abi.h"
#include "harness/train/courses/kind.h"

namespace agon::harness {

using datasets::Trajectory;

EpisodeCourse::EpisodeCourse(const CellContext& cell) : TrajectoryCourse(cell), start_(1, dims_) {
  const datasets::Trajectories& all = task_.trajectories;
  size_t longest = 0;
  for (const auto* part : {&all.train, &all.validation, &all.test, &all.runs}) {
    for (const Trajectory& t : *part) longest = std::max(longest, t.steps(dims_));
  }
  drive_ = core::Matrix(longest, dims_);
  state_ = core::Matrix(longest, dims_);
  run_drive_ = core::Matrix(longest, dims_);
}

std::vector<int32_t> EpisodeCourse::train() const {
  std::vector<int32_t> episodes(task_.trajectories.train.size());
  std::iota(episodes.begin(), episodes.end(), 0);
  return episodes;
}

agon_task EpisodeCourse::describe(size_t units) const {
  agon_task task = course_kind(task_.info).describe(task_.info, AGON_CAN_DYNAMICS);
  task.seed = job_.seed;
  task.max_batch = 1;
  task.train_rows = 0;
  for (size_t i = 0; i < units; ++i) {
    task.train_rows += static_cast<int64_t>(task_.trajectories.train[i].steps(dims_));
  }
  return task;
}

void EpisodeCourse::load_drive(const Trajectory& trial, core::Matrix& drive) const {
  const size_t steps = trial.steps(dims_);
  for (size_t n = 0; n < steps; ++n) {
    for (size_t q = 0; q < dims_; ++q)
      drive.at(n, q) = trial.drive.empty() ? 0.0f : trial.drive[n * dims_ + q];
  }
}

double EpisodeCourse::learn(Instance& model, std::span<const int32_t> units, Stopwatch& watch) {
  const Episode trial = load(units.front());
  const double loss = watch.time([&] { return model.fit(trial.drive, trial.teacher, true); });
  forget();
  return loss;
}

double EpisodeCourse::loss(Instance& model, std::span<const int32_t> units) {
  if (!model.has_loss() || units.empty()) return reports::kNaN;
  double sum = 0;
  int64_t steps = 0;
  for (const int32_t unit : units) {
    if (model.call().should_stop()) throw RuleFailure(AGON_STOPPED, "");
    const auto [drive, teacher] = load(unit);
    sum += model.loss(drive, teacher) * static_cast<double>(drive.rows);
    forget();
    steps += drive.rows;
  }
  return sum / static_cast<double>(steps);
}

EpisodeCourse::Episode EpisodeCourse::load(int32_t unit) {
  const Trajectory& episode = task_.trajectories.train[static_cast<size_t>(unit)];
  const size_t steps = episode.steps(dims_);
  load_drive(episode, drive_);
  loaded_ = steps;
  for (size_t n = 0; n < steps; ++n) {
    for (size_t q = 0; q < dims_; ++q) state_.at(n, q) = episode.state[n * dims_ + q];
  }
  return {to_abi(core::ConstView(drive_.top(steps))), to_abi(core::ConstView(state_.top(steps)))};
}

// See Batches::forget.
void EpisodeCourse::forget() {
  std::memset(state_.data(), 0, loaded_ * state_.stride() * sizeof(float));
  loaded_ = 0;
}

int64_t EpisodeCourse::samples(std::span<const int32_t> units) const {
  int64_t steps = 0;
  for (const int32_t unit : units) {
    steps += static_cast<int64_t>(task_.trajectories.train[static_cast<size_t>(unit)].steps(dims_));
  }
  return steps;
}

std::vector<FreeRun> EpisodeCourse::free_runs(Instance& model, std::span<const Trajectory> trials) {
  std::vector<FreeRun> out;
  for (const Trajectory& trial : trials) out.push_back(free_run(model, trial));
  return out;
}

FreeRun EpisodeCourse::free_run(Instance& model, const Trajectory& trial) {
  const size_t steps = trial.steps(dims_);
  load_drive(trial, run_drive_);
  std::copy_n(trial.state.begin(), dims_, start_.row(0).begin());
  FreeRun run;
  run.state.assign(steps * dims_, std::numeric_limits<float>::quiet_NaN());
  GuardedOutput out(steps, dims_);
  try {
    model.rollout(to_abi(core::ConstView(start_)), to_abi(core::ConstView(run_drive_.top(steps))),
                  to_abi(out.clean(steps)));
  } catch (const RuleFailure& failure) {
    if (failure.status() != AGON_DIVERGED) throw;
    run.lost_at = 0;
    run.reason = failure.what();
    return run;
  }
  out.check("rollout");
  for (size_t n = 0; n < steps; ++n) {
    const auto row = out.row(n);
    if (!std::ranges::all_of(row, [](float v) { return std::isfinite(v); })) {
      run.lost_at = static_cast<int64_t>(n);
      run.reason = fmt::format("the state is not finite at step {}", n);
      break;
    }
    std::ranges::copy(row, run.state.begin() + static_cast<std::ptrdiff_t>(n * dims_));
  }
  return run;
}

}  // namespace agon::harness
