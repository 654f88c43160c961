// SPDX-License-Identifier: MIT
#include "reports/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "core/text.h"
#include "harness/cli/cli.h"
#include "harness/run/console.h"
#include "harness/run/run_directory.h"
#include "reports/store.h"

namespace agon::harness {
namespace {

struct Options {
  std::vector<std::string> runs;
  std::vector<std::string> formats{"html", "csv"};
  std::string output;
};

// Several runs become one report; the first names it.
reports::ReportInput read_runs(const std::vector<std::string>& arguments) {
  reports::ReportInput all;
  for (const std::string& argument : arguments) {
    const reports::Store store(find_run(argument) / kStoreFile, reports::Store::Mode::read);
    reports::RunInfo run = store.run();
    std::vector<reports::CellRecord> records = store.records();
    all.planned += store.planned();
    if (all.run.run_id.empty()) {
      all.run = std::move(run);
    } else {
      const auto add = [](auto& known, auto& more, auto id) {
        for (auto& card : more) {
          if (std::ranges::none_of(known, [&](const auto& k) { return id(k) == id(card); })) known.push_back(card);
        }
      };
      add(all.run.rules, run.rules, [](const auto& c) { return c.id; });
      add(all.run.tasks, run.tasks, [](const auto& c) { return c.id; });
      add(all.run.studies, run.studies, [](const auto& c) { return c.name; });
      all.run.title += " + " + run.title;
    }
    std::ranges::move(records, std::back_inserter(all.records));
  }
  return all;
}

int report(const Options& options) {
  const std::vector<std::string> known = reports::formats();
  for (const std::string& format : options.formats) {
    if (std::ranges::find(known, format) != known.end()) continue;
    throw Error(Exit::usage, fmt::format("--format {}", format), "unknown format", core::suggest(format, known));
  }
  const reports::ReportInput input = read_runs(options.runs);
  if (options.runs.size() > 1 && options.output.empty()) {
    throw Error(Exit::usage, "agon report", "several runs make one report", "say where with -o DIR");
  }
  const std::filesystem::path folder =
      options.output.empty() ? find_run(options.runs.front()) : std::filesystem::path(options.output);
  for (const std::string& format : options.formats) {
    for (const auto& path : reports::write(input, format, folder)) say("{}\n", path.string());
  }
  return 0;
}

}  // namespace

void add_report(CLI::App& app, Action& action) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("report", "Write the report of one or more runs again");
  verb->add_option("runs", options->runs, "Folders of runs, or 'latest'")->required();
  verb->add_option("--format", options->formats, "html, csv")->delimiter(',')->capture_default_str();
  verb->add_option_function<std::string>(
      "-o,--output",
      [options](const std::string& folder) {
        if (folder.empty()) throw CLI::ValidationError("--output", "the empty text is no folder's name");
        options->output = folder;
      },
      "Folder for the files; default: the run's own");
  verb->callback([&action, options] { action = [options] { return report(*options); }; });
}

}  // namespace agon::harness
