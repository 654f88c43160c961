// SPDX-License-Identifier: MIT
//
// What a task gives a rule, as one number to freeze.
#pragma once

#include <string>

#include "datasets/dataset.h"
#include "datasets/task.h"
#include "datasets/trajectories.h"

namespace agon::datasets::testing {

// Identity of shape, classes, values, labels, phases and split: 32 hex digits. Row padding does not
// count.
std::string data_hash(const Dataset& data, const Split& split);
// Of every state and drive, part by part.
std::string data_hash(const Trajectories& trajectories);
// The one of the two that the task has.
std::string data_hash(const Task& task);

}  // namespace agon::datasets::testing
