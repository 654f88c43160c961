// SPDX-License-Identifier: MIT
//
// From a check to its measurements: the number that its cells make, against its bound. The
// conventions stand in claims.h. Pure, any thread.
#pragma once

#include <vector>

#include "reports/claims/claims.h"

namespace agon::reports {

class ClaimCells;

// One line, or one for each value of `per`.
std::vector<Measurement> measure(const ClaimCheck& check, const ClaimCells& cells);

}  // namespace agon::reports
