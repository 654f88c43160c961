// SPDX-License-Identifier: MIT
#include "harness/plan/tuning.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "core/error.h"
#include "core/hash.h"
#include "reports/statistics/selection.h"

namespace agon::harness {
namespace {

const Selector& trial_of(const Plan& plan, const Tuning& tuning) {
  return plan.suite.studies[tuning.study].grids[tuning.grid].trials[tuning.trial];
}

// Some value is in no cell of the plan. A shard has all trials of a tuning or none of it.
bool lacks_trials(const Tuning& tuning) {
  return std::ranges::any_of(tuning.cells, [](const auto& cells) { return cells.empty(); });
}

void check_tunable(const Selector& trial, const RuleManifest& rule) {
  for (const Factor& factor : trial.factors) {
    const ParamManifest* const param = rule.param(factor.key);
    if (param == nullptr || param->has(AGON_PARAM_TUNABLE)) continue;
    throw Error(Exit::usage, factor.key_where,
                fmt::format("rule {} does not declare '{}' tunable", rule.id, factor.key),
                fmt::format("try what agon info {} calls tunable", rule.id));
  }
}

double mean_over_seeds(const Plan& plan, const std::vector<uint32_t>& cells,
                       const std::function<double(const PlanCell&)>& score) {
  double sum = 0;
  for (const uint32_t cell : cells) sum += score(plan.cells[cell]);
  return sum / static_cast<double>(cells.size());
}

template <typename Fn>
void for_each_seed(const Plan& plan, const Tuning& tuning, Fn&& fn) {
  const Study& study = plan.suite.studies[tuning.study];
  PlanCell cell;
  cell.study = tuning.study;
  cell.task = tuning.task;
  cell.treatment = tuning.treatment;
  cell.tuned = true;
  for (int64_t i = 0; i < study.seeds; ++i) {
    cell.seed = study.first_seed + static_cast<uint64_t>(i);
    cell.position = tuning.position + static_cast<uint32_t>(i);
    fn(cell);
  }
}

}  // namespace

void check_trials(const Plan& plan) {
  std::map<uint32_t, const Tuning*> first;  // of each study
  for (const Tuning& tuning : plan.tunings) {
    const Selector& trial = trial_of(plan, tuning);
    check_tunable(trial, *plan.variants[tuning.variants.front()].rule);
    const std::string& study = plan.suite.studies[tuning.study].name;
    if (lacks_trials(tuning)) {
      throw Error(Exit::usage, trial.where(0),
                  fmt::format("no study runs the trials of {} for study '{}'", trial.name, study),
                  fmt::format("add a [[study]] with trials_of = \"{}\"", study));
    }
    const Tuning& other = *first.emplace(tuning.study, &tuning).first->second;
    if (tuning.variants.size() == other.variants.size()) continue;
    throw Error(
        Exit::usage, trial.where(0),
        fmt::format("rule {} is tried {} times, {} {} times", trial.name, tuning.variants.size(),
                    trial_of(plan, other).name, other.variants.size()),
        "give every rule as many trials");
  }
}

size_t count_winners(const Plan& plan, const Tuning& tuning) {
  return lacks_trials(tuning) ? 0 : static_cast<size_t>(plan.suite.studies[tuning.study].seeds);
}

std::vector<PlanCell> winners_with(const Plan& plan, const Tuning& tuning, size_t value) {
  std::vector<PlanCell> cells;
  if (lacks_trials(tuning)) return cells;
  const std::string& reason = plan.cells[tuning.cells[value].front()].skip;
  const std::string stem =
      key_stem(plan, plan.suite.studies[tuning.study], plan.variants[tuning.variants[value]],
               tuning.task, plan.treatments[tuning.treatment]);
  for_each_seed(plan, tuning, [&](PlanCell& cell) {
    cell.variant = tuning.variants[value];
    cell.key = core::hash_hex(stem + std::to_string(cell.seed));
    cell.skip.clear();
    if (!reason.empty()) skip(cell, reason);
    cells.push_back(cell);
  });
  return cells;
}

std::vector<PlanCell> awaited(const Plan& plan) {
  std::vector<PlanCell> cells;
  for (const Tuning& tuning : plan.tunings) {
    if (lacks_trials(tuning)) continue;
    for_each_seed(plan, tuning, [&](PlanCell& cell) {
      cell.variant = tuning.variants.front();
      cell.skip = plan.cells[tuning.cells.front().front()].skip;
      cells.push_back(cell);
    });
  }
  return cells;
}

bool all_tried(const Plan& plan, const std::function<bool(const PlanCell&)>& done) {
  return std::ranges::all_of(plan.tunings, [&](const Tuning& tuning) {
    return std::ranges::all_of(tuning.cells, [&](const auto& cells) {
      return std::ranges::all_of(cells, [&](uint32_t cell) { return done(plan.cells[cell]); });
    });
  });
}

void plan_winners(Plan& plan, const std::function<double(const PlanCell&)>& score) {
  std::vector<PlanCell> winners;
  for (const Tuning& tuning : plan.tunings) {
    if (lacks_trials(tuning)) continue;
    std::vector<double> means;
    for (const auto& cells : tuning.cells) means.push_back(mean_over_seeds(plan, cells, score));
    const size_t best = reports::best_of_grid(means);
    for (PlanCell& cell : winners_with(plan, tuning, best)) winners.push_back(std::move(cell));
  }
  plan.cells.insert(plan.cells.end(), winners.begin(), winners.end());
  plan.tunings.clear();
}

}  // namespace agon::harness
