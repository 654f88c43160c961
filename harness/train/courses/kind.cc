// SPDX-License-Identifier: MIT
#include "harness/train/courses/kind.h"

#include <array>

#include "harness/train/courses/course.h"

namespace agon::harness {

// Each in the file of its name.
extern const CourseKind kClassifyCourse;
extern const CourseKind kDynamicsCourse;
extern const CourseKind kRegressCourse;

const CourseKind& course_kind(const datasets::TaskInfo& info) {
  // In the order of datasets::Kind.
  static constexpr std::array kKinds{&kClassifyCourse, &kDynamicsCourse, &kRegressCourse};
  return *kKinds.at(info.of.index());
}

std::unique_ptr<Course> make_course(const CellContext& cell) {
  return course_kind(cell.task->info).course(cell);
}

}  // namespace agon::harness
