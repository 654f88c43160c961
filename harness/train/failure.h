// SPDX-License-Identifier: MIT
//
// Which outcome a rule's failure is.
#pragma once

#include "harness/plugins/call.h"
#include "harness/plugins/instance.h"
#include "reports/record/record.h"

namespace agon::harness {

// Sets status and status_detail. A rule that is not for this task or these values is skipped; one
// that stops without having been asked to has failed, whatever the time.
void take_failure(const RuleFailure& failure, const Call& call, double timeout_s,
                  reports::CellOutcome& outcome);

}  // namespace agon::harness
