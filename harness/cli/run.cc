// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>

#include "core/hash.h"
#include "core/machine.h"
#include "datasets/task.h"
#include "harness/cli/cell_options.h"
#include "harness/cli/cli.h"
#include "harness/cli/number_option.h"
#include "harness/cli/source_rule.h"
#include "harness/plan/claims.h"
#include "harness/plan/limits.h"
#include "harness/plan/plan.h"
#include "harness/plan/shard.h"
#include "harness/plan/tuning.h"
#include "harness/run/console.h"
#include "harness/run/dry_run.h"
#include "harness/run/progress.h"
#include "harness/run/run_directory.h"
#include "harness/run/suite_run.h"
#include "harness/work/discover.h"
#include "harness/work/sandbox.h"
#include "harness/work/vetting.h"

namespace agon::harness {
namespace {

struct Options {
  std::string suite = "quick";
  Overrides overrides;
  int64_t seeds = 0, seed = -1;
  unsigned jobs = 0;
  int64_t max_cells = kMostCells;
  std::string output, executor = executor_names().front(), slurm, costs;
  double idle_s = kIdleS;
  bool dry_run = false, fail_fast = false, retry = false;
  Shard shard;
  CellOptions cells;
};

// What makes two commands the same run, apart from how it is carried out.
std::string signature(const Options& options, const Suite& suite) {
  std::string text = suite.text;
  for (const auto* list :
       {&options.overrides.rules, &options.overrides.tasks, &options.overrides.studies}) {
    for (const std::string& item : *list) text += "\n" + item;
    text += "\n--";
  }
  text += fmt::format("\n{} {}", options.seeds, options.seed);
  if (!options.overrides.condition.empty()) text += "\n" + options.overrides.condition;
  if (options.shard.count > 1) text += "\n--shard " + shard_text(options.shard) + options.costs;
  return core::hash_hex(text);
}

// The run that this command would resume, or the latest one for its timings.
std::pair<std::filesystem::path, bool> earlier_run(const Options& options, const std::string& suite,
                                                   const std::string& id) {
  std::error_code ignored;
  if (!options.output.empty()) {
    if (std::filesystem::exists(std::filesystem::path(options.output) / kStoreFile, ignored))
      return {options.output, true};
  } else if (const auto unfinished = unfinished_run(suite, id); !unfinished.empty()) {
    return {unfinished, true};
  }
  const std::filesystem::path latest = "runs/latest";
  return {std::filesystem::exists(latest / kStoreFile, ignored) ? latest : std::filesystem::path(),
          false};
}

// Cells in error because a data file is broken are the files' fault, whatever else failed: asks the
// loader again, which happens only after errors.
bool data_is_broken(const RunSummary& summary, const datasets::Catalogue& catalogue) {
  for (const std::string& id : summary.tasks_in_error) {
    try {
      catalogue.load(catalogue.info(id));
    } catch (const Error& e) {
      if (e.exit() != Exit::data) throw;
      last_words(fmt::format("error: {}\n", e.what()));
      return true;
    }
  }
  return false;
}

// Without the parameter a rule gets what the host gives by itself, which its author may not know.
void warn_of_one_epoch(const Plan& plan) {
  for (const RuleManifest& rule : plan.rules) {
    const bool runs = std::ranges::any_of(plan.cells, [&](const PlanCell& cell) {
      return cell.skip.empty() && plan.variants[cell.variant].rule == &rule;
    });
    if (!runs || rule.param("epochs") != nullptr || rule.param("updates") != nullptr) continue;
    note(
        "warning: rule {} declares no parameter 'epochs', so it learns for one epoch; "
        "agon::epochs_param(N) in its table sets another default\n",
        rule.id);
  }
}

int run(Options options) {
  const auto start = std::chrono::steady_clock::now();
  if (const std::string fault = options.cells.sandbox ? sandbox_fault() : ""; !fault.empty())
    throw Error(Exit::usage, "--sandbox", fault, "run without it, or on another kernel");
  pin_simd(options.cells.places.simd);
  if (options.seeds > 0) options.overrides.seeds = options.seeds;
  if (options.seed >= 0) options.overrides.seed = static_cast<uint64_t>(options.seed);
  if (options.cells.timeout_s > 0) options.overrides.timeout_s = options.cells.timeout_s;
  ExecutorOptions executor;
  executor.settings = options.slurm;
  make_executor(options.executor, executor);  // what is wrong with it is told before the plan
  if (!options.costs.empty() && options.shard.count == 1) {
    throw Error(Exit::usage, "--costs " + options.costs, "says how shards are balanced",
                "say which one this is with --shard i/n");
  }
  const unsigned cores = core::machine().cores;
  unsigned jobs = options.jobs > 0 ? options.jobs : std::max(1u, cores / options.cells.threads);
  if (options.cells.threads > 1 && jobs > 1 && jobs * options.cells.threads > cores) {
    const unsigned fit = std::max(1u, cores / options.cells.threads);
    if (fit < jobs)
      note("note: {} threads inside a cell leave room for {} cell{} at a time on {} cores\n",
           options.cells.threads, fit, fit == 1 ? "" : "s", cores);
    jobs = std::min(jobs, fit);
  }

  for (std::string& rule : options.overrides.rules)
    rule = rule_by_source(rule, options.cells.places.plugins);
  Suite suite = load_suite(options.suite);
  const std::string id = signature(options, suite);
  const std::vector<std::filesystem::path> task_folders =
      datasets::task_folders(options.cells.places.tasks);
  const datasets::Catalogue catalogue = catalogue_of(options.cells.places);
  apply(options.overrides, catalogue, suite);
  std::ranges::copy(suite.plugins, std::back_inserter(options.cells.places.plugins));
  Discovery discovery = discover(options.cells.places.plugins, options.cells.sandbox);
  for (const std::string& built : discovery.built) note("{}\n", built);
  if (options.overrides.rules.empty()) join(discovery.sources, suite);
  for (const std::string& refused : discovery.refused)
    note("warning: plugin refused: {}\n", refused);
  stand_in(suite, discovery);
  Plan plan = make_plan(std::move(suite), std::move(discovery.rules), discovery.refused, catalogue,
                        options.max_cells);
  if (options.overrides.whole_suite()) {
    check_trials(plan);
    check_claims(plan);
  }
  warn_of_one_epoch(plan);
  vet(plan, task_folders, options.cells.sandbox);
  keep_shard(plan, options.shard,
             options.costs.empty() ? Costs() : Costs(find_run(options.costs) / kStoreFile, plan));

  if (options.dry_run) {
    const auto [earlier, resume] = earlier_run(options, plan.suite.name, id);
    write_out(describe_plan(plan, earlier, resume, jobs));
    return 0;
  }
  RunOptions run_options;
  run_options.output = options.output;
  run_options.executor = options.executor;
  run_options.executor_settings = options.slurm;
  run_options.jobs = jobs;
  run_options.threads = options.cells.threads;
  run_options.memory_mib = options.cells.memory_mib;
  run_options.idle_s = options.idle_s;
  run_options.fail_fast = options.fail_fast;
  run_options.retry = options.retry;
  run_options.signature = id;
  run_options.command = command_line();
  run_options.options = words_of(options.cells);
  run_options.worker_arguments = worker_arguments(options.cells);
  const std::string suite_name = plan.suite.name;
  const size_t whole = plan.whole_with_winners;
  const RunSummary summary = run_suite(std::move(plan), catalogue, run_options);
  for (const std::string& warning : summary.warnings) decorate(warning + "\n");

  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::string counts = fmt::format("{} ok", summary.ok);
  if (summary.diverged > 0) counts += fmt::format(", {} diverged", summary.diverged);
  if (summary.failed > 0) counts += fmt::format(", {} failed", summary.failed);
  if (summary.skipped > 0) counts += fmt::format(", {} skipped", summary.skipped);
  if (summary.waiting > 0) counts += fmt::format(", {} not run", summary.waiting);
  say("{}: {} cells: {} ({} ran now, {})\n", suite_name, summary.cells, counts, summary.ran,
      duration_text(seconds));
  say("report: {}\n", summary.report.string());
  if (options.shard.count > 1) {
    say("shard {} of a plan of {} cells: agon merge puts all shards together\n",
        shard_text(options.shard), whole);
  }
  flush_out();
  if (summary.failed_before > 0) {
    note(
        "note: {} of them failed in an earlier attempt and did not run now: --retry runs them again\n",
        summary.failed_before);
  }
  if (summary.end == ScheduleEnd::interrupted) {
    last_words("interrupted: the same command goes on where this one stopped\n");
    return static_cast<int>(Exit::interrupted);
  }
  if (data_is_broken(summary, catalogue)) return static_cast<int>(Exit::data);
  return static_cast<int>(summary.failed > 0 ? Exit::cells_failed : Exit::ok);
}

}  // namespace

void add_run(CommandLine& line) {
  auto o = std::make_shared<Options>();
  const Verb verb = line.add("run", "Run a suite and write its report");
  verb.option("suite", o->suite, "A built-in suite (agon list suites) or a TOML file")
      .shows_default();
  verb.option("-r,--rule", o->overrides.rules,
              "Keep this rule; brackets replace its settings: 'ed[lr=log(1e-3,1,5),depth=[1,4]]', "
              "'python[file=my_rule.py]'; may be given again")
      .one_at_a_time();
  verb.option("-t,--task", o->overrides.tasks,
              "Keep this task, and add it to the studies that lack it; may be given again")
      .one_at_a_time();
  verb.option("--study", o->overrides.studies, "Keep this study; may be given again")
      .one_at_a_time();
  verb.option("--condition", o->overrides.condition,
              "Of what a study varies beside parameters keep this value: share=0.1");
  add_whole(verb, "-s,--seeds", o->seeds, {1, kMostSeeds}, "Seeds per cell: 0 .. N-1");
  add_whole(verb, "--seed", o->seed, {0, kLargestSeed}, "This one seed only");
  add_whole(verb, "-j,--jobs", o->jobs, {1, kMostJobs},
            "Cells side by side; default: one per core");
  verb.checked(
          "--shard", [o](const std::string& text) { o->shard = parse_shard(text); },
          "Run part i of n alone, for one machine of several; agon merge puts them together")
      .takes("i/n");
  verb.option("--costs", o->costs,
              "Balance shards by what the cells of this run took, the same one for all shards")
      .takes("RUN");
  verb.option("--executor", o->executor,
              fmt::format("Where cells run: {}", fmt::join(executor_names(), ", ")));
  verb.option("--slurm", o->slurm,
              "How --executor slurm asks for room; see harness/work/slurm/config.h")
      .takes("FILE.toml");
  add_whole(
      verb, "--threads", o->cells.threads, {1, kMostJobs},
      "Threads inside a cell, with the same results for any number; default: 1, and where fewer "
      "cells are left than --jobs its share of the others' cores");
  add_output(verb, o->output, "Folder of the run; default: runs/<suite>-<time>");
  add_real(verb, "--timeout", o->cells.timeout_s, {kShortestTimeoutS, kLongestTimeoutS, "seconds"},
           "Wall-clock limit of a cell in seconds");
  add_whole(verb, "--memory", o->cells.memory_mib, {64, 1 << 24, "MiB"},
            "Memory limit of a worker in MiB; default: 80 % of the machine's over the jobs");
  verb.flag("--sandbox", o->cells.sandbox,
            "Rules get no network, change no file outside their temporary folder, signal nobody");
  add_real(
      verb, "--idle", o->idle_s, {kShortestTimeoutS, kLongestTimeoutS, "seconds"},
      fmt::format("End a cell that uses no CPU time for so many seconds; default: {}", kIdleS));
  add_whole(verb, "--max-cells", o->max_cells, {1, kMostMaxCells},
            fmt::format("Refuse a larger plan; default: {}", kMostCells));
  verb.flag("--dry-run", o->dry_run, "Say what would run and stop");
  verb.flag("--fail-fast", o->fail_fast, "Stop at the first failed cell");
  verb.flag("--retry", o->retry, "Run failed cells again");
  add_places(verb, o->cells.places);
  add_simd(verb, o->cells.places.simd);
  verb.does([o] { return run(*o); });
}

}  // namespace agon::harness
