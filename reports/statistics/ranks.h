// SPDX-License-Identifier: MIT
//
// Ranks with ties. Pure functions, any thread.
#pragma once

#include <span>
#include <vector>

namespace agon::reports {

// The rank of every value, the smallest first, 1 for the first; equal values share the mean of their
// ranks.
std::vector<double> mean_ranks(std::span<const double> values);

}  // namespace agon::reports
