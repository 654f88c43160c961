// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/plan/plan.h"
#include "reports/record/record.h"

namespace agon::harness {

// What rules logged as warnings in a run's cells, one printable line for each rule and text:
// "bp[lr=0.1] warns: ... (3 cells)", with the settings where all the cells have the same ones.
std::vector<std::string> warning_lines(const Plan& plan,
                                       std::span<const reports::CellRecord> records);

}  // namespace agon::harness
