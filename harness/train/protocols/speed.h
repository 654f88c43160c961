// SPDX-License-Identifier: MIT
//
// One speed cell: how many training samples a rule learns from per second, and on how many it
// predicts. The executor runs it pinned, in a process of its own, and beside it those that it is compared
// with: they take turns (harness/work/turns.h), a repetition each in a round, so that what the machine does
// meanwhile falls upon all alike.
//
// What is timed is what a user pays: a fresh model per repetition (its creation apart), trained for
// whole epochs over the task's minibatches by the same code as in any other cell: prepare, every
// fit, end_epoch. A repetition is as many epochs of the cell's budget as fill 30 ms; a budget that
// ends before begins again with another fresh model. A longer epoch is one repetition, whole:
// nothing is extrapolated from a part of it. So where the first epoch costs more than the others,
// as with statistics of the inputs or a closed form, and is long, it is the first that is told. One
// repetition warms up and six count, fewer where they would take more than half a second in all; an
// epoch that alone takes longer is warm-up and only repetition in one. Prediction: the test rows in
// minibatches, by the model that was trained last, six repetitions of 10 ms or of one minibatch.
//
// After each repetition a burst of multiply-adds (core/peak.h) says what the processor could do: a repetition
// whose burst was slow against their median does not count. The metrics machine_* keep the bursts'
// median, what the second-level cache gives, the load when the cell began and the share of time that a
// hypervisor took. samples_per_s_first_epoch and samples_per_s_later_epochs tell apart what a rule that
// keeps something of its rows pays once; bytes_per_sample is the least that a sample moves: its row, and
// its share of every weight, read and written once a minibatch.
//
// One thread, whatever --threads says. Seconds are those of stopwatch.h: CPU time. The metrics
// samples_per_s_train_wall and samples_per_s_predict_wall are the same by the wall clock.
#pragma once

#include "harness/train/protocols/train.h"

namespace agon::harness {

// samples_per_s_* are the medians of the repetitions, which are returned as well; macs_per_sample
// is that of the first epoch, with its share of what comes once in the budget. The cell's seed is the number of its process and decides nothing: every
// speed cell of a setting does the same work.
reports::CellOutcome time_cell(const CellContext& cell);

}  // namespace agon::harness
