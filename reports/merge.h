// SPDX-License-Identifier: MIT
//
// Several runs as one report.
//
// Conventions
//  - A cell counts once, however many of the runs hold it: cells of one study, ruleset and key are one. Of
//    attempts with equal results the later one stands; one that ended well stands for one that failed, with a
//    note.
//  - Refused, with the list of what differs: two attempts of one cell that both ended well with different
//    results; a study of suites of two versions, where none is one; a task with two data sets; a study and
//    task with two numerics (sources, flags, class of SIMD target, see Provenance); a study of two kinds. An
//    older store's numerics are unknown, and are no known ones.
//  - Two builds of a rule's plugin are two rows (builds.h).
//  - Each run keeps its id, command, options and claims; a claim reads the cells of the runs that state it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "reports/report.h"

namespace agon::reports {

struct RunResults {
  std::string place;  // where it lies, for messages
  RunInfo run;
  std::vector<CellRecord> records;                           // plan order
  std::vector<std::pair<std::string, std::string>> planned;  // study and key of each cell
  std::vector<Bench> benches{};                              // that its folder keeps
};

// At least one run, each of them once. Throws agon::Error(Exit::usage).
ReportInput merge(std::vector<RunResults> runs);

}  // namespace agon::reports
