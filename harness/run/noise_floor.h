// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "reports/record/record.h"

namespace agon::harness {

// How far two speed cells of identical work (the same rule, settings and task) were apart at most:
// 100 (ratio - 1) of the faster rate over the slower, so 140 is a factor of 2.4. NaN when there is
// no pair.
double noise_floor_pct(std::span<const reports::CellRecord> records);

}  // namespace agon::harness
