// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/kernels.h"
#include "core/machine.h"
#include "core/matrix.h"
#include "core/rng.h"
#include "core/text.h"
#include "datasets/decoded.h"
#include "datasets/task.h"
#include "harness/cli/cli.h"
#include "harness/cli/variables.h"
#include "harness/plan/build_info.h"
#include "harness/run/console.h"
#include "harness/work/control_group.h"
#include "harness/work/discover.h"
#include "harness/work/sandbox.h"

namespace agon::harness {
namespace {

using nlohmann::json;

struct Options {
  bool as_json = false;
  Places places;
};

// The same work timed in two interleaved halves: the factor between them is what identical code
// looks apart here.
struct Noise {
  double floor = 1;
  double gflops = 0;  // of the matrix product it used
};

Noise measure_noise() {
  constexpr size_t kN = 128;
  constexpr int kRounds = 41, kCalls = 20;
  core::Matrix a(kN, kN), b(kN, kN), c(kN, kN);
  core::fill_uniform(1, 1, -1.0f, 1.0f, a);
  core::fill_uniform(1, 2, -1.0f, 1.0f, b);
  std::array<std::vector<double>, 2> times;
  for (int round = 0; round < 2 * kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kCalls; ++i) core::gemm(core::Transposition::nn, a, b, c);
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    times[static_cast<size_t>(round % 2)].push_back(seconds);
  }
  for (auto& half : times) std::ranges::sort(half);
  const double first = times[0][kRounds / 2], second = times[1][kRounds / 2];
  Noise noise;
  noise.floor = std::max(first, second) / std::min(first, second);
  noise.gflops = 2.0 * kN * kN * kN * kCalls / std::min(times[0].front(), times[1].front()) / 1e9;
  return noise;
}

struct Check {
  std::string name, value, advice;  // advice: "" when all is well
};

std::vector<Check> examine(const Options& options) {
  std::vector<Check> checks;
  const core::Machine machine = core::machine();
  checks.push_back({"agon", fmt::format("{}, {}", agon_version(), core::compiler()), ""});
  checks.push_back(
      {"cpu",
       fmt::format("{}, {} cores usable, {} MiB", machine.cpu, machine.cores, machine.memory_mib),
       ""});
  checks.push_back({"system", machine.os, ""});
  checks.push_back(
      {"simd target",
       fmt::format("{} (of {})", core::simd_target(), fmt::join(core::simd_targets(), ", ")), ""});
  const bool slow = machine.governor == "powersave" || machine.governor == "conservative";
  checks.push_back({"governor", machine.governor,
                    slow ? "set the performance governor before you publish speed" : ""});
  double load = 0;
  if (getloadavg(&load, 1) == 1) {
    const bool busy = load > 0.5 * machine.cores + 0.5;
    checks.push_back({"load", fmt::format("{:.2f}", load),
                      busy ? "other work runs: speed figures will be noisy" : ""});
  }
  const Noise noise = measure_noise();
  checks.push_back({"noise floor", fmt::format("identical halves differed by {:.3f}x", noise.floor),
                    noise.floor > 1.05 ? "differences in speed below this mean nothing here" : ""});
  checks.push_back({"matrix product",
                    fmt::format("{:.1f} GFLOP/s at 128 x 128 x 128, one thread", noise.gflops),
                    ""});

  for (const Variable& variable : kVariables) {
    const char* const value = std::getenv(variable.name);
    checks.push_back({variable.name,
                      value != nullptr
                          ? fmt::format("{} ({})", core::printable(value), variable.what)
                          : fmt::format("not set ({})", variable.what),
                      ""});
  }
  const std::string sandbox = sandbox_fault();
  checks.push_back(
      {"sandbox", sandbox.empty() ? "agon run --sandbox: Landlock and seccomp" : sandbox, ""});
  const std::string group = control_group_fault();
  checks.push_back({"control groups",
                    group.empty() ? "limit the memory of each worker and all that it starts"
                                  : group + "; memory is limited by process",
                    ""});

  const Discovery discovery = discover(options.places.plugins);
  for (const std::string& built : discovery.built) note("{}\n", built);
  std::vector<std::string> folders;
  for (const auto& folder : discovery.folders) folders.push_back(folder.string());
  checks.push_back({"plugin folders", fmt::format("{}", fmt::join(folders, ", ")), ""});
  std::vector<std::string> rules;
  for (const RuleManifest& rule : discovery.rules) rules.push_back(rule.id);
  checks.push_back(
      {"rules", fmt::format("{}", fmt::join(rules, ", ")),
       rules.empty() ? "no plugin was found: build the tree or set AGON_PLUGIN_PATH" : ""});
  for (const std::string& refused : discovery.refused)
    checks.push_back({"refused plugin", refused, "rebuild or remove it"});

  const std::vector<std::filesystem::path> roots = datasets::data_roots(options.places.data);
  std::vector<std::string> names;
  for (const auto& root : roots) {
    std::error_code ignored;
    names.push_back(root.string() +
                    (std::filesystem::is_directory(root, ignored) ? "" : " (absent)"));
  }
  checks.push_back({"data folders", fmt::format("{}", fmt::join(names, ", ")), ""});
  const std::vector<std::filesystem::path> folders_of_tasks =
      datasets::task_folders(options.places.tasks);
  names.clear();
  for (const auto& folder : folders_of_tasks) names.push_back(folder.string());
  checks.push_back({"task folders",
                    names.empty() ? "none besides the built-in tasks"
                                  : fmt::format("{}", fmt::join(names, ", ")),
                    ""});
  if (const auto folder = datasets::decoded_folder(); !folder.empty()) {
    const datasets::DecodedUse use = datasets::decoded_use(folder);
    checks.push_back({"decoded data",
                      fmt::format("{}, {} files, {:.0f} MB; may be removed at any time",
                                  folder.string(), use.files, static_cast<double>(use.bytes) / 1e6),
                      ""});
  }
  const auto on_broken = [&](const std::filesystem::path&, const Error& error) {
    checks.push_back({"broken task", error.what(), "correct the file, or move it elsewhere"});
  };
  const datasets::Catalogue catalogue(roots, folders_of_tasks, on_broken);
  std::vector<std::string> missing;
  for (const datasets::TaskInfo& task : catalogue.tasks()) {
    if (catalogue.missing(task)) missing.push_back(task.id);
  }
  checks.push_back({"tasks",
                    fmt::format("{} of {} available", catalogue.tasks().size() - missing.size(),
                                catalogue.tasks().size()),
                    missing.empty() ? ""
                                    : fmt::format("data missing for {}: see agon info {}",
                                                  fmt::join(missing, ", "), missing.front())});
  return checks;
}

int doctor(Options& options) {
  pin_simd(options.places.simd);
  const std::vector<Check> checks = examine(options);
  if (options.as_json) {
    json all = json::array();
    for (const Check& c : checks)
      all.push_back({{"name", c.name}, {"value", c.value}, {"advice", c.advice}});
    say("{}\n", all.dump(2, ' ', false, json::error_handler_t::replace));
    return 0;
  }
  for (const Check& c : checks) {
    say("{:<18}{}\n", c.name, c.value);
    if (!c.advice.empty()) say("{:<18}-> {}\n", "", c.advice);
  }
  return 0;
}

}  // namespace

void add_doctor(CommandLine& line) {
  auto o = std::make_shared<Options>();
  const Verb verb =
      line.add("doctor", "Machine, SIMD target, plugin and data paths, noise floor, what to fix");
  verb.flag("--json", o->as_json, "As JSON");
  add_places(verb, o->places);
  add_simd(verb, o->places.simd);
  verb.does([o] { return doctor(*o); });
}

}  // namespace agon::harness
