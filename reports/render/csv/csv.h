// SPDX-License-Identifier: MIT
//
// CSV after RFC 4180 with plain line feeds: a header line, fields quoted where they hold a comma,
// quote or line break. Numbers are the shortest text that reads back exactly; missing ones are
// empty. Text that a spreadsheet would take for a formula (leading = + - @) gets a leading
// apostrophe; control characters, and bytes that are no UTF-8, become \n, \t, \xNN, and a backslash
// \\.
#pragma once

#include <string>
#include <string_view>

#include "reports/claims/claims.h"
#include "reports/report.h"
#include "reports/summary/summary.h"

namespace agon::reports {

std::string cells_csv(const ReportInput& input);  // one row per record, plan order
// The result columns of one record and its series: equal for equal results.
std::string result_text(const CellRecord& record);
std::string curves_csv(
    const ReportInput& input);  // one row per curve point; a cell of two studies once
// One row per point of a cell's series, with the identity columns of cells.csv; what the model does
// not take is one row with the reason. "" where no cell has a series.
std::string series_csv(const ReportInput& input);
// One row per SummaryRow, whose scores are of the test set, in mode trial of validation. score_mean and score_iqm (interquartile mean) are over the row's runs,
// that is over seeds; score_low and score_high are the 95 % t interval of score_mean over seeds
// only, within 0 and 1 and empty where all seeds agree; retention_low and retention_high likewise.
// against_bp is won, tied or lost by the scoreboard's criterion (see statistics/comparison.h),
// empty below 5 paired seeds; against_bp_difference is of score_mean, with its own interval over
// seeds only, its p, and that p corrected over the whole table.
std::string summary_csv(const Summary& summary);
// One row per check of a claim, and per value where a check has `per`. An estimate that is never
// reached is "inf".
std::string claims_csv(std::span<const ClaimResult> results);

// The field of a free text, as described above, quoted where needed.
std::string csv_text(std::string_view text);
// Shortest exact text; "" for NaN, "inf" and "-inf" for the infinities.
std::string csv_number(double x);

}  // namespace agon::reports
