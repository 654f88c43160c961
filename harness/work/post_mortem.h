// SPDX-License-Identifier: MIT
//
// The outcome of a cell whose worker is gone without a result, or that gets none. Any thread.
#pragma once

#include "harness/work/cell_job.h"
#include "harness/work/process.h"
#include "harness/work/slot.h"
#include "reports/record/record.h"

namespace agon::harness {

// Status and words; of a crash also the rule's calls, in log_tail. Death::again_once: it had been run
// again already; Death::again has no outcome. idle_s: the limit on standing still.
reports::CellOutcome post_mortem(Slot::Death death, const ChildEnd& end, const CellJob& job,
                                 const Whereabouts& whereabouts, double idle_s);

// Of a cell that does not run because its plugin crashed too often.
reports::CellOutcome quarantined(const std::string& plugin);

}  // namespace agon::harness
