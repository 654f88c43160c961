// SPDX-License-Identifier: MIT
//
// The cells of one setting on one task, whole: what a form unfolds for the reader who asks where a
// number comes from. One drawer for each group of summary/group.h. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "reports/sections/page.h"
#include "reports/sections/section.h"

namespace agon::reports {

// 12 hex digits that stay the same when the report is made again, also of more seeds.
std::string drawer_key(const Group& group);
std::string drawer_key(const SummaryRow& row);

About about(const Group& group);
About about(const SummaryRow& row);

// The cell with a way to the drawer of its row, or to one run of it.
Cell opening(Cell cell, const SummaryRow& row);
Cell opening_run(Cell cell, const Group& group, const CellRecord& run);

// One run: a cell of the plan. Of its command the seed stands between head and tail.
struct DrawerRun {
  std::string key;  // the start of the cell's key
  uint64_t seed = 0;
  double lr = kNaN;  // NaN where all runs of the drawer have the same
  std::string status, detail, log, command_head, command_tail;
  double val = kNaN, test = kNaN, train_s = kNaN;
  // Its curve, thinned: places and what was measured there; a column that nothing fills is empty.
  std::string axis;
  std::vector<double> x, score, loss;
};

struct Drawer {
  std::string key, title, task, study;
  About about;
  std::string finding;                                     // "3 runs: 2 ok, 1 crashed. ..."
  std::vector<std::pair<std::string, std::string>> facts;  // parameters and what else they share
  std::vector<DrawerRun> runs;
};

// points: of a curve at most. log: bytes of a run's log at most, from its end; of a failed run four
// times as many.
Drawer make_drawer(const PageInput& page, const Group& group, size_t points, size_t log);

// Groups in the order of what a reader asks first: of the study that ranks, then with failures, whose
// reason and command the list of failures has as well, then the others in plan order.
std::vector<const Group*> drawer_order(const PageInput& page);

}  // namespace agon::reports
