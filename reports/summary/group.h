// SPDX-License-Identifier: MIT
//
// Which cells belong together: one group per (study, mode, rule, variant, task, depth, width).
// Seeds vary inside a group, and in Mode::train learning rates, of which one is chosen on
// validation; in any other mode each rate is a variant. See summary.h for what a variant is.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "reports/record/params.h"
#include "reports/record/record.h"
#include "reports/summary/label.h"

namespace agon::reports {

struct Group {
  std::string variant;
  Setting setting;    // the variant, and depth or width where they vary in the study
  std::string name;   // the rule and what its variant does unlike most of its study: see label.h
  std::string label;  // name, depth or width where they vary, and what follows them
  std::vector<const CellRecord*> cells;  // plan order, at least one; point into the grouped records
  const CellIdentity& id() const { return cells.front()->id; }
  const std::string& study() const { return cells.front()->study; }
};

// Whether a cell of these parameters, of params_of(), has every value of a setting.
bool has_setting(const Params& params, const Setting& setting);

// Whether two cells differ in their seed and outcome alone. Cells of one setting stand together in a
// plan, so that who goes over a long one need look at each setting only once.
bool alike_but_seed(const CellRecord& a, const CellRecord& b);

// Groups in order of first appearance.
std::vector<Group> group_cells(std::span<const CellRecord> records);

}  // namespace agon::reports
