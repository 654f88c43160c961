// SPDX-License-Identifier: MIT
//
// Tables of results.sqlite (application_id "Agon", user_version = kSchemaVersion):
//   meta        key, value                "run" (JSON), "noise_floor_pct"
//   plan        position, study, identity; text columns are ids into texts: the seeds of a cell
//               share them
//   texts       id, text
//   cells       cell_key, outcome, provenance: one row per finished cell, the last attempt
//   provenance  id, value (JSON): one row per distinct machine and build
//   results     a view for people: plan with its texts and outcomes
// Number columns have no declared type, so that SQLite keeps every bit of a double.
#include "reports/store/store.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <stdexcept>

#include "core/error.h"
#include "reports/store/codec.h"
#include "reports/store/lock.h"
#include "reports/store/sqlite.h"

namespace agon::reports {
namespace {

constexpr int64_t kApplicationId = 0x41676f6e;  // "Agon"

constexpr const char* kSchema = R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE texts(id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE plan(position INTEGER PRIMARY KEY, cell_key TEXT NOT NULL, study INTEGER, rule INTEGER,
  plugin_version INTEGER, plugin_build INTEGER, params_json INTEGER, task INTEGER, task_hash INTEGER,
  kind INTEGER, activation INTEGER, ruleset INTEGER, mode INTEGER,
  depth INTEGER, width INTEGER, batch INTEGER, epochs INTEGER, updates INTEGER, seed INTEGER, lr);
CREATE TABLE provenance(id INTEGER PRIMARY KEY, value TEXT NOT NULL UNIQUE);
CREATE TABLE cells(cell_key TEXT PRIMARY KEY, status TEXT NOT NULL, provenance INTEGER NOT NULL,
  status_detail TEXT, log_tail TEXT, metric TEXT, utc TEXT, rule_metrics TEXT,
  attempts INTEGER, epochs_done INTEGER, diverged_at INTEGER, n_params INTEGER, epochs_to_target INTEGER,
  score_train, score_val, score_test, score_chance, loss_init, loss_final, loss_best, time_to_target_s,
  train_s, eval_s, wall_s, samples_per_s_train, samples_per_s_predict, peak_rss_mib, macs_per_sample,
  repetitions_train BLOB, repetitions_predict BLOB, curve BLOB, pictures BLOB, harms BLOB, warnings BLOB)
  WITHOUT ROWID;
CREATE VIEW results AS SELECT p.position, s.text AS study, r.text AS rule, t.text AS task,
  j.text AS params, p.depth, p.width, p.lr, p.seed, c.*
  FROM plan p JOIN texts s ON s.id = p.study JOIN texts r ON r.id = p.rule
  JOIN texts t ON t.id = p.task JOIN texts j ON j.id = p.params_json
  LEFT JOIN cells c ON c.cell_key = p.cell_key;
)sql";

constexpr int kPlanColumns = 20;
constexpr int kCellColumns = 34;
// What the tables of an older agon may lack, at the end of cells.
constexpr std::array kLateColumns{"pictures", "harms", "warnings"};

constexpr const char* kPlanSelect =
    "p.cell_key, p.study, p.rule, p.plugin_version, p.plugin_build, p.params_json, p.task, "
    "p.task_hash,"
    " p.kind, p.activation, p.ruleset, p.mode, p.depth, p.width, p.batch, p.epochs, p.updates, "
    "p.seed, p.lr";
constexpr int kPlanSelected = kPlanColumns - 1;
constexpr const char* kCellSelect =
    "c.status, c.provenance, c.status_detail, c.log_tail, c.metric, c.utc, c.rule_metrics, "
    "c.attempts,"
    " c.epochs_done, c.diverged_at, c.n_params, c.epochs_to_target, c.score_train, c.score_val,"
    " c.score_test, c.score_chance, c.loss_init, c.loss_final, c.loss_best, c.time_to_target_s, "
    "c.train_s,"
    " c.eval_s, c.wall_s, c.samples_per_s_train, c.samples_per_s_predict, c.peak_rss_mib,"
    " c.macs_per_sample, c.repetitions_train, c.repetitions_predict";

std::string insert_sql(const char* verb, const char* table, int columns) {
  std::string sql = fmt::format("{} INTO {} VALUES(?", verb, table);
  for (int i = 1; i < columns; ++i) sql += ",?";
  return sql + ")";
}

// The text members of a planned cell, in the order of the plan's id columns.
template <typename Identity, typename Fn>
void for_each_text(Identity& id, Fn&& fn) {
  fn(id.rule);
  fn(id.plugin_version);
  fn(id.plugin_build);
  fn(id.params_json);
  fn(id.task);
  fn(id.task_hash);
  fn(id.kind);
  fn(id.activation);
  fn(id.ruleset);
  fn(id.mode);
}

template <typename Identity, typename Fn>
void for_each_count(Identity& id, Fn&& fn) {
  fn(id.depth);
  fn(id.width);
  fn(id.batch);
  fn(id.epochs);
  fn(id.updates);
}

template <typename Outcome, typename Fn>
void for_each_count_of_outcome(Outcome& o, Fn&& fn) {
  fn(o.attempts);
  fn(o.epochs_done);
  fn(o.diverged_at);
  fn(o.n_params);
  fn(o.epochs_to_target);
}

template <typename Outcome, typename Fn>
void for_each_number(Outcome& o, Fn&& fn) {
  fn(o.score_train);
  fn(o.score_val);
  fn(o.score_test);
  fn(o.score_chance);
  fn(o.loss_init);
  fn(o.loss_final);
  fn(o.loss_best);
  fn(o.time_to_target_s);
  fn(o.train_s);
  fn(o.eval_s);
  fn(o.wall_s);
  fn(o.samples_per_s_train);
  fn(o.samples_per_s_predict);
  fn(o.peak_rss_mib);
  fn(o.macs_per_sample);
}

}  // namespace

struct Store::Impl {
  Impl(const std::filesystem::path& file, Mode mode)
      : writing(mode == Mode::write), db(open(file, mode, lock)) {
    if (writing) {
      db.execute("PRAGMA journal_mode=WAL");
      // A commit survives the death of any process without a sync; only a power cut may take the
      // last ones.
      db.execute("PRAGMA synchronous=NORMAL");
      if (blank()) create();
    }
    check();
    for (const char* column : kLateColumns) {
      if (writing && !has_column(column))
        db.execute(fmt::format("ALTER TABLE cells ADD COLUMN {} BLOB", column).c_str());
    }
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

  bool has_column(const char* name) {
    const std::string sql =
        fmt::format("SELECT count(*) FROM pragma_table_info('cells') WHERE name='{}'", name);
    return db.integer(sql.c_str()) > 0;
  }

  // Columns of cells that only a reader of curves asks for.
  std::string long_columns() {
    std::string out = ", c.curve";
    for (const char* column : kLateColumns)
      out += has_column(column) ? fmt::format(", c.{}", column) : ", NULL";
    return out;
  }

  void create() {
    Transaction transaction(db);
    db.execute(fmt::format("PRAGMA application_id={}; PRAGMA user_version={}", kApplicationId,
                           kSchemaVersion)
                   .c_str());
    db.execute(kSchema);
    transaction.commit();
  }

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
    if (db.integer("PRAGMA application_id") != kApplicationId) {
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

  CellOutcome outcome(Statement& s, int column, bool curves);

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
  Statement insert_plan(db, insert_sql("INSERT", "plan", kPlanColumns));
  std::unordered_map<std::string_view, int64_t> ids;  // views into plan
  const auto intern = [&](std::string_view text) {
    const auto [it, added] = ids.try_emplace(text, static_cast<int64_t>(ids.size()));
    if (added) insert_text.bind(it->second).bind(text).run();
    return it->second;
  };
  int64_t position = 0;
  for (const PlannedCell& cell : plan) {
    insert_plan.bind(position++).bind(cell.id.cell_key);
    insert_plan.bind(intern(cell.study));
    for_each_text(cell.id, [&](const std::string& text) { insert_plan.bind(intern(text)); });
    for_each_count(cell.id, [&](int64_t count) { insert_plan.bind(count); });
    insert_plan.bind(static_cast<int64_t>(cell.id.seed)).bind(cell.id.lr);
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
    impl_->insert_cell.emplace(impl_->db, insert_sql("INSERT OR REPLACE", "cells", kCellColumns));
  }
  Statement& s = *impl_->insert_cell;
  s.reset();  // a failed call may have left parameters behind
  const std::string metrics = encode_metrics(o.rule_metrics), curve = encode_curve(o.curve);
  const std::string train = encode_numbers(o.repetitions_train),
                    predict = encode_numbers(o.repetitions_predict),
                    pictures = encode_pictures(o.pictures), harms = encode_harms(o.harms),
                    warnings = encode_warnings(o.warnings);
  s.bind(cell_key).bind(name(o.status)).bind(provenance);
  s.bind(o.status_detail).bind(o.log_tail).bind(o.metric);
  s.bind(o.utc).bind(metrics);
  for_each_count_of_outcome(o, [&](int64_t count) { s.bind(count); });
  for_each_number(o, [&](double number) { s.bind(number); });
  s.bind_blob(train).bind_blob(predict).bind_blob(curve).bind_blob(pictures).bind_blob(harms);
  s.bind_blob(warnings);
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

CellOutcome Store::Impl::outcome(Statement& s, int column, bool curves) {
  CellOutcome o;
  o.status = status_from(s.view(column));
  column += 2;  // past provenance
  o.status_detail = s.text(column++);
  o.log_tail = s.text(column++);
  o.metric = s.text(column++);
  o.utc = s.text(column++);
  o.rule_metrics = decode_metrics(s.view(column++));
  for_each_count_of_outcome(o, [&](int64_t& count) { count = s.integer(column++); });
  for_each_number(o, [&](double& number) { number = s.real(column++); });
  o.repetitions_train = decode_numbers(s.view(column++));
  o.repetitions_predict = decode_numbers(s.view(column++));
  if (!curves) return o;
  o.curve = decode_curve(s.view(column++));
  o.pictures = decode_pictures(s.view(column++));
  o.harms = decode_harms(s.view(column++));
  o.warnings = decode_warnings(s.view(column++));
  return o;
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
  Statement s(
      db,
      fmt::format("SELECT {}, {}{} FROM plan p JOIN cells c USING(cell_key) ORDER BY p.position",
                  kPlanSelect, kCellSelect, curves ? impl_->long_columns() : ""));
  try {
    for (Statement p(db, "SELECT id, value FROM provenance"); p.step();) {
      provenance.emplace(p.integer(0), decode_provenance(p.view(1)));
    }
    while (s.step()) {
      CellRecord& record = out.emplace_back();
      int column = 0;
      record.id.cell_key = s.text(column++);
      const auto text = [&] { return texts.at(static_cast<size_t>(s.integer(column++))); };
      record.study = text();
      for_each_text(record.id, [&](std::string& member) { member = text(); });
      for_each_count(record.id, [&](int64_t& count) { count = s.integer(column++); });
      record.id.seed = static_cast<uint64_t>(s.integer(column++));
      record.id.lr = s.real(column++);
      record.outcome = impl_->outcome(s, kPlanSelected, curves);
      record.provenance = provenance.at(s.integer(kPlanSelected + 1));
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
