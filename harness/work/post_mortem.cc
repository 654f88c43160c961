// SPDX-License-Identifier: MIT
#include "harness/work/post_mortem.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/work/crash_report.h"
#include "harness/work/local_executor.h"
#include "harness/work/quarantine.h"

namespace agon::harness {

using reports::Status;

reports::CellOutcome post_mortem(Slot::Death death, const ChildEnd& end, const CellJob& job,
                                 const Whereabouts& whereabouts, double idle_s) {
  reports::CellOutcome outcome;
  const std::string where = where_text(whereabouts);
  outcome.status = Status::crashed;
  switch (death) {
    case Slot::Death::again_once:
      outcome.status_detail =
          describe_exit(end) + where + ": killed twice from outside, perhaps for want of memory";
      break;
    case Slot::Death::stray:
      outcome.status_detail =
          "a message that was not for this cell came through the worker's event pipe (descriptor 3)";
      break;
    case Slot::Death::slow_loading:
      outcome.status = Status::timeout;
      outcome.status_detail = fmt::format("loading the data took longer than {} s",
                                          std::max(kLoadingLimitS, job.timeout_s));
      break;
    case Slot::Death::timeout:
      outcome.status = Status::timeout;
      outcome.status_detail = fmt::format(
          "no end after {} s{}, and the rule does not poll should_stop()", job.timeout_s, where);
      break;
    case Slot::Death::stuck:
      outcome.status = Status::timeout;
      outcome.status_detail = fmt::format(
          "it stood still{}: no CPU time and no call to the host for {} s (--idle)", where, idle_s);
      break;
    case Slot::Death::again:
    case Slot::Death::crashed:
      outcome.status_detail = describe_exit(end) + where;
      if (!end.memory_limit) break;
      outcome.status = Status::oom;
      outcome.status_detail +=
          ": it and what it started took all the memory of a cell; --memory sets another limit";
      break;
  }
  if (const std::string calls = backtrace_text(whereabouts, job.plugin_path); !calls.empty())
    outcome.log_tail = "the calls that led there, the last one first:\n" + calls;
  return outcome;
}

reports::CellOutcome quarantined(const std::string& plugin) {
  reports::CellOutcome outcome;
  outcome.status = Status::quarantined;
  outcome.status_detail = fmt::format("not run: plugin {} crashed {} cells before this one", plugin,
                                      kQuarantineCrashes);
  outcome.attempts = 0;
  return outcome;
}

}  // namespace agon::harness
