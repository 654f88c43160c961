// SPDX-License-Identifier: MIT
//
// A score and its 95 % interval, which speaks of other seeds and of other test rows. On most tasks
// the rows are nearly all of the uncertainty: a t interval over seeds of 360 rows of digits covers
// 28 to 63 % of what it says, and worse with more seeds. Of shares (right or wrong, AUROC): Wilson's
// interval with the effective number of independent rows, after appending a row that every seed gets
// wrong and one that every seed gets right. Covers at least 92 % where seeds do not fail in rare
// cases; those stand beside it, see proportion.h. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <limits>
#include <string>

#include "reports/statistics/interval.h"
#include "reports/statistics/rows.h"

namespace agon::reports {

enum class ScoreBasis { seeds_and_rows, rows, seeds };

struct RowScore {
  size_t seeds = 0, rows = 0;
  ScoreBasis basis = ScoreBasis::seeds_and_rows;
  double value = std::numeric_limits<double>::quiet_NaN();
  Interval ci{};  // unknown for one seed of a test of all rows, and without any spread
  double df = std::numeric_limits<double>::quiet_NaN();  // NaN where ci is unknown
};
RowScore score_interval(const RowView& x, RowKind kind);

// "over 5 seeds and 360 test rows", "over 360 test rows, one seed", "over 5 seeds, all patterns
// tested".
std::string basis_text(const RowScore& score);

// A number that lies between 0 and 1 has an interval that does; what is no share is left alone.
Interval within_unit(const Interval& interval, double value);

}  // namespace agon::reports
