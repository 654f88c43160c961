// SPDX-License-Identifier: MIT
//
// A part of a plan for one machine of several: `agon run SUITE --shard 2/3`. Which cells belong to which
// part follows from what the cells are and from the costs that are given (costs.h), never from the
// machine, the order of the plan or builds.
//
// Conventions
//  - A cell that stands in several studies runs in one part alone; so do all cells of speed, whose
//    ratios are taken within rounds on one machine.
//  - The trials of a winner (tuning.h) are in one part, which then plans the winner too; with them
//    are the cells that a winner may turn out to be.
//  - Without costs of a former run parts are balanced within every rule, task and kind of work, by what
//    a cell's layers and budget cost: how much faster one rule is than another need not be known. With
//    them parts are balanced by their seconds; their id then stands in what the parts are called.
//  - Each cell keeps its place in the whole plan, by which agon merge puts the parts together.
#pragma once

#include <string>
#include <string_view>

#include "harness/plan/costs.h"
#include "harness/plan/plan.h"

namespace agon::harness {

// "2/3", both from 1 on. Throws std::invalid_argument with what is valid.
Shard parse_shard(std::string_view text);
// "2/3", "2/3 by costs 0a1b2c3d"; "" for the whole.
std::string shard_text(const Shard& shard);

// Numbers the cells of a whole plan, and keeps those of this part alone.
void keep_shard(Plan& plan, const Shard& shard, const Costs& costs = {});

}  // namespace agon::harness
