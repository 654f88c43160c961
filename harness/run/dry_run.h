// SPDX-License-Identifier: MIT
//
// What a run would do, on one screen, however many cells it has.
#pragma once

#include <filesystem>
#include <string>

#include "harness/plan/plan.h"

namespace agon::harness {

// previous: the folder of the run that would be resumed or, failing that, of an earlier run whose
// timings serve for the estimate; "" when there is none. resume: its finished cells count as
// cached.
std::string describe_plan(const Plan& plan, const std::filesystem::path& previous, bool resume,
                          unsigned jobs);

}  // namespace agon::harness
