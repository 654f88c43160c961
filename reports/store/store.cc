// SPDX-License-Identifier: MIT
#include "reports/store/store.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <stdexcept>

#include "core/error.h"
#include "core/lock.h"
#include "reports/record/fields.h"
#include "reports/record/run_json.h"
#include "reports/store/migrate.h"
#include "reports/store/reader.h"
#include "reports/store/rows.h"
#include "reports/store/schema.h"
#include "reports/store/sqlite.h"

namespace agon::reports {
namespace {

constexpr int64_t kWindow = 5000;  // records that are read together
// Of a cell: it has come to an end, and does not run again unless it is asked to.
constexpr const char* kFinished = "attempts > 0 OR status IN ('skipped', 'quarantined')";

}  // namespace

struct Store::Impl {
  Impl(const std::filesystem::path& file, Mode mode)
      : writing(mode == Mode::write), db(open(file, mode, lock)) {
    if (writing) {
      db.execute("PRAGMA journal_mode=WAL");
      // A commit survives the death of any process without a sync; only a power cut may take the
      // last ones.
      db.execute("PRAGMA synchronous=NORMAL");
      // Pages that every commit writes reach the file once in many commits; the log stays below 16 MiB.
      db.execute("PRAGMA wal_autocheckpoint=4000");
      if (blank()) create_tables(db);
    }
    // Room for the pages of the key's index that neighbours of a long run share.
    if (!writing) db.execute("PRAGMA cache_size=-16384");
    check();
    layout = static_cast<int>(db.integer("PRAGMA user_version"));
    if (!is_current(db)) bring_up_to_date();
    // Rows of what a cell has many of go with the cell.
    if (writing) db.execute("PRAGMA foreign_keys=ON");
  }

  ~Impl() {
    outcomes.reset();
    // It waits for readers, who may stay.
    if (writing) db.try_execute("PRAGMA busy_timeout=5000; PRAGMA wal_checkpoint(TRUNCATE)");
    // Out of WAL mode the one file can be read from a read-only folder. Fails, harmlessly, beside a
    // reader.
    if (writing) db.try_execute("PRAGMA busy_timeout=0; PRAGMA journal_mode=DELETE");
  }

  static Database open(const std::filesystem::path& file, Mode mode,
                       std::optional<core::WriterLock>& lock) {
    std::error_code ignored;
    if (mode == Mode::read && !std::filesystem::exists(file, ignored)) {
      throw Error(Exit::io, file.string(), "does not exist", "give the folder of a run");
    }
    if (mode == Mode::write) {
      lock.emplace(file,
                   core::WriterLock::Words{"is writing this run", "give another folder with -o"});
    }
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
    if (version < 1 || version > kStoreVersion) {
      throw Error(
          Exit::io, db.file().string(),
          fmt::format("has schema version {}, this agon reads 1 to {}", version, kStoreVersion),
          "use the agon that wrote it, or give another folder with -o");
    }
  }

  // A reader does so in a copy in memory: the file may be anybody's.
  void bring_up_to_date() {
    if (!writing) db.move_to_memory();
    guarded([&] { migrate(db); });
  }

  // fn(), what it cannot read as an error about the file.
  template <typename Fn>
  void guarded(Fn&& fn) const {
    try {
      fn();
    } catch (const Error&) {
      throw;
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& e) {
      damaged(e.what());
    }
  }

  [[noreturn]] void damaged(const std::string& what) const {
    throw Error(Exit::io, db.file().string(), "is damaged: " + what,
                "move it away and run again, or recover it with: sqlite3 FILE .recover");
  }

  // fn(a reader) over one snapshot, so that a writer beside us cannot show half a plan.
  template <typename Fn>
  void reading(Fn&& fn) {
    db.execute("BEGIN");
    struct End {
      Database* db;
      ~End() { db->try_execute("COMMIT"); }
    } end{&db};
    guarded([&] {
      RecordReader reader(db, of_run());
      fn(reader);
    });
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

  RunInfo run() {
    const auto json = meta("run");
    if (!json) return {};
    try {
      return run_from_json(*json);
    } catch (const std::runtime_error& e) {
      damaged(std::string("the run's description: ") + e.what());
    }
  }

  OfRun of_run() {
    OfRun out;
    Statement statement(db, "SELECT value FROM meta WHERE key='noise_floor_pct'");
    if (statement.step()) out.noise_floor = statement.real(0);
    for (RuleCard& rule : run().rules)
      out.conformance.emplace(std::move(rule.id), std::move(rule.conformance));
    return out;
  }

  bool writing;
  int layout = kStoreVersion;  // before it was brought up to date
  std::optional<core::WriterLock> lock;
  Database db;
  std::optional<OutcomeWriter> outcomes;
};

Store::Store(const std::filesystem::path& file, Mode mode)
    : impl_(std::make_unique<Impl>(file, mode)) {}
Store::~Store() = default;
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;

void Store::set_run(const RunInfo& run) { impl_->set_meta("run", run_json(run)); }

RunInfo Store::run() const { return impl_->run(); }

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
    insert_plan.bind(cell.position < 0 ? position : cell.position).bind(intern(cell.study));
    ++position;
    for_each_field(kCellFields, cell.id, [&](const CellField&, const auto& x) {
      using T = std::remove_cvref_t<decltype(x)>;
      if constexpr (std::is_same_v<T, std::string>) {
        if (&x == &cell.id.cell_key) {
          insert_plan.bind(x);
        } else {
          insert_plan.bind(intern(x));
        }
      } else if constexpr (std::is_same_v<T, reports::Mode>) {
        insert_plan.bind(intern(name(x)));
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
  const std::string json = provenance_json(provenance);
  Statement find(impl_->db, "SELECT id FROM provenance WHERE value=?");
  find.bind(json);
  if (find.step()) return find.integer(0);
  Statement(impl_->db, "INSERT INTO provenance(value) VALUES(?)").bind(json).run();
  return sqlite3_last_insert_rowid(impl_->db.handle());
}

void Store::finish(std::span<const Finished> cells, int64_t provenance) {
  Transaction transaction(impl_->db);
  if (!impl_->outcomes) impl_->outcomes.emplace(impl_->db);
  for (const Finished& cell : cells)
    impl_->outcomes->write(cell.cell_key, *cell.outcome, provenance);
  transaction.commit();
}

std::vector<std::pair<std::string, std::string>> Store::planned() const {
  std::vector<std::pair<std::string, std::string>> out;
  Statement s(
      impl_->db,
      "SELECT t.text, p.cell_key FROM plan p JOIN texts t ON t.id = p.study ORDER BY p.position");
  while (s.step()) out.emplace_back(s.text(0), s.text(1));
  return out;
}

int64_t Store::planned_cells() const { return impl_->db.integer("SELECT count(*) FROM plan"); }

int64_t Store::unfinished() const {
  return impl_->db.integer(
      fmt::format("SELECT count(*) FROM plan p WHERE NOT EXISTS (SELECT 1 FROM cells c"
                  " WHERE c.cell_key = p.cell_key AND ({}))",
                  kFinished)
          .c_str());
}

RunFacts Store::facts() const {
  constexpr size_t kShownDigits = 8;
  RunFacts out;
  out.layout = impl_->layout;
  for (Statement s(
           impl_->db,
           "SELECT DISTINCT r.text, v.text, b.text FROM plan p JOIN texts r ON r.id = p.rule"
           " JOIN texts v ON v.id = p.plugin_version JOIN texts b ON b.id = p.plugin_build");
       s.step();)
    out.builds[s.text(0)].insert(s.text(1) + " " + s.text(2).substr(0, kShownDigits));
  for (Statement s(impl_->db,
                   "SELECT DISTINCT t.text, h.text FROM plan p JOIN texts t ON t.id = p.task"
                   " JOIN texts h ON h.id = p.task_hash");
       s.step();) {
    if (s.view(1) != kMissingData) out.data[s.text(0)].insert(s.text(1).substr(0, kShownDigits));
  }
  impl_->guarded([&] {
    for (Statement s(impl_->db, "SELECT value FROM provenance"); s.step();) {
      const Provenance p = provenance_from_json(s.view(0));
      out.numerics.insert(p.numerics);
      out.hosts.insert(p.host_id);
    }
  });
  return out;
}

std::vector<CellCost> Store::costs() const {
  std::vector<CellCost> out;
  impl_->guarded([&] {
    Statement s(impl_->db,
                "SELECT s.text, r.text, j.text, t.text, o.text, m.text, p.depth, p.width, p.batch,"
                " p.epochs, p.updates, avg(c.wall_s) FROM plan p JOIN cells c USING(cell_key)"
                " JOIN texts s ON s.id = p.study JOIN texts r ON r.id = p.rule"
                " JOIN texts j ON j.id = p.params_json JOIN texts t ON t.id = p.task"
                " JOIN texts o ON o.id = p.condition JOIN texts m ON m.id = p.mode"
                " WHERE c.wall_s > 0 GROUP BY p.study, p.rule, p.params_json, p.task, p.condition,"
                " p.mode");
    while (s.step()) {
      CellCost& cost = out.emplace_back();
      int column = 0;
      for (std::string* text :
           {&cost.study, &cost.id.rule, &cost.id.params_json, &cost.id.task, &cost.id.condition})
        *text = s.text(column++);
      cost.id.mode = mode_from(s.view(column++));
      for (int64_t* count :
           {&cost.id.depth, &cost.id.width, &cost.id.batch, &cost.id.epochs, &cost.id.updates})
        take(s, column++, *count);
      take(s, column, cost.seconds);
    }
  });
  return out;
}

std::unordered_map<std::string, Status> Store::finished() const {
  std::unordered_map<std::string, Status> out;
  Statement s(impl_->db, fmt::format("SELECT cell_key, status FROM cells WHERE {}", kFinished));
  while (s.step()) {
    try {
      out.emplace(s.text(0), status_from(s.view(1)));
    } catch (const std::invalid_argument& e) {
      impl_->damaged(e.what());
    }
  }
  return out;
}

std::vector<CellRecord> Store::records(bool lists, std::string_view key) const {
  std::vector<CellRecord> out;
  if (key.empty()) {
    each([&](CellRecord&& record) { out.push_back(std::move(record)); }, lists);
  } else {
    impl_->reading([&](RecordReader& reader) { out = reader.of(key, lists); });
  }
  return out;
}

void Store::each(const std::function<void(CellRecord&&)>& fn, bool lists) const {
  impl_->reading([&](RecordReader& reader) {
    for (auto records = reader.next(kWindow, lists); !records.empty();
         records = reader.next(kWindow, lists)) {
      for (CellRecord& record : records) fn(std::move(record));
    }
  });
}

}  // namespace agon::reports
