// SPDX-License-Identifier: MIT
//
// What rules warned of, from the outcome to the store and back.
#include <sqlite3.h>

#include <boost/test/unit_test.hpp>

#include "reports/store/codec.h"
#include "reports/store/store.h"
#include "tests/reports/make.h"

namespace agon::reports {
namespace {

using testing::cell;
using testing::Folder;

void execute(const std::filesystem::path& file, const char* sql) {
  sqlite3* db = nullptr;
  BOOST_REQUIRE(sqlite3_open(file.c_str(), &db) == SQLITE_OK);
  BOOST_TEST(sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(db);
}

BOOST_AUTO_TEST_SUITE(warnings)

BOOST_AUTO_TEST_CASE(they_round_trip_and_damage_is_refused) {
  const std::vector<Warning> said{{"once, with \"quotes\"\nand a line", 1}, {"often", 7}};
  const std::string text = encode_warnings(said);
  const auto read = decode_warnings(text);
  BOOST_TEST_REQUIRE(read.size() == 2u);
  BOOST_TEST(read[0].text == said[0].text);
  BOOST_TEST(read[1].times == 7);
  BOOST_TEST(encode_warnings({}).empty());
  BOOST_TEST(decode_warnings("").empty());
  for (size_t n = 1; n < text.size(); ++n) {
    BOOST_CHECK_THROW(decode_warnings(std::string_view(text).substr(0, n)), std::runtime_error);
  }
  for (const char* other : {"{}", "[1]", "[[\"x\"]]", "[[1,2]]", "[[\"x\",\"y\"]]"}) {
    BOOST_CHECK_THROW(decode_warnings(other), std::runtime_error);
  }
}

BOOST_AUTO_TEST_CASE(the_store_keeps_them_and_reads_one_without) {
  const Folder folder;
  const auto file = folder / "results.sqlite";
  CellRecord record = cell("accuracy", "bp", "digits", 0, 0.5);
  record.outcome.warnings = {{"learning overshoots", 3}};
  {
    Store store(file, Store::Mode::write);
    store.set_plan(std::vector<PlannedCell>{{record.study, record.id}});
    store.finish(record.id.cell_key, record.outcome, store.add_provenance({}));
  }
  {
    const Store store(file, Store::Mode::read);
    BOOST_TEST_REQUIRE(store.records().size() == 1u);
    BOOST_TEST_REQUIRE(store.records()[0].outcome.warnings.size() == 1u);
    BOOST_TEST(store.records()[0].outcome.warnings[0].text == "learning overshoots");
    BOOST_TEST(store.records()[0].outcome.warnings[0].times == 3);
  }
  execute(
      file,
      "DROP VIEW results; ALTER TABLE cells DROP COLUMN warnings");  // as an older agon wrote it
  BOOST_TEST(Store(file, Store::Mode::read).records().at(0).outcome.warnings.empty());
  Store again(file, Store::Mode::write);
  again.finish(record.id.cell_key, record.outcome, again.add_provenance({}));
  BOOST_TEST(again.records().at(0).outcome.warnings.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::reports
