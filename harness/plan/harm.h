// SPDX-License-Identifier: MIT
//
// What a robustness study does to its trained models.
#pragma once

#include <string>
#include <vector>

namespace agon::harness {

struct Harm {
  std::string kind;            // of reports::kHarms
  std::vector<double> levels;  // ascending, > 0
};

}  // namespace agon::harness
