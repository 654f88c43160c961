// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "reports/record.h"

namespace agon::harness {

// The largest difference, in percent, between two speed cells that did identical work (the same rule,
// settings and task, measured in different rounds): A/A pairs. NaN when there is no pair.
double noise_floor_pct(std::span<const reports::CellRecord> records);

}  // namespace agon::harness
