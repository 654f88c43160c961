// SPDX-License-Identifier: MIT
//
// The outcome of a cell whose worker is gone without a result, or that gets none. Pure, any thread.
#pragma once

#include "harness/work/cell_job.h"
#include "harness/work/process.h"
#include "harness/work/slot.h"
#include "reports/record/record.h"

namespace agon::harness {

// Status and words. Death::again_once: it had been run again already; Death::again has no outcome.
reports::CellOutcome post_mortem(Slot::Death death, const ChildEnd& end, const CellJob& job);

// Of a cell that does not run because its plugin crashed too often.
reports::CellOutcome quarantined(const std::string& plugin);

}  // namespace agon::harness
