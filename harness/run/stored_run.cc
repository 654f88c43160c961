// SPDX-License-Identifier: MIT
#include "harness/run/stored_run.h"

#include <fmt/format.h>

#include "harness/run/run_directory.h"
#include "reports/store/store.h"

namespace agon::harness {

StoredRun read_run(const std::string& argument, std::vector<std::string>& notes) {
  StoredRun out;
  const std::filesystem::path folder = find_run(argument);
  const auto real = std::filesystem::canonical(folder / kStoreFile);
  const reports::Store store(real, reports::Store::Mode::read);
  reports::RunResults& results = out.results;
  results.place = folder.string();
  results.run = store.run();
  if (results.run.run_id.empty()) results.run.run_id = real.parent_path().filename().string();
  results.records = store.records();
  results.planned = store.planned();
  out.facts = store.facts();
  if (results.records.size() < results.planned.size() && store.may_lack_results()) {
    notes.push_back(fmt::format(
        "warning: {}: there is no {}-wal beside it: what a killed run wrote last is missing here, copy both files",
        real.string(), kStoreFile));
  }
  return out;
}

}  // namespace agon::harness
