// SPDX-License-Identifier: MIT
//
// Which cells belong together: one group per (study, mode, rule, variant, task, depth, width).
// Seeds and learning rates vary inside a group; of mode "forgetting" each rate is a variant. See
// summary.h for what a variant is.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "reports/record.h"

namespace agon::reports {

struct Group {
  std::string variant;
  std::string name;   // the rule and what its variant does unlike most of its study: see label.h
  std::string label;  // name, and depth or width where they vary in the study
  std::vector<const CellRecord*> cells;  // plan order, at least one; point into the grouped records
  const CellIdentity& id() const { return cells.front()->id; }
  const std::string& study() const { return cells.front()->study; }
};

// Groups in order of first appearance.
std::vector<Group> group_cells(std::span<const CellRecord> records);

}  // namespace agon::reports
