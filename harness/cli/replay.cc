// SPDX-License-Identifier: MIT
//
// agon replay RUN CELL: runs one cell again, with the run's own suite text, settings and options, and
// compares what it gives bit for bit. Nothing of the run is changed.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "core/machine.h"
#include "core/text.h"
#include "datasets/task.h"
#include "harness/cli/cell_options.h"
#include "harness/cli/cli.h"
#include "harness/plan/build_info.h"
#include "harness/plan/plan.h"
#include "harness/run/console.h"
#include "harness/run/run_directory.h"
#include "harness/work/discover.h"
#include "harness/work/executor.h"
#include "harness/work/vetting.h"
#include "reports/comparison/results.h"
#include "reports/sections/reproduce.h"
#include "reports/store/store.h"

namespace agon::harness {
namespace {

using reports::CellRecord;

constexpr size_t kShownKeys = 5, kShownText = 32;
constexpr int kSame = 0, kDifferent = 1;  // of this verb; what cannot be compared is Exit::usage

struct Options {
  std::string run, cell;
  bool as_json = false;
  Places places;
};

// The one cell of that key or prefix.
std::string key_of(const reports::Store& store, const Options& options) {
  std::set<std::string> found;
  for (const auto& [study, key] : store.planned()) {
    if (key.starts_with(options.cell)) found.insert(key);
  }
  const std::string thing = fmt::format("cell '{}'", options.cell);
  if (options.cell.empty() || found.empty()) {
    throw Error(Exit::usage, thing, fmt::format("no cell of {} has this key", options.run),
                "give a key of cells.csv, column cell_key, or its first digits");
  }
  if (found.size() > 1) {
    std::string list;
    for (const std::string& key : found) {
      if (list.empty() || std::ranges::count(list, ',') + 1 < static_cast<int64_t>(kShownKeys))
        list += (list.empty() ? "" : ", ") + key.substr(0, options.cell.size() + 4);
    }
    throw Error(Exit::usage, thing,
                fmt::format("{} cells have keys that begin so: {}, ...", found.size(), list),
                "give more of its digits");
  }
  return *found.begin();
}

CellRecord record_of(const reports::Store& store, const std::string& key) {
  const std::vector<CellRecord> records = store.records(true, key);
  if (records.empty()) {
    throw Error(Exit::usage, fmt::format("cell '{}'", key), "has not run yet",
                "the command that began the run goes on with it");
  }
  const CellRecord& record = records.front();
  if (record.outcome.status == reports::Status::skipped) {
    throw Error(Exit::usage, fmt::format("cell '{}'", key),
                "was skipped: " + core::printable(record.outcome.status_detail),
                "there is nothing to run again");
  }
  return record;
}

// What is given now replaces what the run had of the same kind.
CellOptions options_of(const reports::RunInfo& run, const Places& given) {
  CellOptions out = cell_options_from(run.options);
  if (!given.plugins.empty()) out.places.plugins = given.plugins;
  if (!given.data.empty()) out.places.data = given.data;
  if (!given.tasks.empty()) out.places.tasks = given.tasks;
  if (!given.simd.empty()) out.places.simd = given.simd;
  return out;
}

// The plan of this cell alone, and of those that share its rule, task, values and seed.
Plan plan_of(const reports::RunInfo& run, const CellRecord& record, const CellOptions& cells,
             const datasets::Catalogue& catalogue,
             std::span<const std::filesystem::path> task_folders) {
  Suite suite = parse_suite(run.suite_toml, run.suite);
  suite.argument = run.suite;
  Overrides overrides;
  overrides.studies = {record.study};
  overrides.rules = {reports::rule_selector(record)};
  overrides.tasks = {record.id.task};
  overrides.seed = record.id.seed;
  overrides.condition = record.id.condition;
  if (cells.timeout_s > 0) overrides.timeout_s = cells.timeout_s;
  apply(overrides, catalogue, suite);
  Discovery discovery = discover(cells.places.plugins);
  for (const std::string& built : discovery.built) note("{}\n", built);
  Plan plan = make_plan(std::move(suite), std::move(discovery.rules), discovery.refused, catalogue);
  vet(plan, task_folders);
  return plan;
}

const PlanCell& cell_of(const Plan& plan, const CellRecord& record) {
  for (const PlanCell& cell : plan.cells) {
    const reports::CellIdentity id = identity(plan, cell);
    if (id.params_json != record.id.params_json || id.mode != record.id.mode ||
        id.condition != record.id.condition)
      continue;
    if (!cell.skip.empty()) {
      throw Error(Exit::usage, fmt::format("cell '{}'", record.id.cell_key),
                  "cannot run here: " + core::printable(cell.skip), "");
    }
    return cell;
  }
  throw Error(Exit::usage, fmt::format("cell '{}'", record.id.cell_key),
              fmt::format("the rule {} has no such settings any more: {}", record.id.rule,
                          record.id.params_json),
              "give the plugin that the run had with --plugin FILE");
}

// What decides a cell's numbers and is not as it was.
std::vector<std::string> differences(const CellRecord& before, const reports::CellIdentity& now) {
  std::vector<std::string> out;
  const auto add = [&](const std::string& what, const std::string& a, const std::string& b) {
    if (a != b)
      out.push_back(fmt::format("{}: {} then, {} now", what, a.empty() ? "unknown" : a, b));
  };
  const bool versions = before.id.plugin_version != now.plugin_version;
  add(fmt::format("build of the plugin of {}", now.rule),
      (versions ? before.id.plugin_version + " " : "") + before.id.plugin_build.substr(0, 8),
      (versions ? now.plugin_version + " " : "") + now.plugin_build.substr(0, 8));
  add(fmt::format("data of {}", now.task), before.id.task_hash.substr(0, 8),
      now.task_hash.substr(0, 8));
  add("agon's sources, flags or class of SIMD target", before.provenance->numerics, numerics());
  if (out.empty() && before.id.cell_key != now.cell_key)
    out.push_back("the study's settings: the key of the cell is another one");
  return out;
}

std::string short_text(const std::string& text) {
  const std::string one = core::printable(text);
  return one.size() <= kShownText ? one : one.substr(0, kShownText - 3) + "...";
}

void print(const Options& options, const CellRecord& before,
           const std::vector<std::string>& differs, const std::vector<reports::ColumnPair>& columns,
           size_t same) {
  say("{} on {}, seed {}, study {} of {}: cell {}\n", core::printable(before.id.rule),
      core::printable(before.id.task), before.id.seed, core::printable(before.study), options.run,
      before.id.cell_key);
  for (const std::string& what : differs) say("  not as it was: {}\n", core::printable(what));
  if (differs.empty()) say("  plugin, data and sources are those of the run\n");
  say("\n  {:<11}{:<20}{:<33}{}\n", "bits", "column", "then", "now");
  for (const reports::ColumnPair& c : columns) {
    const std::string then = short_text(c.before);
    say("  {:<11}{:<20}{:<33}{}\n", c.same ? "same" : "different", c.name,
        then.empty() ? "-" : then,
        c.same            ? ""
        : c.after.empty() ? "-"
                          : short_text(c.after));
  }
  say("\n{} of {} result columns have the same bits\n", same, columns.size());
}

void print_json(const CellRecord& before, const CellRecord& now,
                const std::vector<std::string>& differs,
                const std::vector<reports::ColumnPair>& columns, size_t same) {
  nlohmann::json all = nlohmann::json::array();
  for (const reports::ColumnPair& c : columns)
    all.push_back({{"column", c.name}, {"then", c.before}, {"now", c.after}, {"same", c.same}});
  const nlohmann::json root = {{"cell_key", before.id.cell_key}, {"cell_key_now", now.id.cell_key},
                               {"study", before.study},          {"rule", before.id.rule},
                               {"task", before.id.task},         {"seed", before.id.seed},
                               {"not_as_it_was", differs},       {"columns", all},
                               {"same", same == columns.size()}};
  say("{}\n", root.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

int replay(const Options& options) {
  const reports::Store store(find_run(options.run) / kStoreFile, reports::Store::Mode::read);
  const reports::RunInfo run = store.run();
  const CellRecord before = record_of(store, key_of(store, options));
  CellOptions cells = options_of(run, options.places);
  pin_simd(cells.places.simd);
  const auto task_folders = datasets::task_folders(cells.places.tasks);
  const datasets::Catalogue catalogue(datasets::data_roots(cells.places.data), task_folders);
  const Plan plan = plan_of(run, before, cells, catalogue, task_folders);
  const PlanCell& cell = cell_of(plan, before);

  CellRecord now{before.study, identity(plan, cell), {}, provenance(cells.threads)};
  ExecutorOptions how;
  how.pinned = reports::is_speed(now.id.mode);
  how.threads = cells.threads;
  how.memory_mib = cells.memory_mib;
  how.worker_arguments = worker_arguments(cells);
  const std::vector<ScheduledCell> one{
      {0, plan.variants[cell.variant].rule->plugin_path, job_of(plan, cell)}};
  ExecutorEvents events;
  events.finished = [&](std::span<const FinishedCell> ended) {
    now.outcome = ended.back().outcome;
  };
  events.note = [](const std::string& text) { note("{}\n", text); };
  if (make_executor(executor_names().front(), std::move(how))->run(one, events) ==
      ScheduleEnd::interrupted)
    return static_cast<int>(Exit::interrupted);

  const std::vector<std::string> differs = differences(before, now.id);
  const std::vector<reports::ColumnPair> columns = reports::compare_outcomes(before, now);
  const auto same = static_cast<size_t>(std::ranges::count_if(columns, &reports::ColumnPair::same));
  if (options.as_json) {
    print_json(before, now, differs, columns, same);
  } else {
    print(options, before, differs, columns, same);
  }
  return same == columns.size() ? kSame : kDifferent;
}

}  // namespace

void add_replay(CommandLine& line) {
  auto options = std::make_shared<Options>();
  const Verb verb = line.add(
      "replay",
      "Run one cell of a run again and compare bits: exit 0 the same, 1 different, 2 cannot be run");
  verb.option("run", options->run, "Folder of the run, or 'latest'").required();
  verb.option("cell", options->cell, "Key of the cell (cell_key of cells.csv) or its first digits")
      .required();
  verb.flag("--json", options->as_json, "As JSON");
  add_places(verb, options->places);
  add_simd(verb, options->places.simd);
  verb.does([options] { return replay(*options); });
}

}  // namespace agon::harness
