// SPDX-License-Identifier: MIT
#include "harness/run/dry_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "core/text.h"
#include "harness/plan/build_info.h"
#include "harness/plan/tuning.h"
#include "harness/run/progress.h"
#include "harness/run/run_directory.h"
#include "reports/store/store.h"

namespace agon::harness {
namespace {

constexpr size_t kShownReasons = 6;

struct Earlier {
  std::unordered_map<std::string, reports::Status> finished;
  // Of earlier cells by what a cell is apart from its builds: why it would be stale.
  struct Builds {
    std::string plugin, task, numerics;
  };
  std::unordered_map<std::string, Builds> by_content;
  // (rule, task, mode): sum, n
  std::map<std::tuple<std::string, std::string, reports::Mode>, std::pair<double, size_t>> seconds;
};

std::string content_of(const reports::CellIdentity& id) {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", id.rule, id.params_json, id.condition, id.task,
                     id.seed, name(id.mode));
}

Earlier read_earlier(const std::filesystem::path& folder, bool resume) {
  Earlier earlier;
  std::error_code ignored;
  if (folder.empty() || !std::filesystem::exists(folder / kStoreFile, ignored)) return earlier;
  const reports::Store store(folder / kStoreFile, reports::Store::Mode::read);
  if (resume) earlier.finished = store.finished();
  for (const reports::CellRecord& record : store.records(false)) {
    if (resume) {
      earlier.by_content[content_of(record.id)] = {record.id.plugin_build, record.id.task_hash,
                                                   record.provenance->numerics};
    }
    if (!(record.outcome.wall_s > 0)) continue;
    auto& [sum, n] = earlier.seconds[{record.id.rule, record.id.task, record.id.mode}];
    sum += record.outcome.wall_s;
    ++n;
  }
  return earlier;
}

// Why an earlier cell of this content has another key.
std::string why_stale(const Earlier::Builds& before, const reports::CellIdentity& id) {
  std::vector<std::string> changes;
  if (before.plugin != id.plugin_build) changes.push_back("the plugin changed");
  if (before.task != id.task_hash) changes.push_back("the task's data changed");
  if (before.numerics != numerics())
    changes.push_back("numerics changed: agon's sources or flags, or the class of SIMD target");
  if (changes.empty()) changes.push_back("the study's settings changed");
  return fmt::format("{}", fmt::join(changes, "; "));
}

// What the cells to come will take, by the timings of others of their rule, task and mode.
struct Estimate {
  const Earlier& earlier;
  double known_seconds = 0;
  size_t known = 0, unknown = 0;

  void add(const Plan& plan, const PlanCell& cell) {
    const auto it =
        earlier.seconds.find({plan.variants[cell.variant].rule->id, plan.tasks[cell.task]->id,
                              plan.treatments[cell.treatment].mode});
    if (it == earlier.seconds.end()) {
      ++unknown;
      return;
    }
    known_seconds += it->second.first / static_cast<double>(it->second.second);
    ++known;
  }
  double seconds() const {
    const double per_cell = known_seconds / static_cast<double>(known);
    return known_seconds + per_cell * static_cast<double>(unknown);
  }
};

// How even the parts of a plan are.
std::string shares_of(const Plan& plan) {
  double all = 0, heaviest = 0;
  for (const double load : plan.loads) {
    all += load;
    heaviest = std::max(heaviest, load);
  }
  if (!(all > 0)) return "";
  const Shard& shard = plan.shard;
  return fmt::format(
      "shard {}/{}: {:.2f} % of what the whole costs, the heaviest shard {:.2f} %, by {}\n",
      shard.index, shard.count, 100 * plan.loads[shard.index - 1] / all, 100 * heaviest / all,
      shard.costs.empty() ? "what cells are" : "costs " + shard.costs);
}

struct Counts {
  size_t fresh = 0, cached = 0, stale = 0, skipped = 0, shared = 0;
  size_t total() const { return fresh + cached + stale + skipped + shared; }
};

std::string row(const std::string& name, const Counts& c) {
  return fmt::format("  {:<18}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}\n", name, c.total(), c.fresh, c.cached,
                     c.stale, c.skipped, c.shared);
}

}  // namespace

std::string describe_plan(const Plan& plan, const std::filesystem::path& previous, bool resume,
                          unsigned jobs) {
  const Earlier earlier = read_earlier(previous, resume);
  std::vector<Counts> studies(plan.suite.studies.size());
  Counts all;
  std::map<std::string, size_t> reasons;
  std::unordered_map<std::string_view, bool> seen;
  seen.reserve(plan.cells.size());
  Estimate estimate{earlier};
  for (const PlanCell& cell : plan.cells) {
    size_t Counts::*kind = &Counts::fresh;
    if (!cell.skip.empty()) {
      kind = &Counts::skipped;
      ++reasons["skipped: " + core::printable(cell.skip)];
    } else if (!seen.emplace(cell.key, true).second) {
      kind = &Counts::shared;
    } else if (const auto done = earlier.finished.find(cell.key); done != earlier.finished.end()) {
      kind = &Counts::cached;
      if (reports::is_failure(done->second))
        ++reasons["cached: failed before; --retry runs them again"];
    } else {
      if (!earlier.by_content.empty()) {
        const reports::CellIdentity id = identity(plan, cell);
        if (const auto it = earlier.by_content.find(content_of(id));
            it != earlier.by_content.end()) {
          kind = &Counts::stale;
          ++reasons[fmt::format("stale: {} ({}, {})", why_stale(it->second, id), id.rule, id.task)];
        }
      }
      estimate.add(plan, cell);
    }
    ++(all.*kind);
    ++(studies[cell.study].*kind);
  }
  const std::vector<PlanCell> winners = awaited(plan);
  for (const PlanCell& cell : winners) {
    if (cell.skip.empty()) estimate.add(plan, cell);
  }
  std::string text =
      fmt::format("suite {}: {} cells, {} variants of rules, {} tasks\n\n", plan.suite.name,
                  all.total(), plan.variants.size(), plan.tasks.size());
  text += fmt::format("  {:<18}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}\n", "study", "cells", "new", "cached",
                      "stale", "skipped", "shared");
  for (size_t s = 0; s < studies.size(); ++s) text += row(plan.suite.studies[s].name, studies[s]);
  text += row("total", all);
  if (all.shared > 0) text += "\nshared: the same cell stands in an earlier study and runs once\n";
  if (!reasons.empty()) text += "\n";
  size_t shown = 0;
  for (const auto& [reason, count] : reasons) {
    if (shown++ == kShownReasons) {
      text += fmt::format("  ... and {} more reasons\n", reasons.size() - kShownReasons);
      break;
    }
    text += fmt::format("  {} x {}\n", count, reason);
  }
  if (!winners.empty()) {
    const size_t skipped = static_cast<size_t>(
        std::ranges::count_if(winners, [](const PlanCell& c) { return !c.skip.empty(); }));
    text += fmt::format(
        "\nruleset tuned: {} winners join the plan when their trials have ended, at most {} of them "
        "to run{}\n",
        winners.size(), winners.size() - skipped,
        skipped == 0 ? "" : fmt::format(", {} skipped", skipped));
  }
  const size_t to_run = estimate.known + estimate.unknown;
  text += fmt::format("\nto run: {} cells", to_run);
  if (estimate.known > 0) {
    const double seconds = estimate.seconds() / jobs;
    text += fmt::format(", about {} with {} jobs (from the timings of {})", duration_text(seconds),
                        jobs, previous.string());
  } else if (to_run > 0) {
    text += ", no earlier timings to estimate from";
  }
  return text + "\n" + shares_of(plan);
}

}  // namespace agon::harness
