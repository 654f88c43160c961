// SPDX-License-Identifier: MIT
//
// Every cell that did not end well, with its reason and the command that runs it again.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "reports/sections/page.h"
#include "reports/sections/reproduce.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

// More rows than anyone reads would only make the page heavy; cells.csv has them all.
constexpr size_t kMaxRows = 300;
constexpr size_t kMaxLog = 2000;  // bytes of a log's end that the page shows

std::string status_html(Status status) {
  return fmt::format("<span class=\"status{}\">{}</span>", is_failure(status) ? " bad" : "",
                     escape_html(name(status)));
}

std::string reason_html(const CellOutcome& outcome) {
  std::string reason = outcome.status_detail;
  if (reason.empty() && outcome.status == Status::diverged) {
    reason = outcome.diverged_at >= 0
                 ? fmt::format("loss or output left the finite numbers at update {}",
                               outcome.diverged_at)
                 : "loss or output left the finite numbers";
  }
  if (reason.empty()) reason = "no reason was recorded";
  std::string out = escape_html(reason);
  if (outcome.attempts > 1) out += fmt::format(" <small>({} attempts)</small>", outcome.attempts);
  if (!outcome.log_tail.empty()) {
    std::string_view tail = outcome.log_tail;
    const bool cut = tail.size() > kMaxLog;
    if (cut) tail.remove_prefix(tail.size() - kMaxLog);
    out += details(cut ? "End of its log" : "Its log", "<pre>" + escape_html(tail) + "</pre>");
  }
  return out;
}

std::string what_differs(const CellIdentity& id) {
  std::string out = fmt::format("seed {}", id.seed);
  if (std::isfinite(id.lr)) out += ", lr " + shortest(id.lr, 3);
  if (id.depth >= 0) out += fmt::format(", depth {}", id.depth);
  return out;
}

std::string command_html(const std::string& command) {
  return "<code class=\"command\">" + escape_html(command) + "</code>";
}

// What each cell's setting is called in the other sections.
std::map<const CellRecord*, std::string_view> names_of(const PageInput& page) {
  std::map<const CellRecord*, std::string_view> out;
  for (const Group& group : page.groups) {
    for (const CellRecord* record : group.cells) out.emplace(record, group.name);
  }
  return out;
}

std::string failed_table(const PageInput& page, bool failures, size_t& total) {
  const auto names = names_of(page);
  Table table({"Study", "Rule", "Task", "Cell", "Status", "Reason", "Command that runs it again"},
              true);
  total = 0;
  for (const CellRecord& r : page.input.records) {
    const Status status = r.outcome.status;
    const bool wanted = failures ? is_failure(status) : status == Status::diverged;
    if (!wanted || ++total > kMaxRows) continue;
    table.add({text_cell(r.study), text_cell(names.at(&r)), text_cell(r.id.task),
               text_cell(what_differs(r.id)), html_cell(status_html(status)),
               html_cell(reason_html(r.outcome)),
               html_cell(command_html(reproduce_command(run_of(page.input, r), r)))});
  }
  std::string out = table.html();
  if (total > kMaxRows) {
    out += fmt::format("<p class=\"note\">The first {} of {}; cells.csv has them all.</p>",
                       kMaxRows, count(static_cast<int64_t>(total)));
  }
  return out;
}

struct SkippedGroup {
  const CellRecord* first;
  size_t cells;
};

std::string skipped_table(const PageInput& page, size_t& total) {
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
               html_cell(reason_html(g.first->outcome))});
  }
  return table.html();
}

}  // namespace

Panel failures_panel(const PageInput& page) {
  Panel panel{"failures", "Failures", "", {}};
  size_t failed = 0, diverged = 0, skipped = 0;
  const std::string failed_html = failed_table(page, true, failed);
  const std::string diverged_html = failed_table(page, false, diverged);
  const std::string skipped_html = skipped_table(page, skipped);
  if (failed + diverged + skipped == 0) {
    panel.html = absent(page.input.records.empty() ? "No cell has finished yet."
                                                   : "None: every finished cell is ok.");
    return panel;
  }
  panel.html =
      "<p class=\"note\">A cell that failed or diverged scores chance in every aggregate, in a study "
      "of forgetting nothing, and is counted here. Nothing is left out silently.</p>";
  const auto heading = [](size_t n, std::string_view one, std::string_view many,
                          std::string_view rest) {
    return "<h3>" + escape_html(plural(static_cast<int64_t>(n), one, many)) + std::string(rest) +
           "</h3>";
  };
  if (failed > 0) panel.html += heading(failed, "cell", "cells", " failed") + failed_html;
  if (diverged > 0) {
    panel.html += heading(diverged, "cell", "cells", " diverged");
    // Divergence at high learning rates is expected data; a long list of it stays folded.
    panel.html += diverged > 8 ? details("Show them", diverged_html) : diverged_html;
  }
  if (skipped > 0)
    panel.html += heading(skipped, "cell was", "cells were", " skipped") + skipped_html;
  return panel;
}

}  // namespace agon::reports
