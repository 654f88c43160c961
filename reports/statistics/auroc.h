// SPDX-License-Identifier: MIT
//
// The area under the ROC curve as a mean over test rows, so that score_interval() and difference()
// apply to it (binary = true). The variance of its row values is that of DeLong, DeLong and
// Clarke-Pearson, "Comparing the areas under two or more correlated receiver operating
// characteristic curves", Biometrics 1988. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace agon::reports {

struct AurocValues {
  double auroc = std::numeric_limits<double>::quiet_NaN();  // NaN where a class has no row
  std::vector<double>
      values;  // one a row, in the order given, mean = auroc; empty where that is NaN
};
// scores: finite, higher for the positive class. positive: 1 for its rows, 0 for the others.
AurocValues auroc_values(std::span<const double> scores, std::span<const uint8_t> positive);

}  // namespace agon::reports
