// SPDX-License-Identifier: MIT
//
// What the cells of a suite cost without anything around them: `agon_in_process PLUGINS SUITE [STUDY...]` runs
// the training cells of a suite one after another in this process, and prints how many they are and the CPU
// seconds they took with the loading of their data. isolation.sh holds an agon run against it.
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/machine.h"
#include "harness/plan/plan.h"
#include "harness/plan/study.h"
#include "harness/plugins/loader.h"
#include "harness/plugins/manifest.h"
#include "harness/plugins/values.h"
#include "harness/train/protocols/train.h"

namespace agon::harness {
namespace {

double cpu_s() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

std::vector<RuleManifest> rules_in(const std::filesystem::path& folder) {
  std::vector<RuleManifest> rules;
  const PluginPlace place{.path = std::filesystem::absolute(folder)};
  for (const PluginPlace& file : plugin_files({&place, 1})) {
    for (const nlohmann::json& rule : describe(file.path)) {
      rules.push_back(manifest_from_json(rule));
      rules.back().build_id = plugin_build(file.path);
      rules.back().plugin_path = file.path.native();
    }
  }
  return rules;
}

int measure(const std::filesystem::path& plugins, const std::string& name,
            const std::vector<std::string>& studies) {
  const datasets::Catalogue catalogue({});
  Suite suite = load_suite(name);
  std::erase_if(suite.studies, [&](const Study& study) {
    return study.kind == reports::StudyKind::speed ||
           (!studies.empty() && std::ranges::count(studies, study.name) == 0);
  });
  const Plan plan = make_plan(std::move(suite), rules_in(plugins), {}, catalogue);
  core::flush_denormals();
  std::map<std::string, datasets::Task> tasks;
  const double start = cpu_s();
  for (const PlanCell& cell : plan.cells) {
    const datasets::TaskInfo& info = *plan.tasks[cell.task];
    if (cell.skip.empty() && !tasks.contains(info.id)) tasks.emplace(info.id, catalogue.load(info));
  }
  size_t ran = 0;
  double score = 0;
  for (const PlanCell& planned : plan.cells) {
    if (!planned.skip.empty()) continue;
    CellJob job = job_of(plan, planned);
    job.pictures = wants_pictures(plan, planned);
    const agon_plugin& plugin = open_plugin(job.plugin_path);
    const agon_rule& rule = rule_of(plugin, job.rule_in_plugin, job.plugin_path);
    CellContext cell;
    cell.rule = &rule;
    cell.values = values_from_json(manifest_of(plugin, rule, job.plugin_path), job.values);
    cell.task = &tasks.at(job.task);
    cell.job = &job;
    const reports::CellOutcome outcome = study_type(job.study).protocol(cell);
    if (reports::is_failure(outcome.status)) {
      fmt::print(stderr, "{} on {}: {}\n", job.rule, job.task, outcome.status_detail);
      return 1;  // what it took says nothing
    }
    score += outcome.score_test;
    ++ran;
  }
  fmt::print("{} {:.3f} {:.6f}\n", ran, cpu_s() - start, score);
  return 0;
}

}  // namespace
}  // namespace agon::harness

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: agon_in_process PLUGINS SUITE [STUDY...]\n");
    return 2;
  }
  try {
    return agon::harness::measure(argv[1], argv[2], {argv + 3, argv + argc});
  } catch (const agon::Error& e) {
    fmt::print(stderr, "{}\n", e.what());
    return static_cast<int>(e.exit());
  }
}
