// SPDX-License-Identifier: MIT
//
// What the rules, tasks and studies of a run say about themselves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/record/cell.h"

namespace agon::reports {

// What a rule says about itself, for the rule cards of the report.
struct RuleCard {
  std::string id, name, summary, reference, plugin, version, license;
  bool control = false;
  std::vector<std::string> properties;  // "local updates", "weight transport", ...
  int64_t phases = 1;
  double memory_per_parameter = 0;
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
  int64_t folds = 0;  // a seed tests the fold of its number, modulo so many; 0: one test
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
