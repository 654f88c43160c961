// SPDX-License-Identifier: MIT
//
// What rules warned of, from the outcome to the store and back.
#include <sqlite3.h>

#include <boost/test/unit_test.hpp>

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
  execute(file,
          "DROP TABLE warning");  // as an agon wrote it that knew none
  BOOST_TEST(Store(file, Store::Mode::read).records().at(0).outcome.warnings.empty());
  Store again(file, Store::Mode::write);
  again.finish(record.id.cell_key, record.outcome, again.add_provenance({}));
  BOOST_TEST(again.records().at(0).outcome.warnings.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::reports
