// SPDX-License-Identifier: MIT
#include "harness/train/courses/row.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/rng.h"
#include "harness/plugins/host_names.h"
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

}  // namespace

RowCourse::RowCourse(const CellContext& cell)
    : task_(*cell.task),
      job_(*cell.job),
      nonnegative_((cell.rule->capabilities & AGON_NEEDS_NONNEGATIVE_INPUT) != 0),
      max_batch_(
          most_rows(job_.batch, std::max(task_.split.train.size(), train_and_validation().size()))),
      batches_(task_.data, max_batch_),
      metric_(datasets::metric(task_.info.metric, task_.info.kind())),
      evaluation_(task_.data, metric_, max_batch_) {}

std::vector<int32_t> RowCourse::train_and_validation() const {
  const datasets::Split& split = task_.split;
  if (split.validation.empty() || split.validation == split.train) return {};
  std::vector<int32_t> all = split.train;
  all.insert(all.end(), split.validation.begin(), split.validation.end());
  std::ranges::sort(all);
  return all;
}

agon_task RowCourse::describe(size_t units) const {
  agon_task task = describe_rows(AGON_CLASSIFY, task_.data.shape, task_.data.classes);
  task.seed = job_.seed;
  task.max_batch = static_cast<int64_t>(max_batch_);
  task.train_rows = static_cast<int64_t>(units);
  const datasets::Split& split = task_.split;
  if (split.test == split.train && units == split.train.size()) task.flags |= AGON_TASK_ALL_ROWS;
  return task;
}

double RowCourse::score(Instance& model, std::span<const int32_t> rows) {
  return rows.empty() ? reports::kNaN : evaluation_.score(model, rows);
}

std::optional<double> RowCourse::score_noisy(Instance& model, double level, uint64_t seed) {
  const core::Matrix& x = task_.data.x;
  const std::vector<int32_t>& test = task_.split.test;
  datasets::Dataset noisy;  // the test rows alone
  noisy.shape = task_.data.shape;
  noisy.classes = task_.data.classes;
  noisy.x = core::Matrix(test.size(), x.cols());
  if (!input_sd_) input_sd_ = spread(x, task_.split.train);
  core::fill_normal(seed, 0, static_cast<float>(level * *input_sd_), noisy.x);
  std::vector<int32_t> rows(test.size());
  std::iota(rows.begin(), rows.end(), 0);
  for (size_t i = 0; i < test.size(); ++i) {
    const auto row = static_cast<size_t>(test[i]);
    noisy.labels.push_back(task_.data.labels[row]);
    for (size_t c = 0; c < x.cols(); ++c) {
      float& v = noisy.x.at(i, c);
      v += x.at(row, c);
      if (nonnegative_) v = std::max(v, 0.0f);
    }
  }
  return Evaluation(noisy, metric_, max_batch_).score(model, rows);
}

void RowCourse::describe_outcome(Instance& model, bool pictures, reports::CellOutcome& outcome) {
  const std::vector<int64_t>& shape = task_.data.shape;
  const auto classes = static_cast<size_t>(task_.data.classes);
  if (!pictures || !model.has_generate() || shape.size() != 2 || classes > max_batch_) return;
  core::Matrix target(classes, classes);
  for (size_t k = 0; k < classes; ++k) target.at(k, k) = 1.0f;
  GuardedOutput made(classes, task_.data.x.cols());
  try {
    model.generate(to_abi(core::ConstView(target)), to_abi(made.clean(classes)));
  } catch (const RuleFailure& failure) {
    if (failure.status() == AGON_UNSUPPORTED) return;  // a model of this rule that makes no inputs
    throw;
  }
  made.check("generate");
  reports::Picture picture;
  picture.key = host_picture("generated");
  picture.title = "An input made for each class";
  picture.kind = "images";
  picture.image_rows = shape[0];
  picture.image_cols = shape[1];
  picture.rows = static_cast<int64_t>(classes);
  picture.cols = static_cast<int64_t>(made.cols());
  for (size_t k = 0; k < classes; ++k) {
    picture.series.push_back(std::to_string(k));
    const auto row = made.row(k);
    picture.values.insert(picture.values.end(), row.begin(), row.end());
  }
  outcome.pictures.push_back(std::move(picture));
}

}  // namespace agon::harness
