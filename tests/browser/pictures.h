// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "reports/record/record.h"

namespace agon::tests {

// What a spiking rule might draw of a trajectory: states over time, the track in the plane, a
// raster. Repeatable.
std::vector<reports::Picture> sample_dynamics_pictures();
// Ten digits of side x side pixels, drawn as polylines; signed with one lost pixel for side 8.
reports::Picture sample_digits(int64_t side);

}  // namespace agon::tests
