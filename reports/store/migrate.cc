// SPDX-License-Identifier: MIT
#include "reports/store/migrate.h"

#include <fmt/format.h>

#include "reports/store/packed.h"
#include "reports/store/rows.h"
#include "reports/store/schema.h"

namespace agon::reports {
namespace {

int64_t version_of(Database& db) { return db.integer("PRAGMA user_version"); }

// Columns of version 1 that hold packed bytes, in the order of unpack().
const std::vector<StoredColumn> kPacked{
    {"repetitions_train", "BLOB"}, {"repetitions_predict", "BLOB"},
    {"rule_metrics", "TEXT"},      {"curve", "BLOB"},
    {"warnings", "BLOB", 2},       {"pictures", "BLOB", 2},
    {"harms", "BLOB", 2}};

void unpack(const Statement& s, int column, CellOutcome& o) {
  o.repetitions_train = unpack_numbers(s.view(column));
  o.repetitions_predict = unpack_numbers(s.view(column + 1));
  o.rule_metrics = unpack_metrics(s.view(column + 2));
  unpack_curve(s.view(column + 3), o);
  o.warnings = unpack_warnings(s.view(column + 4));
  o.pictures = unpack_pictures(s.view(column + 5));
  unpack_harms(s.view(column + 6), o.series);
}

// "a, NULL, c": NULL for what the table of an older agon lacks.
std::string selection(const std::set<std::string>& there,
                      const std::vector<StoredColumn>& columns) {
  std::string out;
  for (const StoredColumn& column : columns)
    out += column.since == 1 || there.contains(column.name) ? ", " + column.name : ", NULL";
  return out;
}

void from_version_1(Database& db) {
  db.execute("DROP VIEW IF EXISTS results; ALTER TABLE cells RENAME TO packed_cells");
  create_cells(db);
  const std::set<std::string> there = columns_of(db, "packed_cells");
  const auto columns = cell_columns();
  OutcomeWriter writer(db);
  {
    Statement s(db, "SELECT cell_key, provenance" + selection(there, columns) +
                        selection(there, kPacked) + " FROM packed_cells");
    while (s.step()) {
      CellOutcome outcome;
      read_columns(s, 2, outcome);
      unpack(s, 2 + static_cast<int>(columns.size()), outcome);
      writer.write(s.view(0), outcome, s.integer(1));
    }
  }
  db.execute("DROP TABLE packed_cells");
}

}  // namespace

bool is_current(Database& db) { return version_of(db) == kStoreVersion && has_all_columns(db); }

void migrate(Database& db) {
  Transaction transaction(db);
  if (version_of(db) == 1) from_version_1(db);
  add_missing_columns(db);
  db.execute(fmt::format("PRAGMA user_version={}", kStoreVersion).c_str());
  transaction.commit();
}

}  // namespace agon::reports
