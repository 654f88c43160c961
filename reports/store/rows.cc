// SPDX-License-Identifier: MIT
#include "reports/store/rows.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "core/hash.h"
#include "reports/store/schema.h"

namespace agon::reports {
namespace {

static_assert(std::endian::native == std::endian::little,
              "numbers of pictures are stored as they lie");

// Binds the members of a row; bound texts and numbers must outlive the statement's run, names live here.
class Binder {
 public:
  explicit Binder(Statement& s) : s_(&s) {}
  void operator()(const std::string& text) { s_->bind(text); }
  void operator()(int64_t count) { s_->bind(count); }
  void operator()(double number) { s_->bind(number); }
  void operator()(Status status) { s_->bind(name(status)); }
  void operator()(const std::vector<float>& numbers) {
    s_->bind_blob({reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(float)});
  }
  void operator()(const std::vector<uint8_t>& bytes) {
    s_->bind_blob({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  void operator()(const std::vector<std::string>& names) {
    names_ = nlohmann::json(names).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    s_->bind(names_);
  }

 private:
  Statement* s_;
  std::string names_;
};

void take_numbers(std::string_view bytes, std::vector<float>& out) {
  if (bytes.size() % sizeof(float) != 0)
    throw std::runtime_error("a picture's numbers are cut short");
  out.resize(bytes.size() / sizeof(float));
  if (!out.empty()) std::memcpy(out.data(), bytes.data(), bytes.size());
}

void take_names(std::string_view text, std::vector<std::string>& out) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_array()) throw std::runtime_error("a picture's names are no JSON array");
  for (const auto& name : json) {
    if (!name.is_string()) throw std::runtime_error("a picture's name is no text");
    out.push_back(name);
  }
}

// The rows that an outcome has of each table.
const std::vector<CurvePoint>& rows_of(const CellOutcome& o, const CurvePoint*) { return o.curve; }
const std::vector<SeriesPoint>& rows_of(const CellOutcome& o, const SeriesPoint*) {
  return o.series;
}
const std::vector<Picture>& rows_of(const CellOutcome& o, const Picture*) { return o.pictures; }
const std::vector<TestRows>& rows_of(const CellOutcome& o, const TestRows*) { return o.test_rows; }
const std::vector<Warning>& rows_of(const CellOutcome& o, const Warning*) { return o.warnings; }
std::vector<MetricRow> rows_of(const CellOutcome& o, const MetricRow*) {
  std::vector<MetricRow> rows;
  for (const auto& [key, value] : o.rule_metrics) rows.push_back({key, value});
  return rows;
}
std::vector<RepetitionRow> rows_of(const CellOutcome& o, const RepetitionRow*) {
  std::vector<RepetitionRow> rows;
  for_each_field(kCellFields, o, [&]<typename T>(const CellField& field, const T& numbers) {
    if constexpr (std::is_same_v<T, std::vector<double>>) {
      for (const double x : numbers) rows.push_back({std::string(field.name), x});
    }
  });
  return rows;
}

void add_row(CellOutcome& o, const CurvePoint& row) { o.curve.push_back(row); }
void add_row(CellOutcome& o, const SeriesPoint& row) { o.series.push_back(row); }
void add_row(CellOutcome& o, const Picture& row) { o.pictures.push_back(row); }
void add_row(CellOutcome& o, const TestRows& row) { o.test_rows.push_back(row); }
void add_row(CellOutcome& o, const Warning& row) { o.warnings.push_back(row); }
void add_row(CellOutcome& o, const MetricRow& row) { o.rule_metrics[row.key] = row.value; }
void add_row(CellOutcome& o, const RepetitionRow& row) {
  for_each_field(kCellFields, o, [&]<typename T>(const CellField& field, T& numbers) {
    if constexpr (std::is_same_v<T, std::vector<double>>) {
      if (field.name == row.field) numbers.push_back(row.value);
    }
  });
}

// As SQLite keeps it: NULL for NaN, and one zero.
std::string stored_text(Status status) { return std::string(name(status)); }
std::string stored_text(const std::string& text) { return text; }
std::string stored_text(int64_t count) { return std::to_string(count); }
std::string stored_text(double x) {
  return std::isnan(x) ? "" : fmt::format("{:x}", x == 0 ? 0 : std::bit_cast<uint64_t>(x));
}

template <typename Part, typename... Types, size_t n>
Part part_of(const std::array<PartField<Part, Types...>, n>&) {
  return {};
}

}  // namespace

OutcomeWriter::OutcomeWriter(Database& db)
    : db_(&db),
      remove_(db, "DELETE FROM cells WHERE cell_key=?"),
      insert_(db, fmt::format("INSERT INTO cells(cell_key, provenance, digest, {}) VALUES({})",
                              names_of(cell_columns()), marks_for(cell_columns().size() + 3))) {
  for_each_list([&](const char* table, const auto& fields) {
    lists_.emplace(table,
                   Statement(db, fmt::format("INSERT INTO {}(cell, position, {}) VALUES({})", table,
                                             names_of(fields), marks_for(fields.size() + 2))));
  });
}

void OutcomeWriter::write(std::string_view cell_key, const CellOutcome& outcome,
                          int64_t provenance) {
  remove_.reset();  // a failed call may have left parameters behind
  remove_.bind(cell_key).run();
  insert_.reset();
  const std::string digest = digest_of(outcome);
  insert_.bind(cell_key).bind(provenance).bind(std::string_view(digest));
  Binder bind(insert_);
  for_each_field(kCellFields, outcome, [&]<typename T>(const CellField&, const T& x) {
    if constexpr (kIsColumn<T>) bind(x);
  });
  insert_.run();
  const int64_t cell = sqlite3_last_insert_rowid(db_->handle());
  for_each_list([&](const char* table, const auto& fields) {
    using Row = decltype(part_of(fields));
    const auto& rows = rows_of(outcome, static_cast<const Row*>(nullptr));
    Statement& s = lists_.at(table);
    int64_t position = 0;
    for (const auto& row : rows) {
      s.reset();
      s.bind(cell).bind(position++);
      Binder bind_row(s);
      for_each_field(fields, row, [&](const auto&, const auto& x) { bind_row(x); });
      s.run();
    }
  });
}

std::string digest_of(const CellOutcome& outcome) {
  static const std::map<std::string_view, std::string> missing = [] {
    std::map<std::string_view, std::string> texts;
    const CellOutcome blank;
    for_each_field(kCellFields, blank, [&]<typename T>(const CellField& field, const T& x) {
      if constexpr (kIsColumn<T>) texts[field.name] = stored_text(x);
    });
    return texts;
  }();
  std::string text;
  for_each_field(kCellFields, outcome, [&]<typename T>(const CellField& field, const T& x) {
    if constexpr (kIsColumn<T>) {
      if (field.is != Is::result) return;
      // What is missing adds nothing, so that a column of a later agon changes no digest.
      const std::string value = stored_text(x);
      if (value != missing.at(field.name)) text += fmt::format("{}={}\x1f", field.name, value);
    }
  });
  return core::hash_hex(text).substr(0, 16);
}

void read_columns(const Statement& row, int column, CellOutcome& outcome) {
  for_each_field(kCellFields, outcome, [&]<typename T>(const CellField&, T& x) {
    if constexpr (kIsColumn<T>) take(row, column++, x);
  });
}

void read_lists(Database& db, const CellPlaces& places, std::span<CellRecord> records) {
  db.execute("CREATE TEMP TABLE IF NOT EXISTS wanted(id INTEGER PRIMARY KEY); DELETE FROM wanted");
  for (Statement want(db, "INSERT INTO wanted VALUES(?)"); const auto& place : places) {
    want.reset();
    want.bind(place.first).run();
  }
  for_each_list([&](const char* table, const auto& fields) {
    Statement s(db, fmt::format("SELECT cell, {} FROM wanted CROSS JOIN {} ON cell = wanted.id"
                                " ORDER BY wanted.id, position",
                                names_of(fields), table));
    auto at = places.end();
    while (s.step()) {
      const int64_t cell = s.integer(0);
      if (at == places.end() || at->first != cell) at = places.find(cell);
      auto row = part_of(fields);
      int column = 1;
      for_each_field(fields, row, [&]<typename T>(const auto&, T& x) {
        if constexpr (std::is_same_v<T, std::vector<float>>) {
          take_numbers(s.view(column++), x);
        } else if constexpr (std::is_same_v<T, std::vector<uint8_t>>) {
          const std::string_view bytes = s.view(column++);
          x.assign(bytes.begin(), bytes.end());
        } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
          take_names(s.view(column++), x);
        } else {
          take(s, column++, x);
        }
      });
      for (const size_t place : at->second) add_row(records[place].outcome, row);
    }
  });
}

}  // namespace agon::reports
