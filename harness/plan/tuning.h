// SPDX-License-Identifier: MIT
//
// The ruleset tuned. A grid's trials say which values of a rule are tried; a study of trials runs them
// (measure, trials_of: each value and seed a cell that reads no test row), and on each task the value
// with the highest mean validation score over all seeds is taken. Its cells are winners: they run whole,
// as those of the ruleset default do. A trial that failed or diverged counts as chance, one that was
// given up as what it scored. Of equal values the one nearest to the middle of the grid wins.
#pragma once

#include <functional>
#include <vector>

#include "harness/plan/plan.h"

namespace agon::harness {

// Throws agon::Error(Exit::usage) with its position for a trial of what a rule does not declare
// tunable, for trials that no study runs, and for rules that are tried more often than others.
void check_trials(const Plan& plan);

// Of the tunings whose trials are in the plan, a cell of each winner to come, with the first of
// the values that are tried, and without a key.
std::vector<PlanCell> awaited(const Plan& plan);

// How many winners a tuning has, whichever value wins: none where the plan lacks trials.
size_t count_winners(const Plan& plan, const Tuning& tuning);
// The winners of a tuning if the value in this place is the best: none where the plan lacks trials.
std::vector<PlanCell> winners_with(const Plan& plan, const Tuning& tuning, size_t value);

// Whether every trial that the plan has has come to its end.
bool all_tried(const Plan& plan, const std::function<bool(const PlanCell&)>& done);

// Appends the winners to plan.cells and empties plan.tunings. score: of a trial, as aggregates count
// it; NaN where it has none.
void plan_winners(Plan& plan, const std::function<double(const PlanCell&)>& score);

}  // namespace agon::harness
