// SPDX-License-Identifier: MIT
#include "reports/store/store.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <stdexcept>

#include "core/error.h"
#include "reports/record/fields.h"
#include "reports/store/codec.h"
#include "reports/store/lock.h"
#include "reports/store/schema.h"
#include "reports/store/sqlite.h"

namespace agon::reports {
namespace {

// Reads a column back; a member whose column is NULL keeps what it means by missing.
void take(const Statement& s, int column, std::string& out) { out = s.text(column); }
void take(const Statement& s, int column, int64_t& out) { out = s.integer(column); }
void take(const Statement& s, int column, double& out) { out = s.real(column); }
void take(const Statement& s, int column, Status& out) { out = status_from(s.view(column)); }
void take(const Statement& s, int column, uint64_t& out) {
  out = static_cast<uint64_t>(s.integer(column));
}
void take(const Statement& s, int column, std::vector<double>& out) {
  out = decode_numbers(s.view(column));
}
void take(const Statement& s, int column, std::vector<Warning>& out) {
  out = decode_warnings(s.view(column));
}
void take(const Statement& s, int column, std::map<std::string, double>& out) {
  out = decode_metrics(s.view(column));
}

// Binds the members of an outcome in the order of cell_columns(), then its series. What is packed
// lives here until the statement has run.
class Binder {
 public:
  explicit Binder(Statement& s) : s_(&s) { packed_.reserve(kCellFields.size() + 3); }
  void operator()(const std::string& text) { s_->bind(text); }
  void operator()(int64_t count) { s_->bind(count); }
  void operator()(double number) { s_->bind(number); }
  void operator()(Status status) { s_->bind(name(status)); }
  void operator()(const std::vector<double>& numbers) { blob(encode_numbers(numbers)); }
  void operator()(const std::vector<Warning>& warnings) { blob(encode_warnings(warnings)); }
  void operator()(const std::map<std::string, double>& m) { blob(encode_metrics(m)); }
  void blob(std::string bytes) { s_->bind_blob(packed_.emplace_back(std::move(bytes))); }

 private:
  Statement* s_;
  std::vector<std::string> packed_;  // never grows: bound bytes must stay where they are
};

}  // namespace

struct Store::Impl {
  Impl(const std::filesystem::path& file, Mode mode)
      : writing(mode == Mode::write), db(open(file, mode, lock)) {
    if (writing) {
      db.execute("PRAGMA journal_mode=WAL");
      // A commit survives the death of any process without a sync; only a power cut may take the
      // last ones.
      db.execute("PRAGMA synchronous=NORMAL");
      if (blank()) create_tables(db);
    }
    check();
    if (writing) add_missing_columns(db);
  }

  ~Impl() {
    insert_cell.reset();
    if (writing) db.try_execute("PRAGMA wal_checkpoint(TRUNCATE)");
    // Out of WAL mode the one file can be read from a read-only folder. Fails, harmlessly, beside a
    // reader.
    if (writing) db.try_execute("PRAGMA busy_timeout=0; PRAGMA journal_mode=DELETE");
  }

  static Database open(const std::filesystem::path& file, Mode mode,
                       std::optional<WriterLock>& lock) {
    std::error_code ignored;
    if (mode == Mode::read && !std::filesystem::exists(file, ignored)) {
      throw Error(Exit::io, file.string(), "does not exist", "give the folder of a run");
    }
    if (mode == Mode::write) lock.emplace(file);
    return Database(file, mode == Mode::write ? Database::Mode::write : Database::Mode::read);
  }

  bool blank() { return db.integer("SELECT count(*) FROM sqlite_master") == 0; }

  void check() {
    const int64_t tables = db.integer("SELECT count(*) FROM sqlite_master");  // reads the header
    if (tables == 0 && db.lacks_log()) {
      throw Error(
          Exit::io, db.file().string(),
          fmt::format(
              "holds no results: those of a killed run are in {0}-wal beside it, which is not here",
              db.file().filename().string()),
          "copy both files, or the folder of the run");
    }
    if (tables == 0)
      throw Error(Exit::io, db.file().string(), "holds no results", "run the suite first");
    if (!is_ours(db)) {
      throw Error(Exit::io, db.file().string(), "is an SQLite database of another program",
                  "give the results.sqlite of a run, or another folder with -o");
    }
    const int64_t version = db.integer("PRAGMA user_version");
    if (version != kSchemaVersion) {
      throw Error(Exit::io, db.file().string(),
                  fmt::format("has schema version {}, this agon reads {}", version, kSchemaVersion),
                  "use the agon that wrote it, or give another folder with -o");
    }
  }

  [[noreturn]] void damaged(const std::string& what) const {
    throw Error(Exit::io, db.file().string(), "is damaged: " + what,
                "move it away and run again, or recover it with: sqlite3 FILE .recover");
  }

  void set_meta(std::string_view key, std::string_view value) {
    Statement(db, "INSERT OR REPLACE INTO meta VALUES(?,?)").bind(key).bind(value).run();
  }

  std::optional<std::string> meta(std::string_view key) {
    Statement statement(db, "SELECT value FROM meta WHERE key=?");
    statement.bind(key);
    if (!statement.step()) return std::nullopt;
    return statement.text(0);
  }

  double noise_floor() {
    Statement statement(db, "SELECT value FROM meta WHERE key='noise_floor_pct'");
    return statement.step() ? statement.real(0) : kNaN;
  }

  bool writing;
  std::optional<WriterLock> lock;
  Database db;
  std::optional<Statement> insert_cell;
};

Store::Store(const std::filesystem::path& file, Mode mode)
    : impl_(std::make_unique<Impl>(file, mode)) {}
Store::~Store() = default;
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;

void Store::set_run(const RunInfo& run) { impl_->set_meta("run", encode_run(run)); }

RunInfo Store::run() const {
  const auto json = impl_->meta("run");
  if (!json) return {};
  try {
    return decode_run(*json);
  } catch (const std::runtime_error& e) {
    impl_->damaged(std::string("the run's description: ") + e.what());
  }
}

void Store::set_noise_floor(double percent) {
  Statement(impl_->db, "INSERT OR REPLACE INTO meta VALUES('noise_floor_pct',?)")
      .bind(percent)
      .run();
}

void Store::set_plan(std::span<const PlannedCell> plan) {
  Database& db = impl_->db;
  Transaction transaction(db);
  db.execute("DELETE FROM plan; DELETE FROM texts");
  Statement insert_text(db, "INSERT INTO texts VALUES(?,?)");
  const auto columns = plan_columns();
  Statement insert_plan(db, fmt::format("INSERT INTO plan(position, study, {}) VALUES({})",
                                        names_of(columns), marks_for(columns.size() + 2)));
  std::unordered_map<std::string_view, int64_t> ids;  // views into plan
  const auto intern = [&](std::string_view text) {
    const auto [it, added] = ids.try_emplace(text, static_cast<int64_t>(ids.size()));
    if (added) insert_text.bind(it->second).bind(text).run();
    return it->second;
  };
  int64_t position = 0;
  for (const PlannedCell& cell : plan) {
    insert_plan.bind(position++).bind(intern(cell.study));
    for_each_field(kCellFields, cell.id, [&](const CellField&, const auto& x) {
      using T = std::remove_cvref_t<decltype(x)>;
      if constexpr (std::is_same_v<T, std::string>) {
        if (&x == &cell.id.cell_key) {
          insert_plan.bind(x);
        } else {
          insert_plan.bind(intern(x));
        }
      } else if constexpr (std::is_same_v<T, uint64_t>) {
        insert_plan.bind(static_cast<int64_t>(x));
      } else {
        insert_plan.bind(x);
      }
    });
    insert_plan.run();
  }
  transaction.commit();
}

bool Store::may_lack_results() const { return impl_->db.lacks_log(); }

int64_t Store::add_provenance(const Provenance& provenance) {
  const std::string json = encode_provenance(provenance);
  Statement find(impl_->db, "SELECT id FROM provenance WHERE value=?");
  find.bind(json);
  if (find.step()) return find.integer(0);
  Statement(impl_->db, "INSERT INTO provenance(value) VALUES(?)").bind(json).run();
  return sqlite3_last_insert_rowid(impl_->db.handle());
}

void Store::finish(const std::string& cell_key, const CellOutcome& o, int64_t provenance) {
  if (!impl_->insert_cell) {
    auto columns = cell_columns();
    for (StoredColumn& series : series_columns()) columns.push_back(std::move(series));
    impl_->insert_cell.emplace(
        impl_->db, fmt::format("INSERT OR REPLACE INTO cells(cell_key, provenance, {}) VALUES({})",
                               names_of(columns), marks_for(columns.size() + 2)));
  }
  Statement& s = *impl_->insert_cell;
  s.reset();  // a failed call may have left parameters behind
  s.bind(cell_key).bind(provenance);
  Binder bind(s);
  for_each_field(kCellFields, o, [&](const CellField&, const auto& x) { bind(x); });
  bind.blob(encode_curve(o.curve));
  bind.blob(encode_pictures(o.pictures));
  bind.blob(encode_series(o.series));
  s.run();  // one statement, one transaction
}

std::vector<std::pair<std::string, std::string>> Store::planned() const {
  std::vector<std::pair<std::string, std::string>> out;
  Statement s(
      impl_->db,
      "SELECT t.text, p.cell_key FROM plan p JOIN texts t ON t.id = p.study ORDER BY p.position");
  while (s.step()) out.emplace_back(s.text(0), s.text(1));
  return out;
}

std::unordered_map<std::string, Status> Store::finished() const {
  std::unordered_map<std::string, Status> out;
  Statement s(impl_->db,
              "SELECT cell_key, status FROM cells"
              " WHERE attempts > 0 OR status IN ('skipped', 'quarantined')");
  while (s.step()) {
    try {
      out.emplace(s.text(0), status_from(s.view(1)));
    } catch (const std::invalid_argument& e) {
      impl_->damaged(e.what());
    }
  }
  return out;
}

std::vector<CellRecord> Store::records(bool curves) const {
  Database& db = impl_->db;
  // One snapshot for all reads, so that a writer beside us cannot show half a plan.
  db.execute("BEGIN");
  struct End {
    Database* db;
    ~End() { db->try_execute("COMMIT"); }
  } end{&db};

  std::vector<std::string> texts;
  for (Statement s(db, "SELECT text FROM texts ORDER BY id"); s.step();) texts.push_back(s.text(0));
  std::unordered_map<int64_t, Provenance> provenance;
  const double noise_floor = impl_->noise_floor();
  std::vector<CellRecord> out;
  std::string columns = selection(db, "plan", "p", plan_columns()) + ", " +
                        selection(db, "cells", "c", cell_columns());
  if (curves) columns += ", " + selection(db, "cells", "c", series_columns());
  Statement s(db, fmt::format("SELECT p.study, c.provenance, {} FROM plan p JOIN cells c"
                              " USING(cell_key) ORDER BY p.position",
                              columns));
  try {
    for (Statement p(db, "SELECT id, value FROM provenance"); p.step();) {
      provenance.emplace(p.integer(0), decode_provenance(p.view(1)));
    }
    while (s.step()) {
      CellRecord& record = out.emplace_back();
      record.study = texts.at(static_cast<size_t>(s.integer(0)));
      record.provenance = provenance.at(s.integer(1));
      int column = 2;
      for_each_field(kCellFields, record.id, [&](const CellField&, auto& x) {
        const int at = column++;
        if (s.null(at)) return;
        if constexpr (std::is_same_v<std::remove_reference_t<decltype(x)>, std::string>) {
          x = &x == &record.id.cell_key ? s.text(at) : texts.at(static_cast<size_t>(s.integer(at)));
        } else {
          take(s, at, x);
        }
      });
      CellOutcome& o = record.outcome;
      for_each_field(kCellFields, o, [&](const CellField&, auto& x) {
        if (!s.null(column)) take(s, column, x);
        ++column;
      });
      if (curves) {
        decode_curve(s.view(column), o);
        o.pictures = decode_pictures(s.view(column + 1));
        decode_series(s.view(column + 2), o.series);
      }
      record.noise_floor_pct = noise_floor;
    }
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& e) {
    impl_->damaged(e.what());
  }
  return out;
}

}  // namespace agon::reports
