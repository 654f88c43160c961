// SPDX-License-Identifier: MIT
//
// Performance profile of Dolan and More (2002): the share of tasks on which a rule needs at most tau
// times what the best of these rules needs. Adding a rule may change every line. Pure functions, any
// thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace agon::reports {

// times: [rules x tasks], above 0; NaN or infinite where a rule missed the target. A task that all
// miss counts for none. Returns [rules][taus].
std::vector<std::vector<double>> performance_profile(std::span<const double> times, size_t tasks,
                                                     std::span<const double> taus);

}  // namespace agon::reports
