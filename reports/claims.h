// SPDX-License-Identifier: MIT
//
// A source's claims against what a run measured. A claim is a list of checks, each one number of the
// results against a bound; the suite file states them, nothing here knows a rule or a task.
//
// How a check becomes a number
//  - Its cells: those of the filter's study, rule and task whose parameters have the filter's values.
//    Seeds are the repetitions. Cells that differ in any other parameter than `by` and `per` are never
//    pooled: the check is then not measured and says which parameter to name.
//  - take: mean (with a 95 % t interval), median (smallest to largest seed), min and max (worst seed),
//    argmax (the value of `by` with the highest mean over seeds; smallest to largest of the seeds' own),
//    slope (of the value per doubling of `by`, least squares) and exponent (the same with the value's
//    logarithm: 1 is proportional), both a mean over seeds with a 95 % t interval.
//  - minus, over: the difference or the ratio to other cells, seed by seed.
//  - A failed run scores chance and never reaches a target; a skipped one is missing.
//
// A check holds when its estimate meets the bound and so does the whole interval, where there is one;
// it holds partly when the estimate does and the interval does not. With `per` it must hold at each
// value. A claim holds when all its checks do, does not hold when none does so even partly, and holds
// partly otherwise; unmeasured checks are left out and named. Pure functions, any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "reports/record.h"
#include "reports/statistics/interval.h"

namespace agon::reports {

enum class Verdict { holds, partly, fails, unmeasured };
std::string_view words(Verdict verdict);  // "holds", "holds partly", "does not hold", "not measured"

// One line of the claims table.
struct Measurement {
  std::string what;     // the check's words, with the value of `per`: "ED, depth 16"
  std::string at;       // that value, "" without per
  Verdict verdict = Verdict::unmeasured;
  double estimate = kNaN;
  Interval interval{};
  std::string interval_kind;  // "95 % interval", "range of 5 seeds", "" without one
  size_t n = 0;               // seeds
  std::string bound;          // ">= 0.963", "0.9 to 1.1"
  std::string reason;         // why it is not measured, or ""
};

struct ClaimResult {
  const ClaimCard* claim = nullptr;
  Verdict verdict = Verdict::unmeasured;
  std::vector<Measurement> measurements;
};

// A number of one cell by name: score_test score_val score_train (a failed run: chance),
// epochs_to_target time_to_target_s (never reached or failed: infinity), loss_init loss_final loss_best
// train_s samples_per_s_train samples_per_s_predict macs_per_sample n_params peak_rss_mib, or m_<key>
// for a rule's metric. NaN where the cell has none.
double cell_value(const CellRecord& record, std::string_view name);
// False for a name that no cell can have.
bool is_cell_value(std::string_view name);
// mean median min max argmax slope exponent.
std::span<const std::string_view> takes();
bool take_needs_by(std::string_view take);

// Whether a filter names this cell: study, rule, task and parameters.
bool matches(const CellFilter& filter, const std::string& study, const CellIdentity& id);

std::vector<ClaimResult> judge(std::span<const ClaimCard> claims, std::span<const CellRecord> records);

}  // namespace agon::reports
