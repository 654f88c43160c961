// SPDX-License-Identifier: MIT
//
// One training cell: epochs, shuffling, budget, evaluation and clock, the same for every rule.
//
//  1. A model is fitted on `train` for the whole budget; the curve holds its validation score.
//  2. With refit, a second model (same seed, same budget) is fitted on train + validation. Where
//     validation and train are the same rows (the logic tasks), step 2 is left out.
//  3. The test rows are read once, by the last model. What a study does after that decides nothing any more.
//
// A trial (reports::Mode::trial) is step 1 alone, scored on validation once, at its end. It is given up
// after a quarter of its epochs (kGivenUpAfter) where the mean loss of an epoch is above loss_init
// then: its score is that of the model as it stands, and given_up_at says so.
//
// The order of rows in epoch e is a permutation by (seed, e) alone, so every rule sees the same
// order. loss_init is the mean loss over all training units before the first update, whatever the
// size of a minibatch; NaN for a rule that offers no loss of its own (agon/plugin.h). loss_final is
// the mean of the last epoch, each minibatch before its update. train_s counts the rule's own calls
// (prepare, fit, end_epoch) by the clock of stopwatch.h; a model's creation and evaluation stand
// outside. samples_per_s_train is that of the first fit, of whole epochs.
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "agon/plugin.h"
#include "datasets/task.h"
#include "harness/plan/cell.h"
#include "reports/record/record.h"

namespace agon::harness {

// The share of a trial's epochs after which its loss must be below that before training.
inline constexpr double kGivenUpAfter = 0.25;

struct CellContext {
  const agon_rule* rule = nullptr;
  std::vector<agon_value> values;  // in table order
  const datasets::Task* task = nullptr;
  const CellJob* job = nullptr;
  bool own_deadline = true;  // false: somebody else keeps the time and calls Call::stop_all()
  std::function<void(const reports::CurvePoint&)> on_curve;
  std::function<void(double)> on_progress;
  std::function<void()>
      on_turn;  // of a cell that is timed: returns when it may measure for a moment
};

// Never throws for what a rule does: every failure is an outcome. Thread: the worker's only one.
reports::CellOutcome train_cell(const CellContext& cell);

class CellRun;
class Instance;

// What a study makes other in the training of a cell.
struct Additions {
  // Of the training units, those that are trained on; empty: all of them.
  std::function<std::vector<int32_t>(std::vector<int32_t>)> part;
  // Done last, with the tested model: what the rule says of itself is said before.
  std::function<void(CellRun&, Instance&)> after_test;
};
reports::CellOutcome train_cell(const CellContext& cell, const Additions& more);

}  // namespace agon::harness
