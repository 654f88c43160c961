// SPDX-License-Identifier: MIT
//
// What a forgetting study measured, over seeds: task A before task B, at the moment when B is first
// good enough, and at the end. The metrics behind it stand in harness/train/protocols/forgetting.h;
// their columns in cells.csv are m_a_before, m_a_kept, ... Pure, any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reports/statistics/interval.h"
#include "reports/summary/group.h"

namespace agon::reports {

// Means over the runs that have the number; t intervals over seeds only.
struct ForgettingRow {
  const Group* group = nullptr;         // points into what the rows were made of
  double level = kNaN;                  // the validation score of B at which A is compared
  std::vector<const CellRecord*> runs;  // that ended ok
  size_t n_failed = 0, n_skipped = 0;
  std::string skipped;                  // why the first one was
  MeanInterval a_before, a_end, b_end;  // validation
  MeanInterval a_matched, b_matched;    // test, of the runs that reached the level
  MeanInterval a_kept;                  // validation: A at the match over A before
  MeanInterval samples;                 // of B until the match
  double best_b = kNaN;                 // the highest validation score of B that any run showed

  const std::string& label() const { return group->label; }
  size_t n_matched() const { return a_matched.n; }
};

// Rows of one task, told by their extremes: null and empty where there are none.
struct ForgettingSpan {
  const ForgettingRow *most = nullptr, *least = nullptr;  // of A at the match
  std::vector<const ForgettingRow*> never;                // matched, though it ran
};
ForgettingSpan span_of(std::span<const ForgettingRow* const> rows);

// One row per group of mode "forgetting", in order.
std::vector<ForgettingRow> forgetting_rows(std::span<const Group> groups);

}  // namespace agon::reports
