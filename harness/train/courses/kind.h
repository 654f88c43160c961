// SPDX-License-Identifier: MIT
//
// What the harness must know of a kind of task: each kind is a file here and a row of the table in
// kind.cc. Planning asks why a rule cannot learn a task, training how it does.
#pragma once

#include <memory>
#include <string>

#include "agon/plugin.h"
#include "datasets/task.h"
#include "harness/plugins/manifest.h"

namespace agon::harness {

class Course;
struct CellContext;

struct CourseKind {
  // Why the rule cannot learn the task, "" when it can.
  std::string (*reason_against)(const RuleManifest& rule, const datasets::TaskInfo& info);
  // What a rule with these capabilities is told before the data are read, without rows and seed.
  // The shape points into info.
  agon_task (*describe)(const datasets::TaskInfo& info, uint64_t capabilities);
  std::unique_ptr<Course> (*course)(const CellContext& cell);
  bool rows;  // its units are rows: they can be timed, and shares of them be learnt
};

const CourseKind& course_kind(const datasets::TaskInfo& info);

}  // namespace agon::harness
