// SPDX-License-Identifier: MIT
#include "reports/store/reader.h"

#include <fmt/format.h>

#include <type_traits>
#include <utility>

#include "reports/record/fields.h"
#include "reports/record/run_json.h"
#include "reports/store/rows.h"
#include "reports/store/schema.h"

namespace agon::reports {
namespace {

constexpr int kFirstColumn = 4;  // of the identity, see columns()

std::string columns() {
  return fmt::format(
      "SELECT id, position, provenance, study, {}, {} FROM plan CROSS JOIN cells USING(cell_key)",
      names_of(plan_columns()), names_of(cell_columns()));
}

}  // namespace

RecordReader::RecordReader(Database& db, OfRun run) : db_(&db), run_(std::move(run)) {
  for (Statement s(db, "SELECT text FROM texts ORDER BY id"); s.step();)
    texts_.push_back(s.text(0));
  for (Statement p(db, "SELECT id, value FROM provenance"); p.step();)
    provenance_.emplace(p.integer(0), provenance_from_json(p.view(1)));
}

std::vector<CellRecord> RecordReader::next(int64_t most, bool lists) {
  std::vector<CellRecord> out;
  CellPlaces places;
  Statement s(*db_, columns() + " WHERE position > ? ORDER BY position LIMIT ?");
  for (s.bind(last_).bind(most); s.step();) {
    places[s.integer(0)].push_back(out.size());
    last_ = s.integer(1);
    out.push_back(read(s));
  }
  if (lists && !out.empty()) read_lists(*db_, places, out);
  return out;
}

std::vector<CellRecord> RecordReader::of(std::string_view cell_key, bool lists) {
  std::vector<CellRecord> out;
  CellPlaces places;
  Statement s(*db_, columns() + " WHERE cell_key = ? ORDER BY position");
  for (s.bind(cell_key); s.step();) {
    places[s.integer(0)].push_back(out.size());
    out.push_back(read(s));
  }
  if (lists && !out.empty()) read_lists(*db_, places, out);
  return out;
}

CellRecord RecordReader::read(const Statement& s) const {
  CellRecord record;
  record.provenance = provenance_.at(s.integer(2));
  record.study = texts_.at(static_cast<size_t>(s.integer(3)));
  int column = kFirstColumn;
  for_each_field(kCellFields, record.id, [&](const CellField&, auto& x) {
    const int at = column++;
    using T = std::remove_reference_t<decltype(x)>;
    if constexpr (std::is_same_v<T, reports::Mode>) {
      if (!s.null(at)) x = mode_from(texts_.at(static_cast<size_t>(s.integer(at))));
    } else if constexpr (std::is_same_v<T, std::string>) {
      if (s.null(at)) return;
      x = &x == &record.id.cell_key ? s.text(at) : texts_.at(static_cast<size_t>(s.integer(at)));
    } else {
      take(s, at, x);
    }
  });
  read_columns(s, column, record.outcome);
  record.noise_floor_pct = run_.noise_floor;
  if (const auto level = run_.conformance.find(record.id.rule); level != run_.conformance.end())
    record.conformance = level->second;
  return record;
}

}  // namespace agon::reports
