// SPDX-License-Identifier: MIT
#include "harness/run/stored_run.h"

#include <fmt/format.h>

#include "harness/run/kept_bench.h"
#include "harness/run/run_directory.h"
#include "reports/store/store.h"
#include "reports/thin.h"

namespace agon::harness {

namespace {

std::filesystem::path store_of(const std::string& argument) {
  return std::filesystem::canonical(find_run(argument) / kStoreFile);
}

std::string id_of(const reports::RunInfo& run, const std::filesystem::path& store) {
  return run.run_id.empty() ? store.parent_path().filename().string() : run.run_id;
}

// lacks: results of the plan.
void note_what_is_lacking(bool lacks, const reports::Store& store,
                          const std::filesystem::path& file, std::vector<std::string>& notes) {
  if (!lacks || !store.may_lack_results()) return;
  notes.push_back(fmt::format(
      "warning: {}: there is no {}-wal beside it: what a killed run wrote last is missing here, copy both files",
      file.string(), kStoreFile));
}

}  // namespace

std::unique_ptr<ReportedRun> read_for_report(const std::string& argument,
                                             std::vector<std::string>& notes) {
  const auto file = store_of(argument);
  std::unique_ptr<ReportedRun> out(new ReportedRun{{file, reports::Store::Mode::read}, {}});
  out->input = reports::read_report(out->store);
  out->input.run.run_id = id_of(out->input.run, file);
  out->input.benches = kept_benches(file.parent_path());
  note_what_is_lacking(out->input.records.size() < out->input.planned, out->store, file, notes);
  return out;
}

StoredRun read_run(const std::string& argument, std::vector<std::string>& notes) {
  StoredRun out;
  const std::filesystem::path folder = find_run(argument);
  const auto real = store_of(argument);
  const reports::Store store(real, reports::Store::Mode::read);
  reports::RunResults& results = out.results;
  results.place = folder.string();
  results.run = store.run();
  results.run.run_id = id_of(results.run, real);
  results.records = store.records();
  results.planned = store.planned();
  out.facts = store.facts();
  note_what_is_lacking(results.records.size() < results.planned.size(), store, real, notes);
  results.benches = kept_benches(real.parent_path());
  return out;
}

}  // namespace agon::harness
