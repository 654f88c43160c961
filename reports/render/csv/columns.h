// SPDX-License-Identifier: MIT
//
// The columns of cells.csv, curves.csv, robustness.csv and claims.csv, and which of them are
// results.
#pragma once

#include <span>
#include <string_view>

namespace agon::reports {

// In file order; the rule metrics m_<name> stand between the cost and the provenance columns.
std::span<const std::string_view> cell_columns_before_metrics();
std::span<const std::string_view> cell_columns_after_metrics();
std::span<const std::string_view> curve_columns();
// What identifies a cell: the first of those of cells.csv.
std::span<const std::string_view> identity_columns();
// Behind the identity: level 0 is the restored model, draws how many a score is the mean of.
std::span<const std::string_view> robustness_columns();
std::span<const std::string_view> claim_columns();

// True for the columns, of any of the files, that the same plan, plugins and data must
// reproduce byte for byte: with any number of jobs, after any kill, on any machine with FMA. False
// for clocks, memory, provenance, attempts, and words about a failure (they may tell a time or a
// process id).
bool is_result_column(std::string_view name);

}  // namespace agon::reports
