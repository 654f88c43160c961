// SPDX-License-Identifier: MIT
//
// From a suite to cells: resolves selectors against the rules' parameter tables, checks every
// value, and computes each cell's key. Knows what will be skipped before anything runs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agon/plugin.h"
#include "datasets/task.h"
#include "harness/plan/cell.h"
#include "harness/plan/limits.h"
#include "harness/plan/study.h"
#include "harness/plan/suite.h"
#include "harness/plugins/manifest.h"
#include "reports/record/record.h"
#include "reports/store/store.h"

namespace agon::harness {

// A rule with all its hyper-parameters resolved: one point of a grid.
struct Variant {
  const RuleManifest* rule = nullptr;
  std::vector<agon_value> values;  // in the manifest's order
  std::string skip;                // why this rule cannot take the grid's factors; usually ""
};

// A cell by what it is made of: plans are long. job_of() spells it out.
struct PlanCell {
  uint32_t study = 0, variant = 0, task = 0, treatment = 0;  // indices into Plan
  uint32_t position = 0;                                     // in the whole plan; see shard.h
  uint64_t seed = 0;
  bool tuned = false;  // of the ruleset tuned: its settings are those that trials chose
  std::string key;
  std::string skip;  // why it will not run; usually ""
};

// What the ruleset tuned is to choose for a rule on a task: see tuning.h.
struct Tuning {
  uint32_t study = 0, grid = 0, trial = 0;   // whose trials they are, in the suite
  uint32_t task = 0, treatment = 0;          // indices into Plan
  std::vector<uint32_t> variants;            // what is tried, in the order of the suite
  std::vector<std::vector<uint32_t>> cells;  // beside variants: the trials with it, a cell a seed
  uint32_t position = 0;                     // of its first winner in the whole plan; see shard.h
};

// Part index, from 1 on, of count; 1 of 1 is the whole.
struct Shard {
  uint32_t index = 1, count = 1;
  std::string costs{};  // Costs::id() of what it was balanced by
};

struct Plan {
  Suite suite;
  std::vector<RuleManifest> rules;               // all that are available
  std::vector<const datasets::TaskInfo*> tasks;  // those the suite uses
  std::vector<std::string> task_hashes;  // fingerprints, "missing" where the data is not there
  std::vector<Variant> variants;
  std::vector<Treatment> treatments;
  std::vector<PlanCell> cells;    // plan order; a cell of two studies or rulesets stands twice
  std::vector<Tuning> tunings;    // still to be decided: plan_winners() takes them
  Shard shard;                    // whose cells these are
  std::vector<double> loads;      // what each part costs: see costs.h; of the whole none
  std::string fingerprint;        // of the cells of all parts
  size_t whole = 0;               // how many these are
  size_t whole_with_winners = 0;  // and with those that tunings will add
};

// Throws agon::Error(Exit::usage) with the position for an unknown rule, task, parameter or value.
// `refused`: plugin files that could not be loaded, as "path: reason"; named when a rule is
// unknown. A plan of more than `most` cells is refused with its size before any of it is made.
Plan make_plan(Suite suite, std::vector<RuleManifest> rules,
               const std::vector<std::string>& refused, const datasets::Catalogue& catalogue,
               int64_t most = kMostCells);

// Marks a cell that will not run. The reason becomes part of its key: a cell that was skipped once
// never stands for the one that runs.
void skip(PlanCell& cell, const std::string& reason);

// Of cells of a study that differ in the seed only: their key is the hash of this and the seed.
std::string key_stem(const Plan& plan, const Study& study, const Variant& variant, uint32_t task,
                     const Treatment& treatment);

// {"activation":"relu","batch":32,...}: keys sorted, shortest round-trip numbers.
std::string params_json(const Variant& variant);
// For people: the rule and the parameters that differ from its defaults, ed[lr=0.1].
std::string short_name(const Variant& variant);

reports::CellIdentity identity(const Plan& plan, const PlanCell& cell);
CellJob job_of(const Plan& plan, const PlanCell& cell);
bool wants_pictures(const Plan& plan, const PlanCell& cell);  // its study shows some of this cell

}  // namespace agon::harness
