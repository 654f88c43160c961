// SPDX-License-Identifier: MIT
#include "harness/train/courses/course.h"

#include "harness/train/abi.h"
#include "harness/train/courses/episode.h"
#include "harness/train/courses/field.h"
#include "harness/train/courses/row.h"

namespace agon::harness {

std::unique_ptr<Course> make_course(const CellContext& cell) {
  const datasets::TaskInfo& info = cell.task->info;
  if (info.kind == datasets::Kind::classify) return std::make_unique<RowCourse>(cell);
  if (learns_trajectories(info, cell.rule->capabilities))
    return std::make_unique<EpisodeCourse>(cell);
  return std::make_unique<FieldCourse>(cell);
}

}  // namespace agon::harness
