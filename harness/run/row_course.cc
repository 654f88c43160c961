// SPDX-License-Identifier: MIT
#include "harness/run/row_course.h"

#include <fmt/format.h>

#include <algorithm>

namespace agon::harness {

RowCourse::RowCourse(const CellContext& cell)
    : task_(*cell.task),
      job_(*cell.job),
      max_batch_(static_cast<size_t>(std::max<int64_t>(job_.batch, 64))),
      batches_(task_.data, max_batch_),
      evaluation_(task_.data, max_batch_) {}

std::vector<int32_t> RowCourse::train_and_validation() const {
  const datasets::Split& split = task_.split;
  if (split.validation.empty() || split.validation == split.train) return {};
  std::vector<int32_t> all = split.train;
  all.insert(all.end(), split.validation.begin(), split.validation.end());
  std::ranges::sort(all);
  return all;
}

agon_task RowCourse::describe(size_t units) const { return describe_task(task_.data, job_.seed, max_batch_, units); }

void RowCourse::prepare(Instance& model, std::span<const int32_t> units, Stopwatch& watch) {
  if (!model.has_prepare()) return;
  for (size_t at = 0; at < units.size(); at += max_batch_) {
    const size_t count = std::min(max_batch_, units.size() - at);
    const agon_batch batch = batches_.gather(units.subspan(at, count));
    watch.time([&] { model.prepare(batch.x, at + count == units.size()); });
  }
}

double RowCourse::learn(Instance& model, std::span<const int32_t> units, Stopwatch& watch) {
  const agon_batch batch = batches_.gather(units);
  return watch.time([&] { return model.fit(batch); });
}

double RowCourse::score(Instance& model, std::span<const int32_t> rows) {
  return rows.empty() ? reports::kNaN : evaluation_.accuracy(model, rows, batches_);
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
  picture.key = "generated";
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
