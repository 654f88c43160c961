// SPDX-License-Identifier: MIT
#include "harness/train/failure.h"

#include <fmt/format.h>

namespace agon::harness {

using reports::Status;

void take_failure(const RuleFailure& failure, const Call& call, double timeout_s,
                  reports::CellOutcome& outcome) {
  outcome.status_detail = failure.what();
  if (dynamic_cast<const NotForThis*>(&failure) != nullptr) {
    outcome.status = Status::skipped;
    return;
  }
  switch (failure.status()) {
    case AGON_STOPPED:
      outcome.status = call.told_to_stop() ? Status::timeout : Status::error;
      outcome.status_detail =
          call.told_to_stop()
              ? fmt::format("stopped at its limit of {} s", timeout_s)
              : "the rule stopped (AGON_STOPPED) though should_stop() had not asked it to";
      break;
    case AGON_DIVERGED: outcome.status = Status::diverged; break;
    case AGON_NO_MEMORY: outcome.status = Status::oom; break;
    default: outcome.status = Status::error;
  }
}

}  // namespace agon::harness
