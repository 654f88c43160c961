// SPDX-License-Identifier: MIT
//
// The tables of results.sqlite, made from the rows of fields.h (application_id "Agon",
// user_version = kSchemaVersion):
//   meta        key, value                       "run" (JSON), "noise_floor_pct"
//   plan        position, study, identity        texts as ids of `texts`: seeds of a cell share them
//   texts       id, text
//   cells       cell_key, outcome, provenance    a row per finished cell: its last attempt
//   provenance  id, value (JSON)                 a row per distinct machine and build
//   results     a view for people: plan with its texts and outcomes
// Columns are known by name: a store of an older agon has them in another order and lacks some.
// Number columns have no declared type, so that SQLite keeps every bit of a double.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/store/sqlite.h"

namespace agon::reports {

struct StoredColumn {
  std::string name;
  std::string_view type;
  int since = 1;  // as in fields.h
};

// In the order in which for_each_field(kCellFields, ...) meets the members of a part.
std::vector<StoredColumn> plan_columns();    // CellIdentity
std::vector<StoredColumn> cell_columns();    // CellOutcome without what it has many of
std::vector<StoredColumn> series_columns();  // curve, pictures, harms

bool is_ours(Database& db);  // by its application_id
void create_tables(Database& db);
// Gives the tables of an older agon what they lack.
void add_missing_columns(Database& db);

// "a, b, c" and "?,?,?"
std::string names_of(const std::vector<StoredColumn>& columns);
std::string marks_for(size_t columns);
// "p.a, NULL, p.c": NULL for what the table of an older agon lacks.
std::string selection(Database& db, std::string_view table, std::string_view alias,
                      const std::vector<StoredColumn>& columns);

}  // namespace agon::reports
