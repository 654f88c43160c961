// SPDX-License-Identifier: MIT
//
// Kind "dynamics": episodes for a rule that learns the trajectories of a flow itself, through
// agon.dynamics/1; else the regression of the vector field for one that regresses.
#include <fmt/format.h>

#include "harness/train/abi.h"
#include "harness/train/courses/episode.h"
#include "harness/train/courses/field.h"
#include "harness/train/courses/kind.h"

namespace agon::harness {
namespace {

bool learns_trajectories(const datasets::TaskInfo& info, uint64_t capabilities) {
  return info.dynamics().is_flow() && (capabilities & AGON_CAN_DYNAMICS) != 0;
}

// Inputs of a regression are scaled by the host, so that rules that need them >= 0 get them so.
std::string reason_against(const RuleManifest& rule, const datasets::TaskInfo& info) {
  if (rule.can(AGON_CAN_REGRESS) || learns_trajectories(info, rule.capabilities)) return "";
  if (!rule.can(AGON_CAN_DYNAMICS))
    return fmt::format("rule {} neither learns trajectories nor regresses", rule.id);
  return fmt::format("rule {} learns dx/dt from x alone and task {} needs a window of the past",
                     rule.id, info.id);
}

agon_task describe(const datasets::TaskInfo& info, uint64_t capabilities) {
  const datasets::DynamicsInfo& dynamics = info.dynamics();
  agon_task task = describe_rows(AGON_REGRESS, {&dynamics.inputs, 1}, info.shape.front());
  if (!learns_trajectories(info, capabilities)) return task;
  task.kind = AGON_DYNAMICS;
  task.inputs = task.outputs;
  task.shape = info.shape.data();
  task.dt = dynamics.dt;
  task.episodes = dynamics.episodes;
  return task;
}

std::unique_ptr<Course> course(const CellContext& cell) {
  if (learns_trajectories(cell.task->info, cell.rule->capabilities))
    return std::make_unique<EpisodeCourse>(cell);
  return std::make_unique<FieldCourse>(cell);
}

}  // namespace

extern const CourseKind kDynamicsCourse;
constinit const CourseKind kDynamicsCourse{reason_against, describe, course, false};

}  // namespace agon::harness
