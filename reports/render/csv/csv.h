// SPDX-License-Identifier: MIT
//
// CSV after RFC 4180 with plain line feeds: a header line, fields quoted where they hold a comma,
// quote or line break. Numbers are the shortest text that reads back exactly; missing ones are
// empty. Text that a spreadsheet would take for a formula (leading = + - @) gets a leading
// apostrophe; control characters, and bytes that are no UTF-8, become \n, \t, \xNN, and a backslash
// \\.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "reports/claims/claims.h"
#include "reports/render/csv/fields.h"
#include "reports/report.h"
#include "reports/summary/summary.h"

namespace agon::reports {

// Where a file goes, piece by piece: one of a million cells is never whole in memory.
using Sink = std::function<void(std::string_view)>;

// The tables of cells, in one pass over the records. cells: one row per record, plan order; curves: one
// row per curve point, a cell of two studies once; series: one row per point of a cell's series, with the
// identity columns of cells.csv; what the model does not take is one row with the reason. Nothing where
// no cell has a series.
struct CellTables {
  Sink cells, curves, series;  // null: not this one
};
void write_cells(const ReportInput& input, const CellTables& out);

std::string cells_csv(const ReportInput& input);
std::string curves_csv(const ReportInput& input);
std::string series_csv(const ReportInput& input);
// The result columns of one record and its series: equal for equal results.
std::string result_text(const CellRecord& record);
// One row per SummaryRow, whose scores are of the test set, in mode trial of validation. score_mean and score_iqm (interquartile mean) are over the row's runs,
// that is over seeds; score_low and score_high are the 95 % interval of score_mean within 0 and 1:
// score_basis says of what, "seeds and rows" (score_rows test rows; of one seed rows alone), else
// "seeds", "seeds of folds" or "seeds of all patterns", then empty where all seeds agree.
// retention_low and retention_high likewise. seeds_below: how many failed or ended in the lower half
// between chance and the best of them, with the 95 % upper bound of their share.
// against_bp is won, tied or lost by the scoreboard's criterion (see statistics/comparison.h),
// empty below 5 paired seeds; against_bp_difference is of score_mean, paired by seed and, where
// against_bp_rows says how many, by test row, with its own interval, its p, that p corrected over
// the whole table, and the smallest difference that could have been seen. over_linear and over_elm
// are differences from these controls, likewise, in a table of their own; over_elm_weights_ratio is
// elm's learnt weights over the row's; over_readout is held against the same setting with learn=readout.
// normalised: 0 is chance, 1 is bp. *_gain: what choosing by
// the reported rows would have added; macs_total and samples are of a run's training.
std::string summary_csv(const Summary& summary);
// Its columns as a line of CSV, and its rows for any form.
std::string_view summary_columns();
void summary_rows(const Summary& summary, FieldWriter& out);
// One row per check of a claim, and per value where a check has `per`. An estimate that is never
// reached is "inf".
std::string claims_csv(std::span<const ClaimResult> results);

// The field of a free text, as described above, quoted where needed.
std::string csv_text(std::string_view text);
// Shortest exact text; "" for NaN, "inf" and "-inf" for the infinities.
std::string csv_number(double x);

}  // namespace agon::reports
