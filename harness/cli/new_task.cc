// SPDX-License-Identifier: MIT
//
// agon new task: a task file for data of the user's own, written from a look at them.
#include <fmt/format.h>

#include "core/file.h"
#include "core/text.h"
#include "datasets/draft/draft.h"
#include "harness/cli/cli.h"
#include "harness/cli/new.h"
#include "harness/cli/task_view.h"
#include "harness/run/console.h"

namespace agon::harness {

namespace fs = std::filesystem;

int new_task(const NewOptions& options) {
  if (options.from.empty()) {
    throw Error(Exit::usage, fmt::format("agon new task {}", options.name), "needs the data",
                "name them: --from FILE");
  }
  const fs::path folder = options.folder, file = folder / (options.name + ".toml");
  const datasets::Catalogue catalogue = catalogue_of({.tasks = {folder}});
  check_free(options, catalogue);
  check_absent(file);
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

}  // namespace agon::harness
