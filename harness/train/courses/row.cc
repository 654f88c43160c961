// SPDX-License-Identifier: MIT
#include "harness/train/courses/row.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/rng.h"
#include "harness/train/abi.h"

namespace agon::harness {
namespace {

// The sd of all inputs of these rows taken together.
double spread(const core::Matrix& x, std::span<const int32_t> rows) {
  double sum = 0, squares = 0;
  for (const int32_t row : rows) {
    for (const float v : x.row(static_cast<size_t>(row))) {
      sum += static_cast<double>(v);
      squares += static_cast<double>(v) * static_cast<double>(v);
    }
  }
  const auto count = static_cast<double>(rows.size() * x.cols());
  return std::sqrt(std::max(0.0, squares / count - sum / count * (sum / count)));
}

size_t outputs_of(const datasets::Dataset& data, const core::Matrix* targets) {
  return targets ? targets->cols() : static_cast<size_t>(data.classes);
}

}  // namespace

RowCourse::RowCourse(const CellContext& cell, const core::Matrix& x, const core::Matrix* targets)
    : task_(*cell.task),
      job_(*cell.job),
      metric_(datasets::metric(task_.info.metric, task_.info.kind())),
      max_batch_(
          most_rows(job_.batch, std::max(task_.split.train.size(), train_and_validation().size()))),
      x_(x),
      nonnegative_((cell.rule->capabilities & AGON_NEEDS_NONNEGATIVE_INPUT) != 0),
      kind_(targets ? AGON_REGRESS : AGON_CLASSIFY),
      outputs_(outputs_of(task_.data, targets)),
      batches_(targets ? Batches(x, *targets, max_batch_, time_of(task_))
                       : Batches(x, task_.data.labels, outputs_, max_batch_, time_of(task_))),
      evaluation_(x, outputs_, max_batch_, time_of(task_)) {}

std::vector<int32_t> RowCourse::train_and_validation() const {
  const datasets::Split& split = task_.split;
  if (split.validation.empty() || split.validation == split.train) return {};
  std::vector<int32_t> all = split.train;
  all.insert(all.end(), split.validation.begin(), split.validation.end());
  std::ranges::sort(all);
  return all;
}

agon_task RowCourse::describe(size_t units) const {
  agon_task task =
      describe_rows(kind_, task_.data.shape, static_cast<int64_t>(outputs_), task_.info.time);
  task.seed = job_.seed;
  task.max_batch = static_cast<int64_t>(max_batch_);
  task.train_rows = static_cast<int64_t>(units);
  const datasets::Split& split = task_.split;
  if (split.test == split.train && units == split.train.size()) task.flags |= AGON_TASK_ALL_ROWS;
  return task;
}

double RowCourse::score(Instance& model, std::span<const int32_t> rows) {
  scored_ = {};
  if (rows.empty()) return reports::kNaN;
  scored_ = {evaluation_.answers(model, rows), rows};
  return worth(scored_.outputs, scored_.rows);
}

std::optional<double> RowCourse::score_noisy(Instance& model, double level, uint64_t seed) {
  const std::vector<int32_t>& test = task_.split.test;
  core::Matrix noisy(test.size(), x_.cols());
  if (!input_sd_) input_sd_ = spread(x_, task_.split.train);
  core::fill_normal(seed, 0, static_cast<float>(level * *input_sd_), noisy);
  for (size_t i = 0; i < test.size(); ++i) {
    for (size_t c = 0; c < noisy.cols(); ++c) {
      float& v = noisy.at(i, c);
      v += x_.at(static_cast<size_t>(test[i]), c);
      if (nonnegative_) v = std::max(v, 0.0f);
    }
  }
  std::vector<int32_t> rows(test.size());
  std::iota(rows.begin(), rows.end(), 0);
  Time time = time_of(task_);
  std::vector<int32_t> lengths;
  for (const int32_t row : test) {
    if (!time.lengths.empty()) lengths.push_back(time.lengths[static_cast<size_t>(row)]);
  }
  time.lengths = lengths;
  return worth(Evaluation(noisy, outputs_, max_batch_, time).answers(model, rows), test);
}

}  // namespace agon::harness
