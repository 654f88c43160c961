// SPDX-License-Identifier: MIT
//
// From records to files. Formats: "html" (report.html), "csv" (cells.csv, curves.csv, summary.csv,
// and series.csv and claims.csv for runs that have them), "md" (report.md), "latex" (tables.tex and
// report.tex around it), "json" (summary.json and its schema) and "svg" (figures/*.svg).
#pragma once

#include <filesystem>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "reports/record/bench.h"
#include "reports/record/record.h"

namespace agon::reports {

struct ReportInput {
  RunInfo run;                      // of several runs: what they have together, see merge.h
  std::vector<CellRecord> records;  // plan order
  size_t planned = 0;  // cells the plan names; more than records when the run is unfinished
  std::vector<RunInfo> runs{};       // of several runs: each of them; else empty
  std::vector<std::string> notes{};  // what a reader must know of their merging
  std::vector<Bench> benches{};      // that were kept in the runs' folders
  // Of a run of very many cells, whose `records` are thinned (thin.h): goes over the whole ones, in plan
  // order; and the names of their rules' metrics. Else null and empty.
  std::function<void(const std::function<void(const CellRecord&)>&)> whole{};
  std::set<std::string> metrics{};
  double live_s =
      0;  // the run goes on, and the page is to load itself anew so often; 0: it does not
};

// The run that a record's attempt belongs to.
inline const RunInfo& run_of(const ReportInput& input, const CellRecord& record) {
  return input.runs.empty() ? input.run : input.runs.at(record.runs.at(0));
}

// Names of the formats write() knows.
std::vector<std::string> formats();

// Writes the files of these formats, in this order, into `folder` (made if missing), each through a temporary file and a
// rename; an optional one that this run does not have is removed. Returns the paths. Throws
// agon::Error(Exit::io) for an output that cannot be written.
std::vector<std::filesystem::path> write(const ReportInput& input,
                                         const std::vector<std::string>& formats,
                                         const std::filesystem::path& folder);

}  // namespace agon::reports
