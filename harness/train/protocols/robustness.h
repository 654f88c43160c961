// SPDX-License-Identifier: MIT
//
// What harms cost a trained model: the test once more at every level of every harm, one after the
// other, each on the restored model. Nothing is selected by these scores.
//
//   input-noise   the host's own: to every input of a test row is added normal noise, its sd `level`
//                 times the sd of all inputs of the training rows taken together. For a rule that needs
//                 inputs >= 0 the sum is clipped at 0. Tasks of rows only.
//   weight-noise lesion state-noise   AGON_WEIGHT_NOISE, AGON_SILENCE, AGON_STATE_NOISE of agon.lesion/1
//
// A level is drawn three times; the score is the mean. Draw d has one seed for all harms and
// levels, by (seed of the cell, d): as agon.lesion/1 asks, a higher level silences the same units
// and more, and adds the same noise, larger. Level 0, after the last level of a harm, is the
// restored model and must have the test score again.
#pragma once

#include <vector>

#include "harness/train/courses/course.h"

namespace agon::harness {

// A training cell that is harmed when all else is done.
reports::CellOutcome robustness_cell(const CellContext& cell);

// The series score@<harm>, of dynamics also nrmse@<harm>, of the cell's harms, its conditions, in the order of kHarms; a
// harm that is not taken is a point of score@<harm> with the reason. model: has been tested, with this score; is restored on return.
// A draw that leaves the finite numbers counts as chance, on dynamics as an infinite NRMSE. Throws
// RuleFailure (AGON_INTERNAL for a model that was not restored), BadOutput for unwritten output.
std::vector<reports::SeriesPoint> measure_harms(Instance& model, Course& course,
                                                const CellContext& cell, double score_test);

}  // namespace agon::harness
