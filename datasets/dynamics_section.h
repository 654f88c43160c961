// SPDX-License-Identifier: MIT
//
// What a task file of kind "dynamics" says in place of [source] and [split]: the teacher, and the
// episodes of each part.
#pragma once

#include "datasets/generators/dynamics.h"
#include "datasets/task.h"
#include "datasets/task_section.h"

namespace agon::datasets {

// Reads [source] and [episodes] of `top`; fills info.source, info.split and info.dynamics. Throws
// agon::Error(Exit::usage) as parse_task_file does.
Dynamics read_dynamics(const TaskSection& top, TaskInfo& info);

}  // namespace agon::datasets
