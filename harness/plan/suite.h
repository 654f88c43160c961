// SPDX-License-Identifier: MIT
//
// A suite: studies x rules x tasks x factors x seeds, as one TOML file.
//
//   schema = 1
//   name = "quick"
//   title = "..."
//   version = "quick-1"   # optional: a change of scores is a new one; results of two versions never meet in a report
//   rulesets = ["default", "tuned"]   # optional, ["default"]: which settings the studies with trials run with, see tuning.h
//   plugins = ["rules"]   # optional: files and folders of plugins that belong to it, beside this file
//   [defaults]            # optional; every study may override them
//   seeds = 3             # seeds 0, 1, 2
//   timeout_s = 60
//   refit = true          # the test score comes from a model fitted on train + validation
//   [[study]]
//   name = "accuracy"
//   kind = "accuracy"     # accuracy | depth | learning-rate | sweep | speed | robustness | forgetting: see
//                         # harness/studies/
//   by = "width"          # sweep, and where wanted speed: the parameter that the study varies
//   harms = { input-noise = [0.1, 0.3], lesion = [0.1, 0.4] }   # robustness: what is done to the trained models,
//                         # weight-noise and state-noise too; levels ascend from above 0, lesion ends below 1
//   measure = "validation"   # optional, of depth, learning-rate, sweep, batch, width: each cell is a trial, one fit that is
//                         # scored on validation alone, and no test row is read
//   trials_of = "accuracy"   # optional, of the same, in the place of grids: the trials of that earlier study, of a
//                         # learning-rate study those of lr, of one with `by` those of this parameter
//   value = "score_test"  # optional: the column of cells.csv that is drawn over it
//   question = "..."
//   [[study.grid]]        # rules x tasks x factors; a study may have several grids
//   rules = ["bp[lr=0.01]", "ed[preset=kaneko]"]
//   trials = ["bp[lr=log(1e-4,1,13)]"]   # optional: for a rule above, values of what it declares tunable, from which the
//                         # ruleset tuned takes the best on validation, task by task; as many for every rule
//   tasks = ["xor"]       # "*": all of the catalogue, of `kinds` where they are given, that no grid of the study names
//   kinds = ["classify"]  # optional: the kinds of task that "*" stands for here, and of those that -t adds to the study
//   factors = "depth=[1,2,4]"   # optional: applied to every rule; a rule's own brackets win, and a
//                               # rule that lacks the parameter is a skipped row
//   [[claim]]             # optional: what the source claims and what decides it, see claims.h
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/task.h"
#include "harness/plan/cell.h"
#include "harness/plan/selector.h"
#include "reports/record/record.h"

namespace agon::harness {

struct TaskRef {
  std::string id;
  std::string where;  // "quick.toml:12:14" or "-t"
};

struct Grid {
  std::vector<Selector> rules;
  std::vector<Selector> trials;  // at most one for each name in rules
  std::vector<TaskRef> tasks;
  Selector factors;                   // name is empty
  std::vector<datasets::Kind> kinds;  // of tasks that it does not name and may take; empty: any
  std::vector<std::string> leaves;    // tasks that other grids of the study name: not of its "*"

  bool takes(datasets::Kind kind) const;
  // Its "*" stands for the task.
  bool covers(std::string_view task, datasets::Kind kind) const;
};
inline constexpr std::string_view kEveryTask = "*";

struct Study {
  std::string name;
  reports::StudyKind kind = reports::StudyKind::none;
  std::string question;
  std::string by, value = "score_test";
  std::vector<Condition> conditions;  // see the kind's file in harness/studies/
  uint64_t first_seed = 0;
  int64_t seeds = 3;
  double timeout_s = 60;
  bool refit = true;
  bool trials = false;  // its cells are trials
  std::vector<Grid> grids;

  bool has_trials() const;  // some grid says what to try
};

struct Claim {
  reports::ClaimCard card;
  std::vector<std::string> check_where;  // positions of card.checks, for messages
};

struct Suite {
  std::string name, title;
  std::string version;  // "" where it states none
  bool default_ruleset = true, tuned_ruleset = false;
  std::string text;                            // the file's own text, for provenance
  std::string origin;                          // file name for messages
  std::string argument;                        // what names it on the command line
  std::vector<std::filesystem::path> plugins;  // files and folders that it brings
  std::vector<Study> studies;
  std::vector<Claim> claims;
};

// Throws agon::Error(Exit::usage) with origin:line:column for a syntax error, an unknown or missing
// key, a wrong type or a value out of range.
Suite parse_suite(const std::string& text, const std::string& origin);

// Built-in suites by name.
std::vector<std::string> suite_names();

// A built-in suite's name or a path to a .toml file.
Suite load_suite(const std::string& name_or_file);

// What -r, -t, -s, --condition and --timeout say.
//  -r RULE[...]  keeps the named rules; the factors in brackets replace those that the suite gives the rule.
//                A value that they fix is no longer tried.
//                A rule that a study does not name joins the study's grids with its defaults, but not its trials.
//  -t TASK       keeps the named tasks. A task that a study does not name runs with its first grid that gives
//                the task's kind as one of its `kinds`, or else with its first grid.
struct Overrides {
  std::vector<std::string> rules = {}, tasks = {};
  std::optional<int64_t> seeds = {};
  std::optional<uint64_t> seed = {};      // this one seed only
  std::vector<std::string> studies = {};  // keep these studies only
  std::string condition = {};  // "share=0.1": studies that vary it keep this value of it only
  std::optional<double> timeout_s = {};

  // They leave every study, rule, task and value of the suite in place.
  bool whole_suite() const {
    return rules.empty() && tasks.empty() && studies.empty() && condition.empty();
  }
};
// Rules that join every grid with their defaults, where the suite does not name them: those whose sources
// --plugin names.
void join(const std::vector<std::string>& rules, Suite& suite);
void apply(const Overrides& overrides, const datasets::Catalogue& catalogue, Suite& suite);

}  // namespace agon::harness
