// SPDX-License-Identifier: MIT
//
// Every cell that did not end well, with its reason and the command that runs it again.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "reports/sections/drawers.h"
#include "reports/sections/reproduce.h"
#include "reports/sections/sections.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

// More rows than anyone reads would only make the page heavy; cells.csv has them all.
constexpr size_t kMaxRows = 300;
constexpr size_t kMaxLog = 2000;  // bytes of a log's end that the page shows

Cell status_cell(Status status) {
  return text_cell(
      Text().add(std::string(name(status)), is_failure(status) ? As::failed_status : As::status));
}

Cell reason_cell(const CellOutcome& outcome) {
  std::string reason = outcome.status_detail;
  if (reason.empty() && outcome.status == Status::diverged) {
    reason = outcome.diverged_at >= 0
                 ? fmt::format("loss or output left the finite numbers at update {}",
                               outcome.diverged_at)
                 : "loss or output left the finite numbers";
  }
  if (reason.empty()) reason = "no reason was recorded";
  Cell cell = text_cell(reason);
  if (outcome.attempts > 1)
    cell.text.beside(fmt::format("({} attempts)", outcome.attempts), As::small);
  if (!outcome.log_tail.empty()) {
    std::string_view tail = outcome.log_tail;
    const bool cut = tail.size() > kMaxLog;
    if (cut) tail.remove_prefix(tail.size() - kMaxLog);
    cell.fold_title = cut ? "End of its log" : "Its log";
    cell.fold = tail;
  }
  return cell;
}

std::string what_differs(const CellIdentity& id) {
  std::string out = fmt::format("seed {}", id.seed);
  if (std::isfinite(id.lr)) out += ", lr " + shortest(id.lr, 3);
  if (id.depth >= 0) out += fmt::format(", depth {}", id.depth);
  return out;
}

// The setting of each cell, which has its name in the other sections.
std::unordered_map<const CellRecord*, const Group*> groups_of(const PageInput& page) {
  std::unordered_map<const CellRecord*, const Group*> out;
  for (const Group& group : page.groups) {
    for (const CellRecord* record : group.cells) out.emplace(record, &group);
  }
  return out;
}

// A table of up to kMaxRows of them. total: how many there are.
std::vector<Block> failed_blocks(const PageInput& page, bool failures, size_t& total) {
  const auto groups = groups_of(page);
  Table table({"Study", "Rule", "Task", "Cell", "Status", "Reason", "Command that runs it again"},
              true);
  total = 0;
  for (const CellRecord& r : page.input.records) {
    const Status status = r.outcome.status;
    const bool wanted = failures ? is_failure(status) : status == Status::diverged;
    if (!wanted || ++total > kMaxRows) continue;
    table.add({text_cell(r.study), text_cell(groups.at(&r)->name), text_cell(r.id.task),
               opening_run(text_cell(what_differs(r.id)), *groups.at(&r), r), status_cell(status),
               reason_cell(r.outcome),
               text_cell(Text().add(reproduce_command(run_of(page.input, r), r), As::command))},
              {r.id.rule, r.id.task, r.study});
  }
  Section section;
  section.add(std::move(table));
  if (total > kMaxRows) {
    section.note(fmt::format("The first {} of {}; cells.csv has them all.", kMaxRows,
                             count(static_cast<int64_t>(total))));
  }
  return section.blocks;
}

struct SkippedGroup {
  const CellRecord* first;
  size_t cells;
};

Table skipped_table(const PageInput& page, size_t& total) {
  std::vector<SkippedGroup> groups;
  total = 0;
  for (const CellRecord& r : page.input.records) {
    if (r.outcome.status != Status::skipped) continue;
    ++total;
    const auto at = std::ranges::find_if(groups, [&](const SkippedGroup& g) {
      return g.first->study == r.study && g.first->id.rule == r.id.rule &&
             g.first->id.task == r.id.task &&
             g.first->outcome.status_detail == r.outcome.status_detail;
    });
    if (at != groups.end()) {
      ++at->cells;
    } else if (groups.size() < kMaxRows) {
      groups.push_back({&r, 1});
    }
  }
  Table table({"Study", "Rule", "Task", "#Cells", "Reason"}, true);
  for (const SkippedGroup& g : groups) {
    table.add({text_cell(g.first->study), text_cell(g.first->id.rule), text_cell(g.first->id.task),
               number_cell(std::to_string(g.cells), static_cast<double>(g.cells)),
               reason_cell(g.first->outcome)},
              {g.first->id.rule, g.first->id.task, g.first->study});
  }
  return table;
}

}  // namespace

Section failures_section(const PageInput& page) {
  Section section{"failures", "Failures"};
  size_t failed = 0, diverged = 0, skipped = 0;
  std::vector<Block> failed_rows = failed_blocks(page, true, failed);
  std::vector<Block> diverged_rows = failed_blocks(page, false, diverged);
  Table skipped_rows = skipped_table(page, skipped);
  if (failed + diverged + skipped == 0) {
    section.absent(page.input.records.empty() ? "No cell has finished yet."
                                              : "None: every finished cell is ok.");
    return section;
  }
  section.note(
      "A cell that failed or diverged scores chance in every aggregate, in a study of forgetting "
      "nothing, and is counted here. Nothing is left out silently.");
  const auto heading = [&](size_t n, std::string_view one, std::string_view many,
                           const char* what) {
    section.add(Heading{plural(static_cast<int64_t>(n), one, many) + what});
  };
  const auto add_all = [&](std::vector<Block> blocks) {
    for (Block& block : blocks) section.blocks.push_back(std::move(block));
  };
  if (failed > 0) {
    heading(failed, "cell", "cells", " failed");
    add_all(std::move(failed_rows));
  }
  if (diverged > 0) {
    heading(diverged, "cell", "cells", " diverged");
    // Divergence at high learning rates is expected data; a long list of it stays folded.
    if (diverged > 8) {
      section.add(Fold{"Show them", std::move(diverged_rows)});
    } else {
      add_all(std::move(diverged_rows));
    }
  }
  if (skipped > 0) {
    heading(skipped, "cell was", "cells were", " skipped");
    section.add(std::move(skipped_rows));
  }
  return section;
}

}  // namespace agon::reports
