// SPDX-License-Identifier: MIT
//
// One speed cell: training and prediction throughput of a rule on a task through Google Benchmark. The
// scheduler runs it alone and pinned; a rule's cells of different seeds are identical work (an A/A pair)
// and give the noise floor.
#pragma once

#include "harness/run/trainer.h"

namespace agon::harness {

// samples_per_s_* are medians of the repetitions (also returned); training is timed on whole minibatches
// gathered beforehand, so the clock sees the rule only.
reports::CellOutcome time_cell(const CellContext& cell);

}  // namespace agon::harness
