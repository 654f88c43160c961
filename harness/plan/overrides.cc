// SPDX-License-Identifier: MIT
//
// What the command line makes of a suite: see Overrides.
#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "harness/plan/study.h"
#include "harness/plan/suite.h"

namespace agon::harness {
namespace {

// The suite's own selectors for the named rule with the overriding factors laid over them.
std::vector<Selector> keep_rule(const std::vector<Selector>& suite, const Selector& override_) {
  std::vector<Selector> kept;
  for (const Selector& own : suite) {
    if (own.name == override_.name) kept.push_back(laid_over(override_, own));
  }
  return kept;
}

// Trials of the named rules, without the factors that have one value now.
void keep_trials(const std::vector<Selector>& rules, std::vector<Selector>& trials) {
  std::vector<Selector> kept;
  for (Selector& trial : trials) {
    const auto rule = std::ranges::find(rules, trial.name, &Selector::name);
    if (rule == rules.end()) continue;
    std::erase_if(trial.factors, [&](const Factor& own) { return has_factor(*rule, own.key); });
    if (!trial.factors.empty()) kept.push_back(std::move(trial));
  }
  trials = std::move(kept);
}

// A rule that no grid of the study names joins all of them with its defaults, but not its trials.
void add_rule(const std::string& id, Study& study) {
  const bool known = std::ranges::any_of(study.grids, [&](const Grid& grid) {
    return std::ranges::any_of(grid.rules, [&](const Selector& s) { return s.name == id; });
  });
  if (known || study.trials) return;
  Selector added;
  added.name = id;
  for (Grid& grid : study.grids) grid.rules.push_back(added);
}

void keep_rules(const std::vector<Selector>& rules, Study& study) {
  for (const Selector& rule : rules) add_rule(rule.name, study);
  for (Grid& grid : study.grids) {
    std::vector<Selector> kept;
    for (const Selector& rule : rules) {
      std::ranges::move(keep_rule(grid.rules, rule), std::back_inserter(kept));
    }
    grid.rules = std::move(kept);
    keep_trials(rules, grid.trials);
  }
}

bool names(const Grid& grid, std::string_view task) {
  return std::ranges::count(grid.tasks, task, &TaskRef::id) > 0;
}

// Nothing for a task that there is not: planning says so, with the place of `task`.
std::optional<datasets::Kind> kind_of(const TaskRef& task, const datasets::Catalogue& catalogue) {
  const auto at = std::ranges::find(catalogue.tasks(), task.id, &datasets::TaskInfo::id);
  if (at == catalogue.tasks().end()) return std::nullopt;
  return at->kind();
}

void keep_tasks(const std::vector<TaskRef>& tasks, const datasets::Catalogue& catalogue,
                Study& study) {
  const auto every = [&](const Grid& grid, const TaskRef& task) {
    const auto kind = kind_of(task, catalogue);
    return kind && names(grid, kEveryTask) && grid.covers(task.id, *kind);
  };
  Grid added = study.grids.front();
  added.tasks.clear();
  std::vector<std::pair<TaskRef, size_t>> guests;  // that no grid names, with the grid they join
  for (const TaskRef& task : tasks) {
    if (std::ranges::any_of(study.grids, [&](const Grid& grid) {
          return names(grid, task.id) || every(grid, task);
        }))
      continue;
    const auto kind = kind_of(task, catalogue);
    const auto host = std::ranges::find_if(study.grids, [&](const Grid& grid) {
      return kind && !grid.kinds.empty() && grid.takes(*kind);
    });
    guests.emplace_back(task, host - study.grids.begin());
  }
  for (Grid& grid : study.grids) {
    std::vector<TaskRef> kept;
    for (const TaskRef& own : grid.tasks) {
      if (std::ranges::count(tasks, own.id, &TaskRef::id) > 0) kept.push_back(own);
    }
    std::ranges::copy_if(tasks, std::back_inserter(kept),
                         [&](const TaskRef& task) { return every(grid, task); });
    grid.tasks = std::move(kept);
  }
  study.grids.push_back(std::move(added));
  for (const auto& [task, grid] : guests) study.grids[grid].tasks.push_back(task);
}

void keep_condition(const std::string& text, std::vector<Study>& studies) {
  bool found = false;
  for (Study& study : studies) {
    for (Condition& own : study.conditions) {
      if (own.name != study_type(study.kind).varies || !text.starts_with(own.name + "=")) continue;
      std::erase_if(own.values,
                    [&](double x) { return fmt::format("{}={}", own.name, x) != text; });
      found |= !own.values.empty();
    }
  }
  if (!found) {
    throw Error(Exit::usage, "--condition " + text, "no study of the suite varies this",
                "write what a study varies and a value of it, e.g. share=0.1");
  }
}

}  // namespace

void join(const std::vector<std::string>& rules, Suite& suite) {
  for (Study& study : suite.studies) {
    for (const std::string& id : rules) add_rule(id, study);
  }
}

void apply(const Overrides& overrides, const datasets::Catalogue& catalogue, Suite& suite) {
  std::vector<Selector> rules;
  for (const std::string& text : overrides.rules) rules.push_back(parse_selector(text, "-r"));
  std::vector<TaskRef> tasks;
  for (const std::string& id : overrides.tasks) tasks.push_back({id, "-t " + id});
  std::vector<std::string> names;
  for (const Study& study : suite.studies) names.push_back(study.name);
  for (const std::string& name : overrides.studies) {
    if (std::ranges::find(names, name) != names.end()) continue;
    throw Error(Exit::usage, "--study " + name, "the suite has no such study",
                core::suggest(name, names));
  }
  if (!overrides.studies.empty()) {
    std::erase_if(suite.studies, [&](const Study& study) {
      return std::ranges::find(overrides.studies, study.name) == overrides.studies.end();
    });
  }
  if (!overrides.condition.empty()) keep_condition(overrides.condition, suite.studies);
  for (Study& study : suite.studies) {
    if (overrides.seed) {
      study.first_seed = *overrides.seed;
      study.seeds = 1;
    }
    if (overrides.seeds) study.seeds = *overrides.seeds;
    if (overrides.timeout_s) study.timeout_s = *overrides.timeout_s;
    if (!rules.empty()) keep_rules(rules, study);
    if (!tasks.empty()) keep_tasks(tasks, catalogue, study);
    std::erase_if(study.grids, [](const Grid& g) { return g.rules.empty() || g.tasks.empty(); });
  }
}

}  // namespace agon::harness
