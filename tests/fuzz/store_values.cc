// SPDX-License-Identifier: MIT
//
// A whole results.sqlite in which single values are others: of another type, size or meaning. Each
// edit is a table, a column, a row, a type, a length and the value.
#include <sqlite3.h>

#include <vector>

#include "fuzz.h"
#include "store_file.h"

namespace {

struct Column {
  std::string table, name;
};

// Of every table, from the schema.
std::vector<Column> columns_of(sqlite3* db) {
  std::vector<Column> columns;
  sqlite3_stmt* s = nullptr;
  sqlite3_prepare_v2(db,
                     "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p"
                     " WHERE m.type = 'table' ORDER BY m.name, p.cid",
                     -1, &s, nullptr);
  const auto text = [&](int c) {
    return std::string(reinterpret_cast<const char*>(sqlite3_column_text(s, c)));
  };
  while (sqlite3_step(s) == SQLITE_ROW) columns.push_back({text(0), text(1)});
  sqlite3_finalize(s);
  return columns;
}

void bind(sqlite3_stmt* s, unsigned type, std::string_view value) {
  const int size = static_cast<int>(value.size());
  switch (type % 4) {
    case 0: sqlite3_bind_null(s, 1); break;
    case 1: {
      int64_t number = 0;
      for (const char c : value) number = number << 8 | static_cast<unsigned char>(c);
      sqlite3_bind_int64(s, 1, number);
      break;
    }
    case 2: sqlite3_bind_text(s, 1, value.data(), size, SQLITE_TRANSIENT); break;
    default: sqlite3_bind_blob(s, 1, value.data(), size, SQLITE_TRANSIENT);
  }
}

void edit(std::string_view bytes) {
  sqlite3* db = nullptr;
  sqlite3_open(agon::fuzz::store_file().c_str(), &db);
  sqlite3_exec(db, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN", nullptr, nullptr,
               nullptr);
  static const std::vector<Column> columns = columns_of(db);
  const auto byte = [&bytes] {
    const auto b = static_cast<unsigned char>(bytes.empty() ? '\0' : bytes.front());
    bytes.remove_prefix(bytes.empty() ? 0 : 1);
    return b;
  };
  while (!bytes.empty()) {
    const size_t high = byte(), low = byte();
    const Column& column = columns[(high << 8 | low) % columns.size()];
    const unsigned row = byte() % 4u, type = byte();
    const size_t wanted = byte(), size = std::min(wanted, bytes.size());
    const std::string all =
        "UPDATE OR IGNORE \"" + column.table + "\" SET \"" + column.name + "\" = ?1";
    const std::string one = all + " WHERE rowid IN (SELECT rowid FROM \"" + column.table +
                            "\" LIMIT 1 OFFSET " + std::to_string(row) + ")";
    sqlite3_stmt* s = nullptr;
    // Some tables have no rowid: there all rows get the value.
    if (sqlite3_prepare_v2(db, one.c_str(), -1, &s, nullptr) != SQLITE_OK)
      sqlite3_prepare_v2(db, all.c_str(), -1, &s, nullptr);
    bind(s, type, bytes.substr(0, size));
    sqlite3_step(s);
    sqlite3_finalize(s);
    bytes.remove_prefix(size);
  }
  sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
  sqlite3_close(db);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::string sample = agon::fuzz::sample_store();
  return agon::fuzz::run(data, size, [](std::string_view bytes) {
    agon::fuzz::write_store(sample);
    edit(bytes);
    agon::fuzz::read_store();
  });
}
