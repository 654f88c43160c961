// SPDX-License-Identifier: MIT
//
// A record in which every row of the table of fields has a value of its own.
#pragma once

#include <fmt/format.h>

#include "reports/record/fields.h"

namespace agon::reports::testing {

struct Fill {
  int n = 0;
  void operator()(const CellField& f, std::string& x) { x = fmt::format("{} {}", f.name, ++n); }
  void operator()(const CellField&, int64_t& x) { x = ++n; }
  void operator()(const CellField&, uint64_t& x) { x = static_cast<uint64_t>(++n); }
  void operator()(const CellField&, double& x) { x = ++n + 1.0 / 3; }
  void operator()(const CellField&, bool& x) { x = true; }
  void operator()(const CellField&, Mode& x) { x = Mode::speed_again; }
  void operator()(const CellField&, Status& x) { x = Status::timeout; }
  void operator()(const CellField&, std::vector<double>& x) { x = {++n + 0.1, 2.5}; }
  void operator()(const CellField&, std::vector<Warning>& x) { x = {{"w", ++n}}; }
  void operator()(const CellField&, std::map<std::string, double>& x) { x = {{"key", ++n + 0.1}}; }
};

inline CellRecord filled() {
  CellRecord record;
  Fill fill;
  for_each_field(kCellFields, record, fill);
  for_each_field(kCellFields, record.id, fill);
  for_each_field(kCellFields, record.outcome, fill);
  Provenance provenance;
  for_each_field(kCellFields, provenance, fill);
  record.provenance = provenance;
  return record;
}

}  // namespace agon::reports::testing
