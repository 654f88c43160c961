// SPDX-License-Identifier: MIT
//
// A run as it lies in its folder, read for a report or a comparison.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "reports/comparison/comparison.h"
#include "reports/report.h"
#include "reports/store/store.h"

namespace agon::harness {

using StoredRun = reports::StoredResults;

// One run for a report of its own; a long one is thinned, and then read again from its store where the
// report needs it whole (reports/thin.h).
struct ReportedRun {
  reports::Store store;
  reports::ReportInput input;
};
std::unique_ptr<ReportedRun> read_for_report(const std::string& argument,
                                             std::vector<std::string>& notes);

// `argument` as find_run() takes it. What a reader must know of it goes to `notes`. Throws
// agon::Error (usage: no run; io: no results).
StoredRun read_run(const std::string& argument, std::vector<std::string>& notes);

}  // namespace agon::harness
