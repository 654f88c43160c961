// SPDX-License-Identifier: MIT
//
// The tables of results.sqlite, made from the rows of fields.h (application_id "Agon", user_version
// = kStoreVersion):
//   meta        key, value                      "run" (JSON), "noise_floor_pct"
//   plan        position, study, identity       texts as ids of `texts`: seeds of a cell share them
//   texts       id, text
//   cells       id, cell_key, provenance, digest, outcome     a row per finished cell: its last attempt;
//               digest of its results, see rows.h: NULL in a row of an older agon
//   provenance  id, value (JSON)                a row per distinct machine and build
//   curve, series, picture, warning, test_rows, metric, repetition
//               cell, position, ...             what a cell has many of (for_each_list), gone with the cell
//   results     a view for people: plan with its texts and outcomes
// Columns are known by name. A column of one number has no declared type, so that SQLite keeps every
// bit of a double; NaN is NULL.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "reports/record/fields.h"
#include "reports/store/sqlite.h"

namespace agon::reports {

inline constexpr int kStoreVersion = 2;

struct StoredColumn {
  std::string name;
  std::string_view type;
  int since = 1;  // as in fields.h
};

// Whether a member of an outcome is a column of `cells`; lists and maps are rows elsewhere.
template <typename T>
inline constexpr bool kIsColumn =
    std::is_arithmetic_v<T> || std::is_same_v<T, std::string> || std::is_same_v<T, Status>;

// In the order in which for_each_field(kCellFields, ...) meets the members of a part.
std::vector<StoredColumn> plan_columns();  // CellIdentity
std::vector<StoredColumn> cell_columns();  // CellOutcome

// A number of CellOutcome::rule_metrics, one of its lists of numbers by their row in fields.h.
struct MetricRow {
  std::string key;
  double value = kNaN;
};
struct RepetitionRow {
  std::string field;
  double value = kNaN;
};

inline constexpr auto kMetricFields = std::to_array<PartField<MetricRow, std::string, double>>(
    {{"key", &MetricRow::key}, {"value", &MetricRow::value}});
inline constexpr auto kRepetitionFields =
    std::to_array<PartField<RepetitionRow, std::string, double>>(
        {{"field", &RepetitionRow::field}, {"value", &RepetitionRow::value}});

// fn(table, the fields of its rows) for each table of what a cell has many of.
template <typename Fn>
void for_each_list(Fn&& fn) {
  fn("curve", kCurveFields);
  fn("series", kSeriesFields);
  fn("picture", kPictureFields);
  fn("warning", kWarningFields);
  fn("test_rows", kTestRowsFields);
  fn("metric", kMetricFields);
  fn("repetition", kRepetitionFields);
}

bool is_ours(Database& db);  // by its application_id
void create_tables(Database& db);
// Whether the tables have every column; see migrate.h.
bool has_all_columns(Database& db);
// Gives tables of this version what they lack.
void add_missing_columns(Database& db);
// The tables of finished cells and the view, for a file that has the others.
void create_cells(Database& db);
std::set<std::string> columns_of(Database& db, std::string_view table);

// "a, b, c" and "?,?,?"
std::string names_of(const std::vector<StoredColumn>& columns);
template <typename Fields>
std::string names_of(const Fields& fields) {
  std::string out;
  for (const auto& field : fields) out += (out.empty() ? "" : ", ") + std::string(field.name);
  return out;
}
std::string marks_for(size_t columns);

}  // namespace agon::reports
