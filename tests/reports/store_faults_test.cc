// SPDX-License-Identifier: MIT
//
// Kills, second writers, full disks and files that are no results.
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>

#include "core/error.h"
#include "reports/store/store.h"
#include "tests/reports/make.h"

namespace agon::reports {
namespace {

using testing::cell;
using testing::Folder;

std::vector<PlannedCell> plan_of(uint64_t cells) {
  std::vector<PlannedCell> plan;
  for (uint64_t i = 0; i < cells; ++i)
    plan.push_back({"accuracy", cell("accuracy", "bp", "xor", i, 1).id});
  return plan;
}

size_t lines(const std::string& text) {
  return static_cast<size_t>(std::ranges::count(text, '\n')) + 1;
}

// Opens and expects an error that names the file, the reason and a fix in at most 4 lines.
void check_refused(const std::filesystem::path& file, Store::Mode mode, const std::string& reason) {
  BOOST_TEST_CONTEXT(file << " " << reason) {
    try {
      const Store store(file, mode);
      (void)store.records();
      BOOST_ERROR("was accepted");
    } catch (const Error& e) {
      BOOST_TEST((e.exit() == Exit::io));
      BOOST_TEST(e.thing() == file.string());
      BOOST_TEST(e.reason().find(reason) != std::string::npos, e.what());
      BOOST_TEST(!e.fix().empty());
      BOOST_TEST(lines(e.what()) <= 4u);
    }
  }
}

void execute(const std::filesystem::path& file, const char* sql) {
  sqlite3* db = nullptr;
  BOOST_TEST_REQUIRE(sqlite3_open(file.c_str(), &db) == SQLITE_OK);
  BOOST_TEST_REQUIRE(sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK,
                     sqlite3_errmsg(db));
  sqlite3_close(db);
}

void overwrite(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

std::filesystem::path small_store(const Folder& folder, uint64_t cells = 50, bool drawn = false) {
  const auto file = folder / "results.sqlite";
  Store store(file, Store::Mode::write);
  const auto plan = plan_of(cells);
  store.set_plan(plan);
  const int64_t provenance = store.add_provenance({});
  CellOutcome outcome = cell("accuracy", "bp", "xor", 0, 1).outcome;
  if (drawn) outcome.pictures = {{"k", "t", "c", "r", "v", 1, 1, {2.0f}}};
  for (const PlannedCell& p : plan) store.finish(p.id.cell_key, outcome, provenance);
  return file;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_faults)

// A child writes cells and tells each one that finish() has returned for; it is killed at many
// moments.
BOOST_AUTO_TEST_CASE(a_kill_loses_no_finished_cell) {
  const Folder folder;
  const auto file = folder / "results.sqlite";
  constexpr uint64_t kCells = 100'000;
  constexpr int kKills = 12;
  uint64_t done = 0;
  Store(file, Store::Mode::write).set_plan(plan_of(20));
  for (int kill_count = 0; kill_count < kKills; ++kill_count) {
    int ends[2];
    BOOST_TEST_REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    BOOST_TEST_REQUIRE(child >= 0);
    if (child == 0) {
      ::close(ends[0]);
      try {
        Store store(file, Store::Mode::write);
        const int64_t provenance = store.add_provenance({});
        const CellOutcome outcome = cell("accuracy", "bp", "xor", 0, 1).outcome;
        for (uint64_t i = done; i < kCells; ++i) {
          store.finish("cell " + std::to_string(i), outcome, provenance);
          if (::write(ends[1], "x", 1) != 1) break;
        }
      } catch (const std::exception&) {
      }
      ::_exit(0);
    }
    ::close(ends[1]);
    // Kill after a different number of finished cells each time, in the middle of the next one.
    const uint64_t enough = 1 + static_cast<uint64_t>(kill_count * 37 % 101);
    uint64_t told = 0;
    char bytes[64];
    for (ssize_t n = 1; n > 0;) {
      n = ::read(ends[0], bytes, sizeof bytes);
      if (n > 0) told += static_cast<uint64_t>(n);
      if (told >= enough) ::kill(child, SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ::close(ends[0]);
    BOOST_TEST(WIFSIGNALED(status));

    const Store store(file, Store::Mode::read);
    const auto finished = store.finished();
    done += told;
    for (uint64_t i = 0; i < done; ++i) {
      if (!finished.contains("cell " + std::to_string(i))) BOOST_ERROR("lost cell " << i);
    }
    BOOST_TEST(finished.size() <= done + 1);  // one may have been written and not yet told
    done = finished.size();
    BOOST_TEST(store.planned().size() == 20u);
  }
  // The killed writers left no lock that would refuse the next one.
  Store(file, Store::Mode::write).set_plan(plan_of(1));
}

BOOST_AUTO_TEST_CASE(a_second_writer_is_refused_and_a_reader_is_not) {
  const Folder folder;
  const auto file = folder / "results.sqlite";
  {
    const Store writer(file, Store::Mode::write);
    check_refused(file, Store::Mode::write, "is writing this run");
    check_refused(file, Store::Mode::write, std::to_string(::getpid()));
    BOOST_TEST(Store(file, Store::Mode::read).finished().empty());
  }
  Store(file, Store::Mode::write).set_plan(plan_of(1));
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_an_error_and_earlier_cells_stay) {
  const Folder folder;
  const auto file = folder / "results.sqlite";
  const auto plan = plan_of(1000);
  struct rlimit unlimited {};
  BOOST_TEST_REQUIRE(::getrlimit(RLIMIT_FSIZE, &unlimited) == 0);
  auto* const before = ::signal(SIGXFSZ, SIG_IGN);
  CellOutcome big = cell("accuracy", "bp", "xor", 0, 1).outcome;
  big.log_tail.assign(20'000, 'x');
  size_t finished = 0;
  std::string message;
  {
    Store store(file, Store::Mode::write);
    store.set_plan(plan);
    const int64_t provenance = store.add_provenance({});
    const struct rlimit small { rlim_t{1} << 20, unlimited.rlim_max };
    BOOST_TEST_REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    try {
      for (; finished < plan.size(); ++finished)
        store.finish(plan[finished].id.cell_key, big, provenance);
    } catch (const Error& e) {
      message = e.what();
      BOOST_TEST((e.exit() == Exit::io));
      BOOST_TEST(e.thing() == file.string());
      BOOST_TEST(!e.fix().empty());
      BOOST_TEST(lines(e.what()) <= 4u);
    }
    BOOST_TEST(finished > 5u);
    BOOST_TEST(finished < plan.size());
    // The same store reads on, and stays usable once there is room.
    BOOST_TEST(store.records().size() == finished);
    ::setrlimit(RLIMIT_FSIZE, &unlimited);
    store.finish(plan[finished].id.cell_key, big, provenance);
    BOOST_TEST(store.records().size() == finished + 1);
  }
  ::signal(SIGXFSZ, before);
  BOOST_TEST_MESSAGE(message);
  BOOST_TEST(Store(file, Store::Mode::read).records().size() == finished + 1);
}

BOOST_AUTO_TEST_CASE(files_that_are_no_results_are_refused) {
  const Folder folder;
  check_refused(folder / "absent.sqlite", Store::Mode::read, "does not exist");

  overwrite(folder / "text.sqlite", std::string(5000, 'x'));
  check_refused(folder / "text.sqlite", Store::Mode::read, "not an SQLite database");
  check_refused(folder / "text.sqlite", Store::Mode::write, "not an SQLite database");

  overwrite(folder / "empty.sqlite", "");
  check_refused(folder / "empty.sqlite", Store::Mode::read, "holds no results");

  execute(folder / "other.sqlite", "CREATE TABLE notes(text)");
  check_refused(folder / "other.sqlite", Store::Mode::read, "of another program");
  check_refused(folder / "other.sqlite", Store::Mode::write, "of another program");

  const Folder newer;
  const auto file = small_store(newer);
  execute(file, "PRAGMA user_version=99");
  check_refused(file, Store::Mode::read, "schema version 99");
  check_refused(file, Store::Mode::write, "schema version 99");

  std::filesystem::create_directory(folder / "folder.sqlite");
  check_refused(folder / "folder.sqlite", Store::Mode::read, "folder");
  try {
    const Store store(folder / "absent" / "results.sqlite", Store::Mode::write);
    BOOST_ERROR("was accepted");
  } catch (const Error& e) {
    BOOST_TEST((e.exit() == Exit::io));
    BOOST_TEST(e.reason().find("No such file") != std::string::npos, e.what());
  }
}

BOOST_AUTO_TEST_CASE(damage_is_an_error_not_a_crash) {
  std::string intact;
  {
    const Folder folder;
    const auto file = small_store(folder);
    std::ifstream in(file, std::ios::binary);
    intact.assign(std::istreambuf_iterator<char>(in), {});
  }
  // Cut short, and every page overwritten in turn: an error or all rows, never anything else.
  const Folder folder;
  const auto file = folder / "results.sqlite";
  size_t refused = 0;
  const auto attempt = [&](const std::string& bytes) {
    overwrite(file, bytes);
    try {
      const Store store(file, Store::Mode::read);
      (void)store.records();
      (void)store.finished();
      (void)store.run();
    } catch (const Error& e) {
      BOOST_TEST((e.exit() == Exit::io));
      BOOST_TEST(lines(e.what()) <= 4u);
      ++refused;
    }
  };
  for (size_t size = 1; size < intact.size(); size += 1500) attempt(intact.substr(0, size));
  const size_t cuts = refused;
  BOOST_TEST(cuts > 0u);
  for (size_t page = 0; page < intact.size(); page += 4096) {
    std::string bytes = intact;
    std::fill_n(bytes.begin() + static_cast<ptrdiff_t>(page), 2048, '\x5a');
    attempt(bytes);
  }
  BOOST_TEST(refused > cuts);

  // Tables that are in order, with content no Agon wrote.
  const Folder strange;
  for (const char* sql : {"UPDATE cells SET status='fine'", "UPDATE picture SET numbers=x'010203'",
                          "UPDATE picture SET names='[1]'", "UPDATE picture SET names='no json'",
                          "UPDATE plan SET rule=77", "UPDATE cells SET provenance=77",
                          "UPDATE provenance SET value='no json'"}) {
    const auto store = small_store(strange, 50, true);
    execute(store, sql);
    check_refused(store, Store::Mode::read, "is damaged");
    std::filesystem::remove(store);
  }
}

// As an agon wrote it that knew less: columns and tables are not there.
BOOST_AUTO_TEST_CASE(a_store_without_late_columns_is_read_and_resumed) {
  const std::string writes = "ALTER TABLE cells DROP COLUMN weight_writes;",
                    reasons = writes + "ALTER TABLE series DROP COLUMN reason;";
  for (const std::string& sql : {writes, reasons, reasons + "DROP TABLE picture"}) {
    const Folder folder;
    const auto file = small_store(folder, 2);
    execute(file, sql.c_str());
    BOOST_TEST(Store(file, Store::Mode::read).records().size() == 2u);
    CellOutcome outcome = cell("accuracy", "bp", "xor", 0, 1).outcome;
    outcome.pictures = {{"k", "t", "c", "r", "v", 1, 1, {2.0f}}};
    outcome.series = {{"score@lesion", 0.5, 3, 0.9, "none"}};
    outcome.weight_writes = 7;
    const std::string key = plan_of(2).at(1).id.cell_key;
    {
      Store store(file, Store::Mode::write);
      BOOST_TEST(store.records().size() == 2u);
      store.finish(key, outcome, store.add_provenance({}));
    }
    const auto records = Store(file, Store::Mode::read).records();
    BOOST_TEST_REQUIRE(records.size() == 2u);
    BOOST_TEST(std::isnan(records[0].outcome.weight_writes));
    BOOST_TEST(records[0].outcome.series.empty());
    BOOST_TEST(records[1].outcome.weight_writes == 7);
    BOOST_TEST(records[1].outcome.pictures.size() == 1u);
    BOOST_TEST_REQUIRE(records[1].outcome.series.size() == 1u);
    BOOST_TEST(records[1].outcome.series[0].reason == "none");
    const auto brief = Store(file, Store::Mode::read).records(false);
    BOOST_TEST(brief.at(1).outcome.pictures.empty());
    BOOST_TEST(brief.at(1).outcome.series.empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
