// SPDX-License-Identifier: MIT
//
// From records to the numbers that reports print: rows per (study, rule, variant, task, depth) and
// one scoreboard over rules.
//
// Conventions
//  - A row's score is the test score. Learning rates are selected on the validation score (the
//  training
//    score where a task has none), never on test: where a row's records hold several learning
//    rates, the row speaks about the selected one and carries the whole sweep.
//  - A failed run (diverged, timeout, crashed, oom, invalid_output, error, abi_mismatch,
//  quarantined)
//    scores chance in every aggregate and is counted in n_failed; its loss counts as loss_init. A
//    skipped cell enters no aggregate and is counted in n_skipped; a run of a forgetting study whose
//    task B never reached its level, or that failed, is counted and has no score.
//  - Parameters that differ between the cells of one study, rule and task, other than lr, depth and
//    width, make a `variant`: unlike cells are never pooled.
// Pure functions, any thread.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "reports/record.h"
#include "reports/report.h"
#include "reports/statistics/comparison.h"
#include "reports/statistics/depth.h"
#include "reports/statistics/interval.h"
#include "reports/statistics/iqm.h"
#include "reports/statistics/learning_rate.h"
#include "reports/statistics/speed.h"

namespace agon::reports {

inline constexpr const char* kBaseline = "bp";

// One learning rate of a row's sweep, over seeds.
struct LearningRatePoint {
  double lr = kNaN;
  size_t n = 0, n_failed = 0;
  MeanInterval test;         // test score
  double validation = kNaN;  // mean score for selection, failed = chance
  double loss = kNaN;        // mean of min(loss_final, loss_init)
  double relative = kNaN;    // chance-corrected relative performance on the selection score
};

struct SummaryRow {
  std::string study, rule, variant, task;
  std::string over;  // the parameter that its study varies, "" unless it is a sweep: see swept_by()
  std::string name;   // the rule and what its variant does unlike most of its study: see label.h
  std::string label;  // name, and depth or width where they vary in the study
  std::string kind, metric, mode, ruleset;
  int64_t depth = -1, width = -1;
  size_t n = 0;         // runs in the aggregate: ok or failed, at the selected learning rate
  size_t n_failed = 0;  // of these, scored as chance (diverged included); see counted_score()
  size_t n_diverged = 0;
  size_t n_skipped = 0;
  size_t n_all_failed = 0;  // failed runs over the whole sweep
  double chance = kNaN;
  MeanInterval score;  // test score: mean and 95 % t interval
  double iqm = kNaN;
  std::map<uint64_t, double> score_by_seed;  // failed = chance
  double best_lr = kNaN;  // selected on validation; the one learning rate where there is no sweep
  std::vector<LearningRatePoint> sweep;  // ascending; empty when there is one learning rate
  LearningRateMetrics learning_rate;     // points == 0 without a sweep
  DepthMetrics depth_metrics;  // over all depths of this rule, variant, task; empty with one depth
  double retention = kNaN;     // of this row's depth
  Interval retention_ci{};
  double bp_gap = kNaN;       // score of bp minus this row's, same study, task and depth
  Throughput train, predict;  // speed cells only
  SpeedRatio train_ratio, predict_ratio;  // to bp, same study and task
  double macs_per_sample = kNaN, n_params = kNaN, peak_rss_mib = kNaN;
  double train_s = kNaN;  // mean training time of a run
  size_t n_reached = 0;   // runs that reached the task's target score
  double epochs_to_target = kNaN, time_to_target_s = kNaN;  // median of the runs that reached it
};

struct ScoreboardRow {
  std::string rule, variant, label;
  size_t tasks = 0;                           // of Scoreboard::tasks that it has a score on
  size_t cells = 0, failed = 0, skipped = 0;  // over all studies of the run, this rule
  double normalised_mean = kNaN;
  Estimate normalised_iqm;      // 95 % stratified bootstrap interval
  Estimate improvement;         // probability that a run beats one of bp; NaN for bp itself
  bool tied_with_best = false;  // its IQM cannot be told apart from the first row's
  double mean_rank = kNaN;      // 1 = best, mean ranks for ties, over the tasks of all rows
  size_t wins = 0, ties = 0, losses = 0, unknown = 0;  // tasks against bp, paired by seed
  // From the other studies, NaN or -1 where they are absent: mean over tasks.
  double lr_width95 = kNaN;  // decades
  bool lr_width95_at_edge = false;
  double lr_sensitivity = kNaN;  // normalised
  double depth_auc = kNaN;
  int64_t trainable_depth = -1;  // the smallest over tasks
  bool trainable_depth_censored = false;
  SpeedRatio train_ratio, predict_ratio;  // to bp; geometric mean over tasks
  double samples_per_s_train = kNaN,
         samples_per_s_predict = kNaN;  // median of the first speed task
  double macs_per_sample = kNaN;
};

struct Scoreboard {
  // "accuracy", or the first training study of kind accuracy, or the first of another kind that is
  // no sweep: settings of one rule against each other are no ranking of rules, and neither is what a
  // rule forgets. "" without such.
  std::string study;
  std::vector<std::string> tasks;       // plan order
  size_t min_seeds = 0, max_seeds = 0;  // runs per rule and task
  bool has_baseline = false;            // bp is in the study
  // Tasks whose score is normalised by (P - c) / (1 - c), because bp is absent there or within 0.05
  // of chance; the others by (P - c) / (P_bp - c), P_bp = mean over seeds.
  std::vector<std::string> unnormalised_tasks;
  std::vector<ScoreboardRow> rows;  // best IQM first, rows without a score last
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

// The parameter that a study of kind sweep, or of kind speed with `by`, varies; "" for any other.
std::string swept_by(const StudyCard& study);

// One paragraph of plain words with numbers: what can and what cannot be concluded. Ties are named
// as ties, too few seeds are said, failures and missing cells are counted.
std::string verdict(const ReportInput& input, const Summary& summary);

}  // namespace agon::reports
