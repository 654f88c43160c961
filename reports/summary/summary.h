// SPDX-License-Identifier: MIT
//
// From records to the numbers that reports print: rows per (study, rule, variant, task, depth) and
// one scoreboard over rules.
//
// Conventions
//  - A row's score is the test score, of trials (Mode::trial) that on validation. Learning rates are selected on the validation score (the
//    training score where a task has none), never on test: where a row's records hold several
//    learning rates, the row speaks about the selected one and carries the whole sweep.
//  - A failed run (diverged, timeout, crashed, oom, invalid_output, error, abi_mismatch,
//    quarantined) scores chance in every aggregate and is counted in n_failed; its loss counts as
//    loss_init. A skipped cell enters no aggregate and is counted in n_skipped; a run of a
//    forgetting study whose task B never reached its level, or that failed, is counted and has no
//    score.
//  - Parameters that differ between the cells of one study, rule and task at one depth and width,
//    other than lr, make a `variant`: unlike cells are never pooled. What only follows depth or width
//    is told apart by these.
//  - Intervals of scores speak of other seeds and other test rows, where what each row of the test
//    gave is stored and is a sample; else of other seeds only: see summary/tested.h. They stay within
//    0 and 1.
// Pure functions, any thread.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "reports/record/params.h"
#include "reports/record/record.h"
#include "reports/statistics/bayes.h"
#include "reports/statistics/comparison.h"
#include "reports/statistics/depth.h"
#include "reports/statistics/friedman.h"
#include "reports/statistics/interval.h"
#include "reports/statistics/iqm.h"
#include "reports/statistics/learning_rate.h"
#include "reports/statistics/power.h"
#include "reports/statistics/proportion.h"
#include "reports/statistics/rows.h"
#include "reports/statistics/speed.h"
#include "reports/statistics/tasks.h"
#include "reports/statistics/wilcoxon.h"
#include "reports/summary/beside.h"
#include "reports/summary/label.h"
#include "reports/summary/tested.h"

namespace agon::reports {

inline constexpr const char* kBaseline = "bp";
// The controls: a readout of the raw input, and one of random features.
inline constexpr const char* kLinear = "linear";
inline constexpr const char* kRandomFeatures = "elm";

// One learning rate of a row's sweep, over seeds.
struct LearningRatePoint {
  double lr = kNaN;
  size_t n = 0, n_failed = 0;
  MeanInterval test;         // test score
  double validation = kNaN;  // mean score for selection, failed = chance
  double loss = kNaN;        // mean of min(loss_final, loss_init)
  double relative = kNaN;    // chance-corrected relative performance on the selection score
};

// A row of the scoreboard's study against bp on its task.
struct AgainstBaseline {
  Difference difference;    // of the test score, this row's minus bp's
  double corrected = kNaN;  // its p, corrected over the scoreboard's table
  Outcome outcome = Outcome::unknown;
  bool alone_only = false;  // its interval leaves out 0, but it is a tie after the correction
  Never never = Never::no;  // why it cannot be significant, whatever the numbers say
  // Seeds and test rows that would show one point between the two; empty where unknown, or where
  // nothing would.
  std::vector<SeedsAndRows> one_point;
};

// What learning added: a row of the scoreboard's study less a control on its task. Judged as a table
// of its own, by the criterion of AgainstBaseline.
struct Added {
  Difference difference;
  double corrected = kNaN;
  Outcome outcome = Outcome::unknown;
  double params = kNaN;  // learnt weights of the control over those of the row
};

struct SummaryRow {
  std::string study, rule, variant, task;
  std::string over;  // the parameter that its study varies, "" unless it is a sweep: see swept_by()
  std::string name;  // the rule and what its variant does unlike most of its study: see label.h
  std::string label;  // name, depth or width where they vary, and what follows them
  Setting setting;    // what the label stands for, whole; see group.h
  std::string host;   // of a row of speed: its class of hosts where there are several, see hosts.h
  Params params;      // of its first cell, and what tells its build apart
  std::string kind, metric, ruleset;
  Mode mode = Mode::train;
  int64_t depth = -1, width = -1;
  size_t n = 0;         // runs in the aggregate: ok or failed, at the selected learning rate
  size_t n_failed = 0;  // of these, scored as chance (diverged included); see counted_score()
  size_t n_diverged = 0;
  size_t n_skipped = 0;
  size_t n_all_failed = 0;  // failed runs over the whole sweep
  double chance = kNaN;
  MeanInterval score;                        // test score; n, mean and sd are over seeds
  Basis basis = Basis::scores;               // of its interval
  size_t rows = 0;                           // test rows it speaks of; 0: of seeds only
  SeedsBelow below;                          // seeds that failed or did badly
  double iqm = kNaN;                         // of the runs' test scores
  std::map<uint64_t, double> score_by_seed;  // failed = chance
  double best_lr = kNaN;  // selected on validation; the one learning rate where there is no sweep
  std::vector<LearningRatePoint> sweep;  // ascending; empty when there is one learning rate
  LearningRateMetrics learning_rate;     // points == 0 without a sweep
  int64_t ladder = -1;                   // rows of one ladder over depth share a number
  DepthMetrics depth_metrics;            // of the ladder; empty without
  double retention = kNaN;               // of this row's depth
  Interval retention_ci{};
  double bp_gap = kNaN;  // score of bp minus this row's, same study, task and depth
  AgainstBaseline against;
  double normalised = kNaN;     // the score on the scale of the scoreboard, in its study
  Added over_linear, over_elm;  // elm: the one whose learnt weights are nearest in number
  Added over_readout;           // the same setting with learn=readout, of any study
  SelectionBias selection;
  Cost cost;
  Throughput train, predict;              // speed cells only
  SpeedRatio train_ratio, predict_ratio;  // to bp, same study and task; of bp itself: see speed.h
  double macs_per_sample = kNaN, n_params = kNaN, peak_rss_mib = kNaN;
  double train_s = kNaN;  // mean training time of a run
  size_t n_reached = 0;   // runs that reached the task's target score
  double epochs_to_target = kNaN, time_to_target_s = kNaN;  // median of the runs that reached it
};

// A setting against bp over the tasks that both have, by the means of the tasks.
struct OverTasks {
  size_t tasks = 0;
  SignedRanks signed_ranks;
  double corrected = kNaN;  // its p, after Holm over the settings
  Never never = Never::no;  // why it cannot be significant
  Posterior posterior;      // unknown below kTasksForSignedRank
};

struct ScoreboardRow {
  std::string rule, variant, label;
  Setting setting;
  bool is_baseline = false;
  size_t tasks = 0;                           // of Scoreboard::tasks that it has a value on
  size_t cells = 0, failed = 0, skipped = 0;  // of this setting, over all studies of the run
  TaskMean normalised;                        // mean over its tasks; 1 where it is the unit itself
  double normalised_iqm = kNaN;               // from kTasksForIqm tasks on, without iqm_cut
  std::vector<std::string> iqm_cut;
  Interval iqm_ci, tasks_like;  // of the interquartile mean: on these tasks, on tasks like these
  TooNarrow narrow;             // which intervals are, because some of its runs failed
  // Share of runs above bp's of the same seed, ties half: mean over tasks; NaN for bp itself.
  double ahead = kNaN;
  Interval ahead_ci;
  OverTasks over_tasks;  // nothing for bp itself
  // No rule is significantly better, by differences of the normalised score over the common tasks,
  // corrected after Holm; false for all rows where Scoreboard::groups is.
  bool among_best = false;
  double mean_rank = kNaN;  // 1 = best, mean ranks for ties, over the tasks of all rows
  // Tasks against bp by AgainstBaseline::outcome; unknown: too few paired seeds.
  size_t wins = 0, ties = 0, losses = 0, unknown = 0;
  // From the other studies' rows of this setting, NaN or -1 where there is none: mean over tasks.
  double lr_width95 = kNaN;  // decades
  bool lr_width95_at_edge = false;
  double lr_sensitivity = kNaN;  // normalised
  double depth_auc = kNaN;
  int64_t trainable_depth = -1;  // the smallest over tasks
  bool trainable_depth_censored = false;
  SpeedRatio train_ratio, predict_ratio;  // to bp, over tasks; none where the machine was too busy
  double samples_per_s_train = kNaN,
         samples_per_s_predict = kNaN;  // of the first speed task
  double macs_per_sample = kNaN;
};

struct Scoreboard {
  // "accuracy", or the first training study of a kind that ranks, or the first of another kind that is
  // no sweep: settings of one rule against each other are no ranking of rules, and neither is what
  // a rule forgets. "" without such.
  std::string study;
  std::vector<std::string> tasks;       // plan order
  size_t min_seeds = 0, max_seeds = 0;  // runs per rule and task
  bool has_baseline = false;            // bp is in the study
  // Tasks whose score is normalised by (P - c) / (1 - c), because bp is absent there or its interval
  // comes within 0.05 of chance; the others by (P - c) / (P_bp - c) over the seeds that both have.
  std::vector<std::string> unnormalised_tasks;
  size_t comparisons = 0;  // with bp, that are corrected together: none below kSeedsToCompare seeds
  bool groups = false;     // whether rows were compared with each other
  Friedman friedman;       // over the tasks of all rows, rules in plan order
  std::vector<ScoreboardRow> rows;  // highest mean first, rows without a score last
};

struct Summary {
  std::vector<SummaryRow> rows;  // plan order
  Scoreboard scoreboard;
};

// records: plan order. tasks: chance levels of tasks whose runs all failed before they could say
// it.
// studies: which of them are sweeps; a study without a card or a kind is none.
Summary summarise(std::span<const CellRecord> records, std::span<const TaskCard> tasks = {},
                  std::span<const StudyCard> studies = {});

// "3 seeds are", "1 seed is": what is too few to compare settings; "the common seeds are" where the
// runs are enough but not of the same seeds.
std::string few_seeds(const Scoreboard& board);

// "lr 0.1 of 5": of several learning rates the one that a row speaks of; "" with one.
std::string chosen_rate(const SummaryRow& row);

// The parameter that a study of a kind that goes over one varies; "" for any other.
std::string swept_by(const StudyCard& study);

}  // namespace agon::reports
