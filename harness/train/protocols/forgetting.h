// SPDX-License-Identifier: MIT
//
// A cell of a forgetting study: what is left of task A once task B is learnt.
//
//  1. The rule sees the inputs of both tasks once (prepare), so that features and scaling are not what is asked.
//  2. It is fitted on A's training rows, then on B's, for the same budget: `epochs` passes each, or half of `updates`
//     each. Nothing tells it of the change. train_rows counts the rows of both, so that the whole is as long as a
//     training on both mixed, and a schedule stretches over the whole. An optimiser keeps its state.
//  3. While it learns B, B's validation score is read after every 64 samples and after every epoch (where closed-form
//     rules learn). When it first reaches the task file's `matched`, and only then, the test rows are read, once.
//  4. Training goes on to the end of the budget. There is no refit on train + validation.
//
// score_test is A's test score at that moment, score_val A's validation score; NaN in a cell whose
// B never got there, which is ok and says so in status_detail: A at the end would reward the rule
// that learns B least. Metrics:
//   a_before   A's validation score when A has been learnt       matched_b  B's test score at the match
//   a_kept     A's validation score at the match over a_before   best_b     highest validation score of B that was read
//   end_a end_b  validation scores at the end of the budget      samples_to_match  samples of B until the match
//   level_b    `matched`                                      samples_a  samples of A, where the curve turns to B
// The series score_a and score_b hold the validation scores of both over the samples learnt from, at each
// point of the curve: the end of epochs and after 64, 128, 256, ... samples of B, for what is forgotten
// first goes fast. The data order is that of
// trainer.h, epochs counted through.
#pragma once

#include "harness/train/protocols/train.h"
#include "reports/record/record.h"

namespace agon::harness {

// cell: of a task with two phases to classify. Never throws for what a rule does. Thread: the
// worker's only one.
reports::CellOutcome forgetting_cell(const CellContext& cell);

}  // namespace agon::harness
