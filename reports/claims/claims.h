// SPDX-License-Identifier: MIT
//
// A source's claims against what a run measured. A claim is a list of checks, each one number of
// the results against a bound; the suite file states them, nothing here knows a rule or a task.
//
// How a check becomes a number
//  - Its cells: those of the filter's study, rule and task whose parameters have the filter's
//    values, compared as numbers where both are numbers. Seeds are the repetitions. Cells are split
//    by the values of `per` and, where `take` needs it, of `by`; a parameter that follows these may
//    differ with them. Cells that still differ are never pooled: the check is then not measured and
//    says which parameter to name.
//  - take: mean (with a 95 % t interval over seeds only; none where all seeds are alike), median
//    (with the order-statistic interval of at least 95 % from 6 seeds on, with the range of the
//    seeds below), min and max (worst seed, no interval),
//    argmax (the value of `by` with the highest mean over seeds, the lower one of equals; smallest
//    to largest of the seeds' own), slope (of the value per doubling of `by`, least squares) and
//    exponent (the same with log2 of the value: 1 is proportional), both a mean over seeds with its
//    t interval. argmax, slope and exponent use the seeds that have a number at every value of
//    `by`.
//  - over_value: the ratio of the value to another value of the same cell.
//  - minus, over: the difference or the ratio to other cells, seed by seed; a ratio's mean is the
//    mean of the seeds' ratios. The other cells are taken at the same values of `per` and `by`,
//    unless they do not have that parameter or their filter names it.
//  - A failed run scores chance and never reaches a target; a skipped one is missing, and so is the
//    score of a forgetting study where nothing could be compared (see outcome.h). "Never" is
//    infinity and takes part: a median may be infinite, a mean with an infinity in it is infinite
//    and carries the range of the seeds instead of a t interval.
//  - Seeds left out (skipped, without a partner, without that number) are counted in `remark`. A
//    seed whose own number has no meaning (both sides of a difference never reach the target, a
//    slope through infinity) is left out too, and the check then holds partly at best.
//
// A check holds when its estimate meets the bound and so does the whole interval, where there is
// one; it holds partly when the estimate does and the interval does not, and does not hold when the
// estimate misses the bound, wherever the interval reaches: the burden of proof is the claim's. One
// seed, or seeds that are all alike, have no interval; the estimate decides and the table says so.
// Bounds are met within 1e-9 of their size, which is what sums and differences of scores lose.
//
// A claim holds when every check of it does, at every value of `per`. It does not hold when no
// check holds even partly, and holds partly otherwise, also where the measured checks hold and
// others could not be measured; it is not measured when none could. Pure functions, any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reports/record/record.h"
#include "reports/report.h"
#include "reports/statistics/interval.h"

namespace agon::reports {

enum class Verdict { holds, partly, fails, unmeasured };
std::string_view words(
    Verdict verdict);  // "holds", "holds partly", "does not hold", "not measured"

// One line of the claims table.
struct Measurement {
  const ClaimCheck* check = nullptr;  // points into the judged claims
  std::string what;                   // the check's words, with the value of `per`: "ED, depth 16"
  std::string at;                     // that value, "" without per
  Verdict verdict = Verdict::unmeasured;
  double estimate = kNaN;  // infinity: not reached
  Interval interval{};
  // kSeedsInterval, "range of 5 seeds", "smallest of 5 seeds", "one seed, no interval"
  std::string interval_kind;
  size_t n = 0;        // seeds
  std::string bound;   // ">= 0.963", "0.9 to 1.1"
  std::string reason;  // why it is not measured, or ""
  std::string remark;  // which cells were left out, or ""
};

struct ClaimResult {
  const ClaimCard* claim = nullptr;  // points into the judged claims
  Verdict verdict = Verdict::unmeasured;
  std::vector<Measurement> measurements;
};

// A number of one cell by name: a row of record/fields.h with a reading, which says what a run that
// failed counts as (a score: chance, its own or else the one given), or m_<key> for a rule's metric.
// NaN where the cell has none. Of a series <name>=<x>, as score@lesion=0.4 of a robustness study: of a
// run that failed a score is chance, and there is no other value.
double cell_value(const CellRecord& record, std::string_view name, double chance = kNaN);
// False for a name that no cell can have.
bool is_cell_value(std::string_view name);
// What a name such as "score@lesion=0.4" reads: a series that a kind of study lets claims read, and
// an x > 0; nullopt for any other name.
struct SeriesAt {
  std::string_view series;
  double x;
};
std::optional<SeriesAt> series_at(std::string_view name);
// mean median min max argmax slope exponent.
std::span<const std::string_view> takes();
bool take_needs_by(std::string_view take);

// Whether a filter names this cell: study, rule, task and parameters. A parameter without values
// accepts any value, but the cell must have it.
bool matches(const CellFilter& filter, const std::string& study, const CellIdentity& id);

// Of several lines together, as a claim's: see the conventions above.
Verdict verdict_of(std::span<const Measurement> measurements);

// One result per claim, in order. tasks: chance levels of tasks whose runs all failed.
std::vector<ClaimResult> judge(std::span<const ClaimCard> claims,
                               std::span<const CellRecord> records,
                               std::span<const TaskCard> tasks = {});
// Those of a report. A claim of one of several runs reads the cells of the runs that state it:
// another suite may have other cells under the same names.
std::vector<ClaimResult> judge(const ReportInput& input);

// "5 of 8 claims hold, 2 hold partly, 1 does not hold."; "" for no claims.
std::string count_words(std::span<const ClaimResult> results);

}  // namespace agon::reports
