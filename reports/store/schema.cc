// SPDX-License-Identifier: MIT
#include "reports/store/schema.h"

#include <fmt/format.h>

#include <variant>

namespace agon::reports {
namespace {

constexpr int64_t kApplicationId = 0x41676f6e;  // "Agon"

constexpr const char* kDigest = "digest";

constexpr const char* kTables = R"sql(
PRAGMA application_id={}; PRAGMA user_version={};
CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE texts(id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE plan(position INTEGER PRIMARY KEY, study INTEGER, {});
CREATE TABLE provenance(id INTEGER PRIMARY KEY, value TEXT NOT NULL UNIQUE);
)sql";

constexpr const char* kCells = R"sql(
CREATE TABLE cells(id INTEGER PRIMARY KEY, cell_key TEXT NOT NULL UNIQUE,
  provenance INTEGER NOT NULL REFERENCES provenance, digest TEXT, {});
CREATE VIEW results AS SELECT p.position, s.text AS study, r.text AS rule, t.text AS task,
  j.text AS params, p.depth, p.width, p.lr, p.seed, c.*
  FROM plan p JOIN texts s ON s.id = p.study JOIN texts r ON r.id = p.rule
  JOIN texts t ON t.id = p.task JOIN texts j ON j.id = p.params_json
  LEFT JOIN cells c ON c.cell_key = p.cell_key;
)sql";

constexpr const char* kList = R"sql(
CREATE TABLE IF NOT EXISTS {}(cell INTEGER NOT NULL REFERENCES cells ON DELETE CASCADE,
  position INTEGER NOT NULL, {}, PRIMARY KEY(cell, position)) WITHOUT ROWID;
)sql";

// Of pictures: numbers as 4 little-endian bytes, names as a JSON array.
template <typename T>
std::string_view type_of() {
  if constexpr (std::is_same_v<T, double>) return "";
  if constexpr (std::is_integral_v<T>) return "INTEGER";
  if constexpr (std::is_same_v<T, std::vector<float>> || std::is_same_v<T, std::vector<uint8_t>>)
    return "BLOB";
  return "TEXT";
}

std::string declared(const StoredColumn& column) {
  return column.type.empty() ? column.name : fmt::format("{} {}", column.name, column.type);
}

std::string declared(const std::vector<StoredColumn>& columns) {
  std::string out;
  for (const StoredColumn& column : columns) out += (out.empty() ? "" : ", ") + declared(column);
  return out;
}

template <typename Part, typename... Types>
StoredColumn list_column(const PartField<Part, Types...>& field) {
  return {std::string(field.name),
          std::visit([]<typename T>(T Part::*) { return type_of<T>(); }, field.member)};
}

template <typename Fields>
std::vector<StoredColumn> list_columns(const Fields& fields) {
  std::vector<StoredColumn> columns;
  for (const auto& field : fields) columns.push_back(list_column(field));
  return columns;
}

// fn(table, its columns) for each table whose columns are rows of fields.h.
template <typename Fn>
void for_each_table(Fn&& fn) {
  fn("plan", plan_columns());
  fn("cells", cell_columns());
  for_each_list([&](const char* table, const auto& fields) { fn(table, list_columns(fields)); });
}

void create_lists(Database& db) {
  for_each_list([&](const char* table, const auto& fields) {
    db.execute(fmt::format(kList, table, declared(list_columns(fields))).c_str());
  });
}

}  // namespace

std::set<std::string> columns_of(Database& db, std::string_view table) {
  std::set<std::string> names;
  Statement s(db, "SELECT name FROM pragma_table_info(?)");
  for (s.bind(table); s.step();) names.insert(s.text(0));
  return names;
}

std::vector<StoredColumn> plan_columns() {
  std::vector<StoredColumn> columns;
  const CellIdentity id;
  for_each_field(kCellFields, id, [&]<typename T>(const CellField& field, const T& x) {
    const bool text = std::is_same_v<T, std::string> || std::is_same_v<T, Mode>;
    const bool key = &x == static_cast<const void*>(&id.cell_key);
    columns.push_back(
        {std::string(field.name), text && !key ? "INTEGER" : type_of<T>(), field.since});
  });
  return columns;
}

std::vector<StoredColumn> cell_columns() {
  std::vector<StoredColumn> columns;
  const CellOutcome outcome;
  for_each_field(kCellFields, outcome, [&]<typename T>(const CellField& field, const T&) {
    if constexpr (kIsColumn<T>)
      columns.push_back({std::string(field.name), type_of<T>(), field.since});
  });
  return columns;
}

void create_cells(Database& db) {
  db.execute(fmt::format(kCells, declared(cell_columns())).c_str());
  create_lists(db);
}

void create_tables(Database& db) {
  Transaction transaction(db);
  db.execute(fmt::format(kTables, kApplicationId, kStoreVersion, declared(plan_columns())).c_str());
  create_cells(db);
  transaction.commit();
}

bool has_all_columns(Database& db) {
  bool all = columns_of(db, "cells").contains(kDigest);
  for_each_table([&](const char* table, const std::vector<StoredColumn>& columns) {
    const std::set<std::string> there = columns_of(db, table);
    for (const StoredColumn& column : columns) all = all && there.contains(column.name);
  });
  return all;
}

void add_missing_columns(Database& db) {
  create_lists(db);
  if (!columns_of(db, "cells").contains(kDigest))
    db.execute("ALTER TABLE cells ADD COLUMN digest TEXT");
  for_each_table([&](const char* table, const std::vector<StoredColumn>& columns) {
    const std::set<std::string> there = columns_of(db, table);
    for (const StoredColumn& column : columns) {
      if (!there.contains(column.name))
        db.execute(fmt::format("ALTER TABLE {} ADD COLUMN {}", table, declared(column)).c_str());
    }
  });
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

}  // namespace agon::reports
