// SPDX-License-Identifier: MIT
//
// Samples that put a report to the test, made of the sample "full".
#pragma once

#include <string>
#include <vector>

#include "reports/report.h"

namespace agon::tests {

// one-cell  a single run
// one-seed  one run of each setting
// failing   three of ten cells failed, one after the other in every way
// names     rules, tasks and studies called by other scripts, turning marks, quotes, commas, line
//           breaks and formulas
const std::vector<std::string>& bad_kinds();
// full: what the sample is made of.
reports::ReportInput make_bad(const std::string& kind, reports::ReportInput full);

// What the names of sample "names" hold.
inline constexpr const char* kOddRule = "=規則,\"éd\"\n\u202e@x\u200f";
inline constexpr const char* kOddTask = "مهمة, 'T'";

}  // namespace agon::tests
