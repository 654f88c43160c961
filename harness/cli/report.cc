// SPDX-License-Identifier: MIT
#include "reports/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

#include "core/text.h"
#include "harness/cli/cli.h"
#include "harness/cli/number_option.h"
#include "harness/run/console.h"
#include "harness/run/run_directory.h"
#include "harness/run/stored_run.h"
#include "harness/run/watched_report.h"
#include "reports/merge.h"
#include "reports/text.h"

namespace agon::harness {
namespace {

struct Options {
  std::vector<std::string> runs;
  std::vector<std::string> formats{"html", "csv"};
  std::string output;
  bool watch = false;
  double every_s = 5;
};

// Each store once, however many names it goes by: runs/* holds the link runs/latest.
std::vector<reports::RunResults> read_runs(const std::vector<std::string>& arguments) {
  std::vector<reports::RunResults> runs;
  std::map<std::filesystem::path, std::string> known;
  for (const std::string& argument : arguments) {
    const std::filesystem::path folder = find_run(argument);
    const auto real = std::filesystem::canonical(folder / kStoreFile);
    const auto [at, added] = known.emplace(real, argument);
    if (!added) {
      note("note: {} and {} are the same run, which counts once\n", at->second, argument);
      continue;
    }
    std::vector<std::string> notes;
    runs.push_back(std::move(read_run(argument, notes).results));
    for (const std::string& words : notes) note("{}\n", words);
  }
  return runs;
}

int report(const Options& options) {
  const std::vector<std::string> known = reports::formats();
  for (const std::string& format : options.formats) {
    if (std::ranges::find(known, format) != known.end()) continue;
    throw Error(Exit::usage, fmt::format("--format {}", format), "unknown format",
                core::suggest(format, known));
  }
  if (options.watch) {
    if (options.runs.size() > 1) {
      throw Error(Exit::usage, "agon report --watch", "several runs are given",
                  "watch the one that goes on");
    }
    watch_report({options.runs.front(), options.formats, options.output, options.every_s});
    return 0;
  }
  std::unique_ptr<ReportedRun> one;
  reports::ReportInput several;
  if (options.runs.size() == 1) {
    std::vector<std::string> notes;
    one = read_for_report(options.runs.front(), notes);
    for (const std::string& words : notes) note("{}\n", words);
  } else {
    std::vector<reports::RunResults> runs = read_runs(options.runs);
    if (runs.size() > 1 && options.output.empty()) {
      throw Error(Exit::usage, "agon report", "several runs make one report",
                  "say where with -o DIR");
    }
    several = reports::merge(std::move(runs));
  }
  const reports::ReportInput& input = one ? one->input : several;
  for (const std::string& words : input.notes) note("note: {}\n", words);
  const std::filesystem::path folder = options.output.empty()
                                           ? find_run(options.runs.front())
                                           : std::filesystem::path(options.output);
  for (const auto& path : reports::write(input, options.formats, folder))
    say("{}\n", path.string());
  return 0;
}

}  // namespace

void add_report(CommandLine& line) {
  auto options = std::make_shared<Options>();
  const Verb verb = line.add("report", "Write the report of one or more runs again");
  verb.option("runs", options->runs, "Folders of runs, or 'latest'").required();
  verb.option("--format", options->formats, reports::join_words(reports::formats()))
      .separated_by(',')
      .shows_default();
  add_output(verb, options->output, "Folder for the files; default: the run's own");
  verb.flag("--watch", options->watch,
            "While the run goes on write it again and again; its page loads itself anew");
  add_real(verb, "--every", options->every_s, {0.1, 3600, "seconds"},
           "With --watch: seconds between two reports at least; default: 5");
  verb.does([options] { return report(*options); });
}

}  // namespace agon::harness
