// SPDX-License-Identifier: MIT
//
// Records of a store, in plan order. Threads: those of the Database.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reports/record/record.h"
#include "reports/store/sqlite.h"

namespace agon::reports {

// What is said of a run, and so of each of its records.
struct OfRun {
  double noise_floor = kNaN;
  std::unordered_map<std::string, std::string> conformance{};  // by rule
};

class RecordReader {
 public:
  RecordReader(Database& db, OfRun run);

  // The next records behind those that were read, at most `most`; none: all were. lists: with what an
  // outcome has many of.
  std::vector<CellRecord> next(int64_t most, bool lists);
  // Those of one cell, one for each of its studies.
  std::vector<CellRecord> of(std::string_view cell_key, bool lists);

 private:
  CellRecord read(const Statement& row) const;

  Database* db_;
  OfRun run_;
  std::vector<std::string> texts_;
  std::unordered_map<int64_t, SharedProvenance> provenance_;
  int64_t last_ = -1;  // position in the plan
};

}  // namespace agon::reports
