// SPDX-License-Identifier: MIT
#include "reports/merge/stores.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/hash.h"
#include "reports/comparison/results.h"
#include "reports/store/rows.h"
#include "reports/store/schema.h"
#include "reports/store/store.h"

namespace agon::reports {
namespace {

constexpr int64_t kWindow = 20000;  // cells of a transaction
constexpr size_t kShownConflicts = 3, kShownColumns = 4;
// What the rule came to, and no failure of the machine or the rule: see is_failure().
constexpr const char* kWell = "status IN ('ok', 'diverged', 'skipped')";

// a.x IS NOT b.x OR ... over the result columns of an outcome, and over what a cell has many of.
std::string differs_sql(const char* a, const char* b) {
  std::string out = "0";
  const CellOutcome outcome;
  for_each_field(kCellFields, outcome, [&]<typename T>(const CellField& field, const T&) {
    if constexpr (kIsColumn<T>) {
      if (field.is == Is::result)
        out += fmt::format(" OR {0}.{2} IS NOT {1}.{2}", a, b, field.name);
    }
  });
  const auto unlike = [&](const char* table, const std::string& columns, const char* where) {
    for (const auto& [one, other] : {std::pair{"main", "part"}, std::pair{"part", "main"}}) {
      const char* const x = one == std::string_view("main") ? a : b;
      const char* const y = one == std::string_view("main") ? b : a;
      out += fmt::format(
          " OR EXISTS (SELECT {0} FROM {1}.{2} WHERE cell = {3}.id{6}"
          " EXCEPT SELECT {0} FROM {4}.{2} WHERE cell = {5}.id{6})",
          columns, one, table, x, other, y, where);
    }
  };
  unlike("series", "position, " + names_of(kSeriesFields), "");
  unlike("test_rows", "position, " + names_of(kTestRowsFields), "");
  // What a speed cell's rule measures of itself is the clock's.
  out +=
      fmt::format(" OR (NOT EXISTS (SELECT 1 FROM part.repetition WHERE cell = {}.id) AND (0", b);
  unlike("metric", names_of(kMetricFields),
         " AND key NOT LIKE 'samples\\_per\\_s\\_%' ESCAPE '\\'");
  return out + "))";
}

class StoreMerger {
 public:
  StoreMerger(std::span<const Part> parts, std::vector<RunInfo> runs,
              const std::filesystem::path& into)
      : parts_(parts), runs_(std::move(runs)), into_(into), columns_(names_of(cell_columns())) {}

  Merged merge(const std::string& run_id, const std::string& command,
               const std::function<void(const std::string&)>& progress) {
    // Holds the lock of a writer; what goes through it is little.
    Store store(into_, Store::Mode::write);
    begin(store, run_id, command);
    Database db(into_, Database::Mode::write);
    db_ = &db;
    // Pages of the key's index that many windows change reach the file once for several of them.
    db.execute(
        "PRAGMA foreign_keys=ON; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;"
        "PRAGMA wal_autocheckpoint=16000");
    for (size_t i = 0; i < parts_.size(); ++i) {
      progress(parts_[i].place);
      take_part(i);
    }
    check_whole();
    db_ = nullptr;
    return out_;
  }

 private:
  void begin(Store& store, const std::string& run_id, const std::string& command) {
    const RunInfo known = store.run();
    const RunInfo& first = runs_.front();
    if (!known.plan.empty() && known.plan != first.plan) {
      throw Error(Exit::usage, into_.string(), "holds a run of another plan",
                  "give another folder with -o");
    }
    RunInfo& run = out_.run = first;
    run.run_id = run_id;
    run.command = command;
    run.shard.clear();
    for (const RunInfo& one : runs_) {
      run.started_utc = std::min(run.started_utc, one.started_utc);
      run.all_cells = std::max(run.all_cells, one.all_cells);
    }
    out_.cells = run.all_cells;
    store.set_run(run);
  }

  void take_part(size_t i) {
    part_ = &parts_[i];
    Statement attach(*db_, "ATTACH ? AS part");
    const std::string file = part_->store.string();
    attach.bind(file).run();
    struct Detach {
      Database* db;
      ~Detach() { db->try_execute("DETACH part"); }
    } detach{db_};
    take_plan();
    take_provenance();
    int64_t last = -1;
    for (;;) {
      const int64_t end = window_end(last);
      if (end < 0) break;
      take_cells(last, end);
      last = end;
    }
    db_->execute(
        "DROP TABLE temp.provenances; DROP TABLE temp.planned; DROP TABLE IF EXISTS temp.seen;"
        "DROP TABLE IF EXISTS temp.moved");
  }

  // Texts have numbers of their own in every file.
  void take_plan() {
    Transaction transaction(*db_);
    db_->execute(
        "CREATE INDEX IF NOT EXISTS texts_by_text ON texts(text);"
        "DROP TABLE IF EXISTS temp.words;"
        "CREATE TEMP TABLE words(old INTEGER PRIMARY KEY, new INTEGER);"
        "INSERT INTO texts(id, text) SELECT (SELECT coalesce(max(id) + 1, 0) FROM texts)"
        "  + row_number() OVER (ORDER BY id) - 1, text FROM part.texts"
        "  WHERE text NOT IN (SELECT text FROM main.texts);"
        "INSERT INTO words SELECT p.id, t.id FROM part.texts p JOIN main.texts t ON t.text = p.text");
    const int64_t others = db_->integer(
        "SELECT count(*) FROM part.plan p JOIN main.plan m ON m.position = p.position"
        " WHERE m.cell_key != p.cell_key");
    if (others > 0) {
      throw Error(Exit::usage, part_->place,
                  fmt::format("{} cells of its plan are not what other parts have in their place:"
                              " its results.sqlite was edited",
                              others),
                  "run this shard again");
    }
    std::string columns, values;
    for (const StoredColumn& column : plan_columns()) {
      columns += ", " + column.name;
      const bool text = is_text(column.name);
      values += text ? fmt::format(", (SELECT new FROM words WHERE old = p.{})", column.name)
                     : ", p." + column.name;
    }
    db_->execute(fmt::format("INSERT OR IGNORE INTO plan(position, study{}) SELECT p.position,"
                             " (SELECT new FROM words WHERE old = p.study){} FROM part.plan p",
                             columns, values)
                     .c_str());
    // Finished cells that a later plan did not name any more stay behind.
    db_->execute(
        "DROP TABLE words; DROP TABLE IF EXISTS temp.planned;"
        "CREATE TEMP TABLE planned(cell_key TEXT PRIMARY KEY) WITHOUT ROWID;"
        "INSERT OR IGNORE INTO planned SELECT cell_key FROM part.plan");
    transaction.commit();
  }

  static bool is_text(std::string_view name) {
    const CellField* field = find_field(name);
    return name != "cell_key" && field != nullptr &&
           (std::holds_alternative<std::string CellIdentity::*>(field->member) ||
            std::holds_alternative<Mode CellIdentity::*>(field->member));
  }

  void take_provenance() {
    db_->execute(
        "INSERT OR IGNORE INTO provenance(value) SELECT value FROM part.provenance;"
        "DROP TABLE IF EXISTS temp.provenances;"
        "CREATE TEMP TABLE provenances AS SELECT p.id AS old, m.id AS new FROM part.provenance p"
        " JOIN main.provenance m ON m.value = p.value;"
        "INSERT OR IGNORE INTO meta SELECT key, value FROM part.meta"
        " WHERE key = 'noise_floor_pct' AND value IS NOT NULL");
  }

  // The last cell of the part's next window, -1 behind the last one.
  int64_t window_end(int64_t last) {
    Statement s(*db_,
                "SELECT max(id) FROM (SELECT id FROM part.cells WHERE id > ? ORDER BY id LIMIT ?)");
    s.bind(last).bind(kWindow);
    return s.step() && !s.null(0) ? s.integer(0) : -1;
  }

  void take_cells(int64_t after, int64_t end) {
    Transaction transaction(*db_);
    // Each key is looked up once. twin: the same cell of a part before this one.
    db_->execute(fmt::format("DROP TABLE IF EXISTS temp.seen;"
                             "CREATE TEMP TABLE seen AS SELECT p.id AS old, m.id AS twin,"
                             " p.{0} AS well, m.{0} AS twin_well FROM part.cells p"
                             " LEFT JOIN main.cells m ON m.cell_key = p.cell_key"
                             " WHERE p.id > {1} AND p.id <= {2} AND EXISTS"
                             " (SELECT 1 FROM temp.planned w WHERE w.cell_key = p.cell_key)",
                             kWell, after, end)
                     .c_str());
    refuse_edits();
    refuse_conflicts();
    out_.shared += db_->integer("SELECT count(twin) FROM seen");
    out_.mended += db_->integer("SELECT count(*) FROM seen WHERE well AND NOT twin_well");
    db_->execute(
        "DELETE FROM main.cells WHERE id IN (SELECT twin FROM seen WHERE well AND NOT twin_well);"
        "DROP TABLE IF EXISTS temp.moved;"
        "CREATE TEMP TABLE moved AS SELECT old, (SELECT coalesce(max(id), 0) FROM main.cells)"
        " + row_number() OVER (ORDER BY old) AS new FROM seen"
        " WHERE twin IS NULL OR (well AND NOT twin_well)");
    std::string values = ", p.digest";
    for (const StoredColumn& column : cell_columns()) values += ", p." + column.name;
    db_->execute(
        fmt::format("INSERT INTO cells(id, cell_key, provenance, digest, {}) SELECT moved.new,"
                    " p.cell_key, v.new{} FROM moved JOIN part.cells p ON p.id = moved.old"
                    " JOIN provenances v ON v.old = p.provenance",
                    columns_, values)
            .c_str());
    for_each_list([&](const char* table, const auto& fields) {
      db_->execute(
          fmt::format("INSERT INTO main.{0}(cell, position, {1}) SELECT moved.new, position,"
                      " {1} FROM moved JOIN part.{0} l ON l.cell = moved.old",
                      table, names_of(fields))
              .c_str());
    });
    transaction.commit();
  }

  void refuse_edits() {
    Statement s(*db_, fmt::format("SELECT cell_key, digest, {} FROM seen JOIN part.cells p"
                                  " ON p.id = seen.old WHERE digest IS NOT NULL",
                                  columns_));
    while (s.step()) {
      CellOutcome outcome;
      read_columns(s, 2, outcome);
      if (s.view(1) == digest_of(outcome)) continue;
      throw Error(
          Exit::usage, part_->place,
          fmt::format("the results of cell {} are not what its run wrote: its results.sqlite"
                      " was edited",
                      s.text(0)),
          "run this shard again in another folder");
    }
  }

  // Both ended well, and not alike.
  void refuse_conflicts() {
    static const std::string unlike = differs_sql("m", "p");
    std::vector<std::string> keys;
    {
      Statement s(*db_,
                  fmt::format("SELECT p.cell_key FROM seen JOIN part.cells p ON p.id = seen.old"
                              " JOIN main.cells m ON m.id = seen.twin"
                              " WHERE well AND twin_well AND ({}) LIMIT {}",
                              unlike, kShownConflicts));
      while (s.step()) keys.push_back(s.text(0));
    }
    if (keys.empty()) return;
    std::string list;
    const Store there(into_, Store::Mode::read), here(part_->store, Store::Mode::read);
    for (const std::string& key : keys) list += "\n    " + conflict(there, here, key);
    throw Error(
        Exit::usage, part_->place,
        "has other results than the parts before it of the same cells:" + list,
        "find out which is right (agon replay runs one cell again) and run the other again");
  }

  std::string conflict(const Store& there, const Store& here, const std::string& key) const {
    const std::vector<CellRecord> a = there.records(true, key), b = here.records(true, key);
    if (a.empty() || b.empty()) return key;
    const CellRecord& r = b.front();
    std::string text = fmt::format("{} ({} on {}, seed {}, study {}):", key.substr(0, 8), r.id.rule,
                                   r.id.task, r.id.seed, r.study);
    size_t shown = 0;
    for (const ColumnPair& column : compare_outcomes(a.front(), r)) {
      if (column.same || shown++ == kShownColumns) continue;
      text += fmt::format("{} {} {} before, {} here", shown > 1 ? ";" : "", column.name,
                          column.before.empty() ? "none" : column.before,
                          column.after.empty() ? "none" : column.after);
    }
    return text;
  }

  // Every place of the plan is filled, and with the cells that the parts planned together.
  void check_whole() {
    db_->execute("DROP INDEX IF EXISTS texts_by_text");
    const int64_t there = db_->integer("SELECT count(*) FROM plan"),
                  last = db_->integer("SELECT coalesce(max(position), -1) FROM plan");
    if (there != out_.cells || last != there - 1) {
      throw Error(Exit::usage, "agon merge",
                  fmt::format("of {} cells of the plan these parts have {}", out_.cells, there),
                  "run the shards to their end, then merge them again");
    }
    std::string chain;
    Statement s(*db_,
                "SELECT t.text, p.cell_key FROM plan p JOIN texts t ON t.id = p.study"
                " WHERE p.position < ? ORDER BY p.position");
    for (s.bind(out_.run.plan_cells); s.step();)
      chain = core::hash_hex(chain + s.text(0) + '\n' + s.text(1));
    if (chain != out_.run.plan) {
      throw Error(
          Exit::usage, "agon merge",
          "the cells of these parts are not those of their plan: a results.sqlite was edited",
          "run the shards again");
    }
  }

  std::span<const Part> parts_;
  std::vector<RunInfo> runs_;
  std::filesystem::path into_;
  std::string columns_;
  const Part* part_ = nullptr;
  Database* db_ = nullptr;
  Merged out_;
};

}  // namespace

Merged merge_stores(std::span<const Part> parts, std::vector<RunInfo> runs,
                    const std::filesystem::path& into, const std::string& run_id,
                    const std::string& command,
                    const std::function<void(const std::string&)>& progress) {
  return StoreMerger(parts, std::move(runs), into).merge(run_id, command, progress);
}

}  // namespace agon::reports
