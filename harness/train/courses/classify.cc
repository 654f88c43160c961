// SPDX-License-Identifier: MIT
#include "harness/train/courses/classify.h"

#include <fmt/format.h>

#include "harness/plugins/host_names.h"
#include "harness/train/abi.h"
#include "harness/train/courses/kind.h"

namespace agon::harness {

ClassifyCourse::ClassifyCourse(const CellContext& cell)
    : RowCourse(cell, cell.task->data.x, nullptr) {}

std::vector<int32_t> ClassifyCourse::labels(std::span<const int32_t> rows) const {
  std::vector<int32_t> out;
  for (const int32_t row : rows) out.push_back(task_.data.labels[static_cast<size_t>(row)]);
  return out;
}

double ClassifyCourse::worth(core::ConstView outputs, std::span<const int32_t> rows) {
  return metric_.of_answers({outputs, labels(rows)});
}

std::vector<double> ClassifyCourse::each(core::ConstView outputs,
                                         std::span<const int32_t> rows) const {
  return metric_.rows({outputs, labels(rows)});
}

void ClassifyCourse::describe_outcome(Instance& model, bool pictures,
                                      reports::CellOutcome& outcome) {
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

namespace {

std::string reason_against(const RuleManifest& rule, const datasets::TaskInfo& info) {
  if (!rule.can(AGON_CAN_CLASSIFY)) return fmt::format("rule {} does not classify", rule.id);
  if (rule.can(AGON_NEEDS_NONNEGATIVE_INPUT) && !info.nonnegative) {
    return fmt::format("rule {} needs inputs >= 0 and task {} has negative ones", rule.id, info.id);
  }
  return "";
}

agon_task describe(const datasets::TaskInfo& info, uint64_t) {
  return describe_rows(AGON_CLASSIFY, info.shape, info.classes(), info.time);
}

std::unique_ptr<Course> course(const CellContext& cell) {
  return std::make_unique<ClassifyCourse>(cell);
}

}  // namespace

extern const CourseKind kClassifyCourse;
constinit const CourseKind kClassifyCourse{reason_against, describe, course, true};

}  // namespace agon::harness
