// SPDX-License-Identifier: MIT
//
// A results.sqlite that is not where it was written: copied without its log, in a folder that may
// only be read.
#include <sqlite3.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "core/error.h"
#include "make.h"
#include "reports/store/store.h"

using namespace agon::reports;
using namespace agon::reports::testing;
namespace fs = std::filesystem;

namespace {

// The error of opening this store and reading it, "" when it works.
std::string problem(const fs::path& file) {
  try {
    Store(file, Store::Mode::read).records();
    return "";
  } catch (const agon::Error& e) {
    BOOST_TEST((e.exit() == agon::Exit::io));
    return e.what();
  }
}

void write_cells(Store& store, size_t n) {
  std::vector<PlannedCell> plan;
  for (uint64_t seed = 0; seed < n; ++seed)
    plan.push_back({"accuracy", cell("accuracy", "bp", "xor", seed, .5).id});
  store.set_plan(plan);
  const int64_t provenance = store.add_provenance({});
  for (const PlannedCell& planned : plan)
    store.finish(planned.id.cell_key, CellOutcome{}, provenance);
}

// Root may write anywhere: for the scope, somebody else in a folder that is only to be read.
class ClosedFolder {
 public:
  explicit ClosedFolder(const fs::path& folder) : folder_(folder) {
    fs::permissions(folder_, fs::perms(0555));
    if (geteuid() == 0) dropped_ = seteuid(65534) == 0;
  }
  ~ClosedFolder() {
    if (dropped_ && seteuid(0) != 0) std::abort();
    fs::permissions(folder_, fs::perms(0755));
  }

 private:
  fs::path folder_;
  bool dropped_ = false;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_copy)

BOOST_AUTO_TEST_CASE(a_copy_without_its_log_says_what_is_missing) {
  const Folder folder;
  Store running(folder / "results.sqlite", Store::Mode::write);  // as a killed run leaves it
  write_cells(running, 3);
  fs::create_directory(folder / "copy");
  fs::copy_file(folder / "results.sqlite", folder / "copy/results.sqlite");
  const std::string text = problem(folder / "copy/results.sqlite");
  BOOST_TEST(text.find("results.sqlite-wal") != text.npos, text);
  BOOST_TEST(text.find("copy both files") != text.npos, text);
  fs::copy_file(folder / "results.sqlite-wal", folder / "copy/results.sqlite-wal",
                fs::copy_options::overwrite_existing);
  BOOST_TEST(problem(folder / "copy/results.sqlite") == "");
}

BOOST_AUTO_TEST_CASE(a_file_with_a_part_of_the_results_may_lack_some) {
  const Folder folder;
  {
    Store store(folder / "results.sqlite", Store::Mode::write);
    write_cells(store, 2);
  }
  BOOST_TEST(!Store(folder / "results.sqlite", Store::Mode::read).may_lack_results());
  Store running(folder / "results.sqlite", Store::Mode::write);
  write_cells(running, 3);
  fs::create_directory(folder / "copy");
  fs::copy_file(folder / "results.sqlite", folder / "copy/results.sqlite");
  BOOST_TEST(Store(folder / "copy/results.sqlite", Store::Mode::read).may_lack_results());
}

BOOST_AUTO_TEST_CASE(a_file_in_log_mode_is_read_in_a_closed_folder) {
  const Folder folder;
  fs::create_directory(folder / "copy");
  Store running(folder / "results.sqlite", Store::Mode::write);
  write_cells(running, 2);
  Store(folder / "results.sqlite", Store::Mode::read);
  // Everything in the one file, which stays in log mode because another program had it open.
  {
    sqlite3* db = nullptr;
    BOOST_TEST_REQUIRE(sqlite3_open((folder / "results.sqlite").c_str(), &db) == SQLITE_OK);
    BOOST_TEST(sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", nullptr, nullptr, nullptr) ==
               SQLITE_OK);
    sqlite3_close(db);
  }
  fs::copy_file(folder / "results.sqlite", folder / "copy/results.sqlite");
  fs::permissions(folder.path(), fs::perms(0755));
  const ClosedFolder closed(folder / "copy");
  BOOST_TEST(problem(folder / "copy/results.sqlite") == "");
}

BOOST_AUTO_TEST_CASE(a_log_in_a_closed_folder_is_named) {
  const Folder folder;
  fs::create_directory(folder / "copy");
  Store running(folder / "results.sqlite", Store::Mode::write);
  write_cells(running, 2);
  for (const char* name : {"results.sqlite", "results.sqlite-wal"})
    fs::copy_file(folder / name, (folder / "copy") / name);
  fs::permissions(folder.path(), fs::perms(0755));
  const ClosedFolder closed(folder / "copy");
  const std::string text = problem(folder / "copy/results.sqlite");
  BOOST_TEST(text.find("results.sqlite-wal") != text.npos, text);
  BOOST_TEST(text.find("copy both files") != text.npos, text);
}

BOOST_AUTO_TEST_SUITE_END()
