// SPDX-License-Identifier: MIT
//
// What the rules, tasks and studies of a run say about themselves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/record/cell.h"

namespace agon::reports {

// An equation of a rule, in the part of TeX of reports/math/tex.h, and what it gives.
struct EquationCard {
  std::string says, tex;
};

// An option of a rule as its card lists it.
struct OptionCard {
  std::string key, value, range, help;  // value: the default
};

// What a rule is expected to score: measured by a suite, with its 95 % interval.
struct ExpectedCard {
  std::string rule, task, ruleset, metric, settings;
  double mean = kNaN, low = kNaN, high = kNaN;
  double macs_per_sample = kNaN;
  int64_t seeds = 0;
};

// What a rule says about itself, for the rule cards of the report.
struct RuleCard {
  std::string id, name, summary, reference, plugin, version, license;
  bool control = false;
  std::vector<std::string> properties;  // "local updates", "weight transport", ...
  int64_t phases = 1;
  double memory_per_parameter = 0;
  std::vector<EquationCard> equations{};
  std::vector<std::string> limits{};  // sentences: the rule's own, then what the host misses of it
  std::vector<OptionCard> options{};
  std::string expected_by{};  // the suite that measured what follows
  std::vector<ExpectedCard> expected{};
  // What agon check had found of this build when the run was planned: "level 4", "level 2 of 5", "not
  // checked"; "" where an older agon planned it.
  std::string conformance{};
};

// A name with what it is.
struct FactCard {
  std::string title, text;
};

// What a simple method scores on a task.
struct BaselineCard {
  std::string name;
  double score = kNaN;
};

struct TaskCard {
  std::string id, title, summary, kind, metric, split, licence, attribution;
  double chance = 0;  // dynamics: the score of persistence, that nothing changes
  double ridge =
      kNaN;  // dynamics: the score of a field linear in what is seen, by ridge regression
  std::vector<BaselineCard> baselines{};
  std::vector<FactCard> facts{};  // of its kind and of its data: input, rows, classes
  std::string missing{};          // why nothing is known of its data; "" when they were there
  Picture samples{};              // some of its rows; without values where none are known
  bool tests_all = false;         // its test is every pattern there is: the rows are no sample
  int64_t folds = 0;          // a seed tests the fold of its number, modulo so many; 0: one test
  std::string expected_by{};  // the suite that measured what follows
  std::vector<ExpectedCard> expected{};
};

// A study as the suite states it.
struct StudyCard {
  std::string name;      // "learning-rate"
  std::string question;  // the suite's sentence
  StudyKind kind = StudyKind::none;
  std::string by{};  // the parameter that the study varies; always there with kind sweep
  std::string value = "score_test";  // what is drawn over `by`, see cell_value() in claims.h
};

}  // namespace agon::reports
