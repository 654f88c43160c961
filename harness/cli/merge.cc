// SPDX-License-Identifier: MIT
//
// agon merge A B ... -o C: the shards of one run put together, then the report.
#include <fmt/format.h>

#include <memory>

#include "harness/cli/cli.h"
#include "harness/plan/build_info.h"
#include "harness/plan/suite.h"
#include "harness/run/console.h"
#include "harness/run/run_directory.h"
#include "reports/merge/stores.h"
#include "reports/report.h"
#include "reports/store/store.h"
#include "reports/thin.h"

namespace agon::harness {
namespace {

struct Options {
  std::vector<std::string> runs;
  std::string output;
  bool no_report = false;
};

void write_report(const std::filesystem::path& folder) {
  const reports::Store store(folder / kStoreFile, reports::Store::Mode::read);
  const reports::ReportInput input = reports::read_report(store);
  for (const auto& path : reports::write(input, {"csv", "html"}, folder))
    say("{}\n", path.string());
}

int merge(const Options& options) {
  if (options.output.empty())
    throw Error(Exit::usage, "agon merge", "does not know where to", "say where with -o DIR");
  std::vector<reports::Part> parts;
  for (const std::string& run : options.runs) {
    const std::filesystem::path folder = find_run(run);
    parts.push_back({run, folder / kStoreFile});
    std::error_code ignored;
    if (std::filesystem::equivalent(folder, options.output, ignored)) {
      throw Error(Exit::usage, "-o " + options.output, "is one of the runs to merge",
                  "give another folder");
    }
  }
  std::vector<reports::RunInfo> infos = reports::check_parts(parts);
  const RunDirectory directory = choose_run_directory(
      options.output, parse_suite(infos.front().suite_toml, options.runs.front()).name, "");
  const auto merged = reports::merge_stores(
      parts, std::move(infos), directory.path / kStoreFile, directory.id, command_line(),
      [](const std::string& place) { note("merging {}\n", place); });
  write_run_json(directory.path, merged.run, provenance(1), "", true);
  say("{}: {} cells of {} run{}{}\n", directory.path.string(), merged.cells, parts.size(),
      parts.size() == 1 ? "" : "s",
      merged.shared == 0
          ? ""
          : fmt::format("; {} stood in more than one, or were there already", merged.shared));
  if (merged.mended > 0)
    note("note: {} of them failed in one and ended well in another, which counts\n", merged.mended);
  if (!options.no_report) write_report(directory.path);
  return 0;
}

}  // namespace

void add_merge(CommandLine& line) {
  auto options = std::make_shared<Options>();
  const Verb verb = line.add("merge", "Put the shards of one run together and write its report");
  verb.option("runs", options->runs, "Folders of the shards (agon run --shard i/n), all of them")
      .required();
  add_output(verb, options->output, "Folder of the whole run");
  verb.flag("--no-report", options->no_report, "Leave the report out: agon report writes it later");
  verb.does([options] { return merge(*options); });
}

}  // namespace agon::harness
