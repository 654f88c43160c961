// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "datasets/dataset.h"
#include "datasets/trajectories.h"

namespace agon::datasets {

// Identity of shape, classes, values, labels, phases and split: 32 hex digits. Row padding does not count.
std::string data_hash(const Dataset& data, const Split& split);
// Of every state and drive, part by part.
std::string data_hash(const Trajectories& trajectories);

}  // namespace agon::datasets
