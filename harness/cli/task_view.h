// SPDX-License-Identifier: MIT
//
// What the data of a task look like, for a terminal.
#pragma once

#include <string>
#include <vector>

#include "datasets/task.h"

namespace agon::harness {

struct TaskView {
  std::vector<datasets::Fact> facts;  // sizes, counts, ranges
  std::vector<std::string> drawing;   // a sample or some
};

TaskView view_of(const datasets::Task& task);

}  // namespace agon::harness
