// SPDX-License-Identifier: MIT
//
// Cells that are timed stand side by side with those that they are compared with, and take turns (turns.h);
// the groups run one after the other, each with the machine for itself.
#pragma once

#include <span>
#include <vector>

#include "harness/work/executor.h"

namespace agon::harness {

// At most so many in a group: each is a process with its data.
inline constexpr size_t kMostSideBySide = 12;

// Puts cells of one process number (the seed) and one task together, those of like size next to each other,
// and numbers the groups (CellJob::turns). Groups of a process number come in an order drawn for it.
void put_side_by_side(std::vector<ScheduledCell>& cells);

// Runs one group after the other; run(cells, options, events) brings one to its end. Crashes of a plugin count
// over all groups.
template <typename Run>
ScheduleEnd run_side_by_side(std::span<const ScheduledCell> cells, ExecutorOptions options,
                             const ExecutorEvents& events, const Run& run) {
  ExecutorEvents and_crashes = events;
  and_crashes.finished = [&](std::span<const FinishedCell> ended) {
    for (const FinishedCell& done : ended) {
      if (done.outcome.status == reports::Status::crashed)
        options.crashed_before[done.cell->plugin].push_back(done.cell->index);
    }
    if (events.finished) events.finished(ended);
  };
  while (!cells.empty()) {
    size_t group = 1;
    const unsigned turns = cells.front().job.turns;
    while (turns > 0 && group < cells.size() && cells[group].job.turns == turns) ++group;
    options.jobs = static_cast<unsigned>(group);
    const ExecutorOptions of_group = options;
    const ScheduleEnd end = run(cells.first(group), of_group, and_crashes);
    if (end != ScheduleEnd::complete) return end;
    cells = cells.subspan(group);
  }
  return ScheduleEnd::complete;
}

}  // namespace agon::harness
