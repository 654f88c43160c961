// SPDX-License-Identifier: MIT
//
// Stores of older agons open, lack what they lack, and take new cells.
#include <fmt/format.h>
#include <sqlite3.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <iterator>

#include "core/error.h"
#include "reports/render/csv/csv.h"
#include "reports/store/store.h"
#include "tests/reports/make.h"
#include "tests/reports/packed.h"

namespace agon::reports {
namespace {

using testing::Folder;

// The tables as the first public agon made them; late: what it lacked.
std::string tables(const char* late) {
  return fmt::format(R"sql(
PRAGMA application_id=1097297774; PRAGMA user_version=1;
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
  repetitions_train BLOB, repetitions_predict BLOB, curve BLOB{})
  WITHOUT ROWID;
CREATE VIEW results AS SELECT p.position, s.text AS study, r.text AS rule, t.text AS task,
  j.text AS params, p.depth, p.width, p.lr, p.seed, c.*
  FROM plan p JOIN texts s ON s.id = p.study JOIN texts r ON r.id = p.rule
  JOIN texts t ON t.id = p.task JOIN texts j ON j.id = p.params_json
  LEFT JOIN cells c ON c.cell_key = p.cell_key;
INSERT INTO texts VALUES(0,'accuracy'),(1,'bp'),(2,'1.0.0'),(3,'b1'),(4,'{{"lr":0.1}}'),(5,'digits'),
  (6,'h1'),(7,'classify'),(8,'tanh'),(9,'tuned'),(10,'train');
INSERT INTO plan VALUES(0,'k0',0,1,2,3,4,5,6,7,8,9,10, 2,32,16,10,0, 7, 0.1);
INSERT INTO provenance VALUES(1,'{{"cpu":"c","threads":2,"git_dirty":true}}');
)sql",
                     late);
}

void execute(const std::filesystem::path& file, const std::string& sql) {
  sqlite3* db = nullptr;
  BOOST_REQUIRE(sqlite3_open(file.c_str(), &db) == SQLITE_OK);
  char* error = nullptr;
  BOOST_TEST(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &error) == SQLITE_OK,
             (error == nullptr ? "" : error));
  sqlite3_close(db);
}

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void check_opens(const char* late, const char* late_values) {
  const Folder folder;
  const auto file = folder / "results.sqlite";
  execute(file,
          tables(late) +
              fmt::format("INSERT INTO cells VALUES('k0','ok',1,'','log','accuracy','u',"
                          "'{{\"spikes\":12.5}}', 1,10,-1,100,4, 0.9,0.8,0.75,0.1,2.3,0.5,0.4,"
                          "NULL,1.5,0.5,2.5,1e3,2e3,30,640, x'',x'',x'{}'{})",
                          testing::kPackedCurve, late_values));
  std::string before;
  {
    const Store store(file, Store::Mode::read);
    ReportInput input;
    input.records = store.records();
    before = cells_csv(input);
    BOOST_TEST_REQUIRE(input.records.size() == 1u);
    const CellRecord& r = input.records[0];
    BOOST_TEST(r.study == "accuracy");
    BOOST_TEST(r.id.cell_key == "k0");
    BOOST_TEST(r.id.ruleset == "tuned");
    BOOST_TEST((r.id.mode == Mode::train));
    BOOST_TEST(r.id.depth == 2);
    BOOST_TEST(r.id.seed == 7u);
    BOOST_TEST(r.outcome.score_test == 0.75);
    BOOST_TEST(std::isnan(r.outcome.time_to_target_s));
    BOOST_TEST(r.outcome.macs_per_sample == 640.0);
    BOOST_TEST(std::isnan(r.outcome.weight_writes));
    BOOST_TEST(r.outcome.n_params == 100);
    BOOST_TEST(r.outcome.rule_metrics.at("spikes") == 12.5);
    BOOST_TEST(r.outcome.curve.at(1).samples == 1437);
    BOOST_TEST(r.outcome.pictures.empty());
    BOOST_TEST(r.provenance->threads == 2);
    BOOST_TEST(r.provenance->numerics == "");
  }
  Store store(file, Store::Mode::write);
  ReportInput input;
  input.records = store.records();
  BOOST_TEST(cells_csv(input) == before);
  CellOutcome again = input.records[0].outcome;
  again.series = {{"score@lesion", 0.5, 3, 0.25}};
  again.warnings = {{"said", 2}};
  store.finish("k0", again, store.add_provenance({}));
  const CellRecord r = store.records().at(0);
  BOOST_TEST(r.outcome.series.at(0).value == 0.25);
  BOOST_TEST(r.outcome.warnings.at(0).times == 2);
  BOOST_TEST(r.outcome.macs_per_sample == 640.0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(old_stores)

BOOST_AUTO_TEST_CASE(one_without_pictures) { check_opens("", ""); }

BOOST_AUTO_TEST_CASE(one_without_warnings) {
  check_opens(", pictures BLOB, harms BLOB", ",x'',x''");
}

BOOST_AUTO_TEST_CASE(one_with_warnings_that_were_packed) {
  check_opens(", pictures BLOB, harms BLOB, warnings BLOB", ",x'',x'',x''");
}

// The last version before the rows: every column has something, which a reader sees without writing.
BOOST_AUTO_TEST_CASE(what_was_packed_is_read_and_becomes_rows) {
  const Folder folder;
  const auto file = folder / "results.sqlite";
  execute(
      file,
      tables(", pictures BLOB, harms BLOB, warnings BLOB, weight_writes") +
          fmt::format("INSERT INTO cells VALUES('k0','ok',1,'','log','accuracy','u',"
                      "'{{\"a\":1.5,\"b\":\"nan\"}}', 1,10,-1,100,4, 0.9,0.8,0.75,0.1,2.3,0.5,0.4,"
                      "NULL,1.5,0.5,2.5,1e3,2e3,30,640, x'000000000000e03f',x'',x'{}',x'{}',"
                      "'[[\"lesion\",0.5,3,0.25,2.5,\"\"]]','[[\"said\",2]]',80.5)",
                      testing::kPackedTwoTasks, testing::kPackedPictures));
  const auto check = [&](const Store& store) {
    const CellOutcome o = store.records().at(0).outcome;
    BOOST_TEST(o.curve.size() == 2u);
    BOOST_TEST_REQUIRE(o.series.size() == 6u);
    BOOST_TEST(o.series[0].series == "score_a");
    BOOST_TEST(o.series[4].series == "score@lesion");
    BOOST_TEST(o.series[5].series == "nrmse@lesion");
    BOOST_TEST(o.series[5].value == 2.5);
    BOOST_TEST(o.pictures.at(1).series.at(2) == "two");
    BOOST_TEST(o.warnings.at(0).times == 2);
    BOOST_TEST(o.rule_metrics.at("a") == 1.5);
    BOOST_TEST(std::isnan(o.rule_metrics.at("b")));
    BOOST_TEST(o.repetitions_train.at(0) == 0.5);
    BOOST_TEST(o.weight_writes == 80.5);
    BOOST_TEST(store.finished().size() == 1u);
  };
  const std::string before = bytes_of(file);
  check(Store(file, Store::Mode::read));
  BOOST_TEST((bytes_of(file) == before));
  check(Store(file, Store::Mode::write));
  check(Store(file, Store::Mode::read));
  BOOST_TEST((bytes_of(file) != before));
}

BOOST_AUTO_TEST_CASE(damage_in_what_was_packed_is_refused_and_changes_nothing) {
  const Folder folder;
  const auto file = folder / "results.sqlite";
  execute(file,
          tables("") +
              "INSERT INTO cells(cell_key, status, provenance, curve) VALUES('k0','ok',1,x'09')");
  for (const auto mode : {Store::Mode::read, Store::Mode::write, Store::Mode::read}) {
    try {
      const Store store(file, mode);
      BOOST_ERROR("was accepted");
    } catch (const Error& e) {
      BOOST_TEST(e.reason().find("is damaged") != std::string::npos, e.what());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
