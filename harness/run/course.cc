// SPDX-License-Identifier: MIT
#include "harness/run/course.h"

#include "harness/run/batches.h"
#include "harness/run/episode_course.h"
#include "harness/run/field_course.h"
#include "harness/run/row_course.h"

namespace agon::harness {

std::unique_ptr<Course> make_course(const CellContext& cell) {
  const datasets::TaskInfo& info = cell.task->info;
  if (info.kind == datasets::Kind::classify) return std::make_unique<RowCourse>(cell);
  if (learns_trajectories(info, cell.rule->capabilities)) return std::make_unique<EpisodeCourse>(cell);
  return std::make_unique<FieldCourse>(cell);
}

}  // namespace agon::harness
