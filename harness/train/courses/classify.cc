// SPDX-License-Identifier: MIT
//
// Kind "classify": rows with labels.
#include <fmt/format.h>

#include "harness/train/abi.h"
#include "harness/train/courses/kind.h"
#include "harness/train/courses/row.h"

namespace agon::harness {
namespace {

std::string reason_against(const RuleManifest& rule, const datasets::TaskInfo& info) {
  if (!rule.can(AGON_CAN_CLASSIFY)) return fmt::format("rule {} does not classify", rule.id);
  if (rule.can(AGON_NEEDS_NONNEGATIVE_INPUT) && !info.nonnegative) {
    return fmt::format("rule {} needs inputs >= 0 and task {} has negative ones", rule.id, info.id);
  }
  return "";
}

agon_task describe(const datasets::TaskInfo& info, uint64_t) {
  return describe_rows(AGON_CLASSIFY, info.shape, info.classes());
}

std::unique_ptr<Course> course(const CellContext& cell) {
  return std::make_unique<RowCourse>(cell);
}

}  // namespace

extern const CourseKind kClassifyCourse;
constinit const CourseKind kClassifyCourse{reason_against, describe, course, true};

}  // namespace agon::harness
