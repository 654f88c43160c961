// SPDX-License-Identifier: MIT
#include "reports/store/schema.h"

#include <fmt/format.h>

#include <set>

#include "reports/record/fields.h"

namespace agon::reports {
namespace {

constexpr int64_t kApplicationId = 0x41676f6e;  // "Agon"

constexpr const char* kTables = R"sql(
PRAGMA application_id={}; PRAGMA user_version={};
CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE texts(id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE plan(position INTEGER PRIMARY KEY, study INTEGER, {});
CREATE TABLE provenance(id INTEGER PRIMARY KEY, value TEXT NOT NULL UNIQUE);
CREATE TABLE cells(cell_key TEXT PRIMARY KEY, provenance INTEGER NOT NULL, {}) WITHOUT ROWID;
CREATE VIEW results AS SELECT p.position, s.text AS study, r.text AS rule, t.text AS task,
  j.text AS params, p.depth, p.width, p.lr, p.seed, c.*
  FROM plan p JOIN texts s ON s.id = p.study JOIN texts r ON r.id = p.rule
  JOIN texts t ON t.id = p.task JOIN texts j ON j.id = p.params_json
  LEFT JOIN cells c ON c.cell_key = p.cell_key;
)sql";

std::string_view type_of(const double&) { return ""; }
std::string_view type_of(const int64_t&) { return "INTEGER"; }
std::string_view type_of(const uint64_t&) { return "INTEGER"; }
std::string_view type_of(const std::string&) { return "TEXT"; }
std::string_view type_of(const Status&) { return "TEXT"; }
template <typename List>
std::string_view type_of(const List&) {
  return "BLOB";
}

std::string declared(const StoredColumn& column) {
  return column.type.empty() ? column.name : fmt::format("{} {}", column.name, column.type);
}

std::string declared(const std::vector<StoredColumn>& columns) {
  std::string out;
  for (const StoredColumn& column : columns) out += (out.empty() ? "" : ", ") + declared(column);
  return out;
}

std::vector<StoredColumn> cells_and_series() {
  std::vector<StoredColumn> columns = cell_columns();
  for (StoredColumn& column : series_columns()) columns.push_back(std::move(column));
  return columns;
}

std::set<std::string> columns_of(Database& db, std::string_view table) {
  std::set<std::string> names;
  Statement s(db, "SELECT name FROM pragma_table_info(?)");
  for (s.bind(table); s.step();) names.insert(s.text(0));
  return names;
}

}  // namespace

std::vector<StoredColumn> plan_columns() {
  std::vector<StoredColumn> columns;
  const CellIdentity id;
  for_each_field(kCellFields, id, [&](const CellField& field, const auto& x) {
    const std::string_view type = type_of(x);
    const bool key = &x == static_cast<const void*>(&id.cell_key);
    columns.push_back(
        {std::string(field.name), type == "TEXT" && !key ? "INTEGER" : type, field.since});
  });
  return columns;
}

std::vector<StoredColumn> cell_columns() {
  std::vector<StoredColumn> columns;
  const CellOutcome outcome;
  for_each_field(kCellFields, outcome, [&](const CellField& field, const auto& x) {
    columns.push_back({std::string(field.name), type_of(x), field.since});
  });
  return columns;
}

std::vector<StoredColumn> series_columns() {
  return {{"curve", "BLOB"}, {"pictures", "BLOB", 2}, {"harms", "BLOB", 2}};
}

void create_tables(Database& db) {
  Transaction transaction(db);
  db.execute(fmt::format(kTables, kApplicationId, kSchemaVersion, declared(plan_columns()),
                         declared(cells_and_series()))
                 .c_str());
  transaction.commit();
}

void add_missing_columns(Database& db) {
  const auto add = [&](const char* table, const std::vector<StoredColumn>& columns) {
    const std::set<std::string> there = columns_of(db, table);
    for (const StoredColumn& column : columns) {
      if (!there.contains(column.name))
        db.execute(fmt::format("ALTER TABLE {} ADD COLUMN {}", table, declared(column)).c_str());
    }
  };
  add("plan", plan_columns());
  add("cells", cells_and_series());
}

bool is_ours(Database& db) { return db.integer("PRAGMA application_id") == kApplicationId; }

std::string names_of(const std::vector<StoredColumn>& columns) {
  std::string out;
  for (const StoredColumn& column : columns) out += (out.empty() ? "" : ", ") + column.name;
  return out;
}

std::string marks_for(size_t columns) {
  std::string out;
  for (size_t i = 0; i < columns; ++i) out += i == 0 ? "?" : ",?";
  return out;
}

std::string selection(Database& db, std::string_view table, std::string_view alias,
                      const std::vector<StoredColumn>& columns) {
  const std::set<std::string> there = columns_of(db, table);
  std::string out;
  for (const StoredColumn& column : columns) {
    if (!out.empty()) out += ", ";
    out += column.since == 1 || there.contains(column.name)
               ? fmt::format("{}.{}", alias, column.name)
               : "NULL";
  }
  return out;
}

}  // namespace agon::reports
