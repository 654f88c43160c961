// SPDX-License-Identifier: MIT
//
// What stands beside a score: what selection would have added to it, and what it cost in units that
// no machine changes. Pure functions, any thread.
#pragma once

#include <span>

#include "reports/record/record.h"

namespace agon::reports {

struct SummaryRow;

// What choosing by the rows that are reported would have added to a score. At least 0; NaN where it
// is not recorded.
struct SelectionBias {
  // The best epoch's score less the last one's, mean over runs, on the validation rows: the test is
  // read once, so its curve is not recorded.
  double best_epoch = kNaN;
  double best_seed = kNaN, best_three = kNaN;  // of these seeds less the mean of all
  double tuned_on_test = kNaN;  // the best learning rate by test score less the chosen one
};
// cells: the row's runs.
SelectionBias selection_bias(const SummaryRow& row, std::span<const CellRecord* const> cells);

// Per training sample; mean over runs, NaN where no run says.
struct Cost {
  double weight_writes = kNaN, spikes = kNaN;
  double samples = kNaN;     // that a run learnt from
  double macs_total = kNaN;  // multiply-accumulates of a run's training
  double effective_macs = kNaN, words_moved = kNaN;
};
Cost cost_of(std::span<const CellRecord* const> cells);

}  // namespace agon::reports
