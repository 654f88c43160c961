// SPDX-License-Identifier: MIT
//
// An outcome as rows of the tables of schema.h, and back. Threads: those of the Database.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "reports/record/record.h"
#include "reports/store/sqlite.h"

namespace agon::reports {

// Writes outcomes with prepared statements; db must outlive it.
class OutcomeWriter {
 public:
  explicit OutcomeWriter(Database& db);
  // Replaces an earlier outcome of the key. Within the caller's transaction.
  void write(std::string_view cell_key, const CellOutcome& outcome, int64_t provenance);

 private:
  Database* db_;
  Statement remove_, insert_;
  std::map<std::string_view, Statement> lists_;  // by table
};

// Of the result columns of `cells`, to tell whether somebody edited a file of results. No protection
// against an adversary.
std::string digest_of(const CellOutcome& outcome);

// Reads the columns of an outcome from `column` on, as names_of(cell_columns()) has them. Throws
// std::invalid_argument for a status that is none.
void read_columns(const Statement& row, int column, CellOutcome& outcome);

// Which records are of a cell, by its id.
using CellPlaces = std::unordered_map<int64_t, std::vector<size_t>>;
// Fills what these cells have many of. Throws std::runtime_error for bytes that no Agon wrote.
void read_lists(Database& db, const CellPlaces& places, std::span<CellRecord> records);

// Reads a column back; a member whose column is NULL keeps what it means by missing.
template <typename T>
void take(const Statement& s, int column, T& out) {
  if (s.null(column)) return;
  if constexpr (std::is_same_v<T, std::string>) {
    out = s.text(column);
  } else if constexpr (std::is_same_v<T, double>) {
    out = s.real(column);
  } else if constexpr (std::is_same_v<T, Status>) {
    out = status_from(s.view(column));
  } else {
    out = static_cast<T>(s.integer(column));
  }
}

}  // namespace agon::reports
