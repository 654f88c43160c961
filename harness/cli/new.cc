// SPDX-License-Identifier: MIT
//
// agon new: a file to begin with. `what` is a row of kNouns.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <system_error>

#include "core/file.h"
#include "core/text.h"
#include "datasets/draft/draft.h"
#include "datasets/task.h"
#include "harness/cli/cli.h"
#include "harness/cli/task_view.h"
#include "harness/plan/suite.h"
#include "harness/run/console.h"
#include "harness/work/discover.h"

namespace agon::harness {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string what, name, label, folder = ".";
  std::vector<fs::path> from;
};

constexpr size_t kLongestName = 64;

// A name is typed on command lines and becomes a file's.
void check_name(const std::string& what, const std::string& name) {
  const bool plain = !name.empty() && name.size() <= kLongestName && name.front() != '-' &&
                     std::ranges::all_of(name, [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                     });
  if (plain) return;
  throw Error(Exit::usage, fmt::format("agon new {} {}", what, core::printable(name)),
              "the name becomes a file's and is typed on command lines",
              fmt::format("use a-z, 0-9 and '-' only, at most {} characters", kLongestName));
}

void check_free(const Options& options, const datasets::Catalogue& catalogue) {
  const auto taken = [&](const std::string& by) {
    throw Error(Exit::usage, fmt::format("agon new {} {}", options.what, options.name),
                fmt::format("{} has this name", by), "choose another one");
  };
  for (const datasets::TaskInfo& task : catalogue.tasks()) {
    if (task.id == options.name)
      taken(task.folder_of_file.empty() ? "a built-in task" : "the task of " + task.origin);
  }
  const std::vector<std::string> suites = suite_names();
  if (std::ranges::count(suites, options.name) > 0) taken("a built-in suite");
  for (const RuleManifest& rule : discover({}).rules) {
    if (rule.id == options.name) taken("a rule");
  }
}

int new_task(const Options& options) {
  if (options.from.empty()) {
    throw Error(Exit::usage, fmt::format("agon new task {}", options.name), "needs the data",
                "name them: --from FILE");
  }
  const fs::path folder = options.folder, file = folder / (options.name + ".toml");
  const datasets::Catalogue catalogue = catalogue_of({.tasks = {folder}});
  check_free(options, catalogue);
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(file, ignored))) {
    throw Error(Exit::usage, file.string(), "is there already",
                "choose another name, or remove it");
  }
  const datasets::TaskInfo task = datasets::draft_task(
      {.id = options.name, .from = options.from, .folder = folder, .label = options.label});
  const TaskView view = view_of(catalogue.load(task));  // a draft that does not load is none
  core::replace_file(file, task.toml);

  say("{}: {} by {}, {} {}\n", file.string(), datasets::name(task.kind()), task.metric,
      datasets::chance_name(task), task.chance);
  for (const datasets::Fact& fact : datasets::facts(task))
    say("{:<12} {}\n", fact.title, fact.text);
  for (const datasets::Fact& fact : view.facts) say("{:<12} {}\n", fact.title, fact.text);
  const std::string place = core::shell_word(folder.string());
  say("\nIt runs as it is; every key says what it means.\n"
      "  agon run quick -t {0} --tasks {1} -o out/{0}\n  agon info {0} --tasks {1}\n",
      options.name, place);
  return 0;
}

struct Noun {
  std::string_view name;
  int (*make)(const Options& options);
};
constexpr std::array kNouns = {Noun{"task", new_task}};

int make(const Options& options) {
  std::vector<std::string> names;
  for (const Noun& noun : kNouns) names.emplace_back(noun.name);
  const auto noun = std::ranges::find(kNouns, options.what, &Noun::name);
  if (noun == kNouns.end()) {
    throw Error(Exit::usage, fmt::format("agon new {}", core::printable(options.what)),
                "this is nothing that can be made", core::suggest(options.what, names));
  }
  check_name(options.what, options.name);
  return noun->make(options);
}

}  // namespace

void add_new(CommandLine& line) {
  auto o = std::make_shared<Options>();
  const Verb verb = line.add("new", "Write a task file for data of your own");
  verb.option("what", o->what, "task").required();
  verb.option("name", o->name, "The name it gets").required();
  verb.option(
          "--from", o->from,
          "The data: CSV, TSV, ARFF, TS, NPY, NPZ, IDX, or a folder of WAV; given again for those "
          "that belong together, x.npy and y.npy, or training and test")
      .takes("FILE")
      .one_at_a_time();
  verb.option("--label", o->label, "The column to predict; by default it is found").takes("COLUMN");
  verb.option("--tasks", o->folder, "The folder to write into, with the data in it or below")
      .takes("DIR")
      .shows_default();
  verb.does([o] { return make(*o); });
}

}  // namespace agon::harness
