// SPDX-License-Identifier: MIT
#include "harness/train/courses/trajectory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "datasets/metrics.h"
#include "harness/plugins/host_names.h"
#include "harness/train/guarded_output.h"
#include "reports/statistics/median.h"

namespace agon::harness {
namespace {

using datasets::DynamicsInfo;
using datasets::Trajectory;

constexpr size_t kTrainTrials = 20;    // training episodes whose free runs make the training score
constexpr double kHorizonBound = 0.4;  // of the teacher's usual departure from its mean
constexpr size_t kPicturePoints = 2000;  // of a curve
constexpr double kPictureSeconds = 20;

std::vector<Rows> states(std::span<const FreeRun> runs) {
  std::vector<Rows> out;
  for (const FreeRun& run : runs) out.emplace_back(run.state);
  return out;
}

// A task's trials as scores see them.
size_t dims_of(const datasets::Task& task) { return static_cast<size_t>(task.info.shape.front()); }

// Without the rows of the warm-up.
Rows teacher(const datasets::Task& task, const Trajectory& trial) {
  const auto warmup = static_cast<size_t>(task.info.dynamics().warmup());
  return Rows(trial.state).subspan(warmup * dims_of(task));
}

std::vector<Rows> teachers(const datasets::Task& task, std::span<const Trajectory> trials) {
  std::vector<Rows> out;
  for (const Trajectory& trial : trials) out.push_back(teacher(task, trial));
  return out;
}

// 1 / (1 + NRMSE) of each trial.
std::vector<double> trial_scores(const datasets::Task& task, std::span<const FreeRun> runs,
                                 std::span<const Trajectory> trials) {
  const std::vector<Rows> right = teachers(task, trials);
  const size_t dims = dims_of(task);
  const int64_t lead = task.info.dynamics().lead;
  std::vector<double> out;
  if (lead > 0) {
    out = nrmses_at(static_cast<size_t>(lead), states(runs), right, dims);
  } else {
    for (size_t i = 0; i < runs.size(); ++i) out.push_back(nrmse(runs[i].state, right[i], dims));
  }
  const datasets::Metric& metric = datasets::metric(task.info.metric, task.info.kind());
  for (double& value : out) value = metric.of_error(value);
  return out;
}

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::vector<FreeRun> persistence(const datasets::Task& task, std::span<const Trajectory> trials) {
  const size_t dims = dims_of(task);
  std::vector<FreeRun> out;
  for (const Rows& rows : teachers(task, trials)) {
    FreeRun run;
    for (size_t i = 0; i < rows.size(); ++i) run.state.push_back(rows[i % dims]);
    out.push_back(std::move(run));
  }
  return out;
}

}  // namespace

double persistence_score(const datasets::Task& task) {
  const std::vector<Trajectory>& trials = task.trajectories.test;
  return mean(trial_scores(task, persistence(task, trials), trials));
}

TrajectoryCourse::TrajectoryCourse(const CellContext& cell)
    : task_(*cell.task), about_(task_.info.dynamics()), job_(*cell.job), dims_(dims_of(task_)) {}

double TrajectoryCourse::error(std::span<const FreeRun> runs,
                               std::span<const Trajectory> trials) const {
  const std::vector<Rows> right = teachers(task_, trials);
  if (about_.lead > 0)
    return nrmse_at(static_cast<size_t>(about_.lead), states(runs), right, dims_);
  std::vector<double> errors;
  for (size_t i = 0; i < runs.size(); ++i) errors.push_back(nrmse(runs[i].state, right[i], dims_));
  return reports::median(errors);
}

double TrajectoryCourse::score(std::span<const FreeRun> runs,
                               std::span<const Trajectory> trials) const {
  return mean(trial_scores(task_, runs, trials));
}

double TrajectoryCourse::score_train(Instance& model, std::span<const int32_t>) {
  const auto trials = std::span(task_.trajectories.train);
  const auto some = trials.first(std::min(kTrainTrials, trials.size()));
  return score(free_runs(model, some), some);
}

double TrajectoryCourse::score_validation(Instance& model) {
  const std::vector<Trajectory>& trials = task_.trajectories.validation;
  return score(free_runs(model, trials), trials);
}

double TrajectoryCourse::score_test(Instance& model) {
  tested_ = free_runs(model, task_.trajectories.test);
  return score(tested_, task_.trajectories.test);
}

std::vector<double> TrajectoryCourse::scored_rows() const {
  return tested_.empty() ? std::vector<double>()
                         : trial_scores(task_, tested_, task_.trajectories.test);
}

TestAgain TrajectoryCourse::score_again(Instance& model) {
  const std::vector<Trajectory>& trials = task_.trajectories.test;
  const std::vector<FreeRun> runs = free_runs(model, trials);
  return {score(runs, trials), error(runs, trials)};
}

int64_t TrajectoryCourse::test_samples() const {
  size_t rows = 0;
  for (const Rows& right : teachers(task_, task_.trajectories.test)) rows += right.size() / dims_;
  return static_cast<int64_t>(rows);
}

void TrajectoryCourse::describe_outcome(Instance& model, bool pictures,
                                        reports::CellOutcome& outcome) {
  const std::vector<Trajectory>& trials = task_.trajectories.test;
  const std::vector<Rows> right = teachers(task_, trials);
  auto& metrics = outcome.rule_metrics;
  metrics[host_metric("nrmse")] = error(tested_, trials);
  metrics[host_metric("persistence_nrmse")] = error(persistence(task_, trials), trials);
  const double bound = kHorizonBound * spread(right, dims_);
  std::vector<double> horizons;
  double worst = 0;
  for (size_t i = 0; i < trials.size(); ++i) {
    horizons.push_back(about_.dt *
                       static_cast<double>(horizon(tested_[i].state, right[i], dims_, bound)));
    worst = std::max(worst, nrmse(tested_[i].state, right[i], dims_));
  }
  metrics[host_metric("horizon_s")] = reports::median(horizons);
  metrics[host_metric("nrmse_max")] = worst;
  const auto lost = [](const FreeRun& run) { return run.lost_at >= 0; };
  const auto first = std::ranges::find_if(tested_, lost);
  const auto count = std::ranges::count_if(tested_, lost);
  metrics[host_metric("lost_trials")] = static_cast<double>(count);
  if (count > 0) {
    outcome.status_detail = fmt::format(
        "{} of {} free runs of the test are lost and infinitely wrong; the first, run {}: {}",
        count, tested_.size(), first - tested_.begin() + 1, first->reason);
  }
  if (pictures && !lost(tested_.front())) {
    outcome.pictures.push_back(picture(host_picture("free_run"), "Free run of the first test trial",
                                       tested_.front().state, right.front()));
  }
  if (about_.statistics != DynamicsInfo::Statistics::none) measure_runs(model, pictures, outcome);
}

void TrajectoryCourse::measure_runs(Instance& model, bool pictures, reports::CellOutcome& outcome) {
  const std::vector<Trajectory>& trials = task_.trajectories.runs;
  const std::vector<FreeRun> runs = free_runs(model, trials);
  auto& metrics = outcome.rule_metrics;
  metrics[host_metric("lost_runs")] = static_cast<double>(
      std::ranges::count_if(runs, [](const FreeRun& r) { return r.lost_at >= 0; }));
  const double count = static_cast<double>(runs.size());
  switch (about_.statistics) {
    case DynamicsInfo::Statistics::none: break;
    case DynamicsInfo::Statistics::cycle: {
      double off = 0, distance = 0, kept = 0;
      for (size_t i = 0; i < runs.size(); ++i) {
        if (runs[i].lost_at >= 0) continue;
        const Rows right = teacher(task_, trials[i]);
        off += std::fabs(
            frequency(runs[i].state, dims_, about_.dt) / frequency(right, dims_, about_.dt) - 1);
        distance += orbit_distance(runs[i].state, right, dims_, about_.dt);
        kept += 1;
      }
      metrics[host_metric("frequency_error")] = kept > 0 ? off / kept : reports::kNaN;
      metrics[host_metric("orbit_distance")] = kept > 0 ? distance / kept : reports::kNaN;
      break;
    }
    case DynamicsInfo::Statistics::basins: {
      double right = 0;  // a lost run ends in no well
      for (size_t i = 0; i < runs.size(); ++i) {
        right += same_basin(runs[i].state, teacher(task_, trials[i]), dims_) ? 1 : 0;
      }
      metrics[host_metric("basin_accuracy")] = right / count;
      break;
    }
    case DynamicsInfo::Statistics::attractor: {
      const Visits usual(task_.trajectories.reference.state);
      double stuck = 0, largest = reports::kNaN;
      for (const FreeRun& run : runs) {
        if (run.lost_at >= 0) continue;
        if (locked(run.state, dims_, about_.dt)) {
          stuck += 1;
        } else {
          for (const double w : wasserstein(Visits(run.state), usual))
            largest = std::fmax(largest, w);
        }
      }
      metrics[host_metric("locked")] = stuck;
      metrics[host_metric("w1")] = largest;
      break;
    }
  }
  if (!pictures || about_.statistics == DynamicsInfo::Statistics::basins ||
      runs.front().lost_at >= 0)
    return;
  const auto values = static_cast<size_t>(std::lround(kPictureSeconds / about_.dt)) * dims_;
  const Rows run = runs.front().state, right = teacher(task_, trials.front());
  const size_t shown = std::min({values, run.size(), right.size()});
  outcome.pictures.push_back(picture(host_picture("long_run"), "The first 20 s of a long free run",
                                     run.first(shown), right.first(shown)));
}

// The plane of the first and the last dimension, or the one dimension over time.
reports::Picture TrajectoryCourse::picture(const char* key, const char* title, Rows run,
                                           Rows right) const {
  const size_t steps = right.size() / dims_, stride = (steps + kPicturePoints - 1) / kPicturePoints;
  reports::Picture out;
  out.key = key;
  out.title = title;
  out.series = {"teacher", "model"};
  const auto add = [&](Rows rows, size_t q) {
    for (size_t n = 0; n < steps; n += stride) out.values.push_back(rows[n * dims_ + q]);
  };
  if (dims_ == 1) {
    out.kind = "lines";
    out.column_title = "time, s";
    out.row_title = "x";
    for (size_t n = 0; n < steps; n += stride) {
      out.values.push_back(static_cast<float>(static_cast<double>(n) * about_.dt));
    }
    add(right, 0);
    add(run, 0);
    out.rows = 3;
  } else {
    out.kind = "tracks";
    out.column_title = "x1";
    out.row_title = fmt::format("x{}", dims_);
    for (const Rows& rows : {right, run}) {
      add(rows, 0);
      add(rows, dims_ - 1);
    }
    out.rows = 4;
  }
  out.cols = static_cast<int64_t>(out.values.size()) / out.rows;
  return out;
}

}  // namespace agon::harness
