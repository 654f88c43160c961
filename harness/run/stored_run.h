// SPDX-License-Identifier: MIT
//
// A run as it lies in its folder, read for a report or a comparison.
#pragma once

#include <string>
#include <vector>

#include "reports/comparison/comparison.h"

namespace agon::harness {

using StoredRun = reports::StoredResults;

// `argument` as find_run() takes it. What a reader must know of it goes to `notes`. Throws
// agon::Error (usage: no run; io: no results).
StoredRun read_run(const std::string& argument, std::vector<std::string>& notes);

}  // namespace agon::harness
