// SPDX-License-Identifier: MIT
//
// What happens to a run's folder between a kill and the next command, or while a run goes on: the same
// command ends with the results of an undisturbed run, or says what is wrong and harms nothing.
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "core/sanitized.h"
#include "tests/faults/suites.h"
#include "tests/support/processes.h"
#include "tests/support/results.h"

using namespace agon::test;
namespace fs = std::filesystem;

namespace {

// Long enough that a kill meets it in its middle.
const std::string kSuite = small_suite("\"linear[epochs=30]\", \"elm\", \"bp[epochs=100]\"", 300);
const std::string kBriefSuite = small_suite("\"linear[epochs=30]\", \"elm\"", 20);
const std::string kRun = kAgon + "run suite.toml -j 2 --timeout 3 ";

std::string results_of(const std::string& suite) {
  TemporaryFolder folder;
  folder.write("suite.toml", suite);
  BOOST_TEST_REQUIRE(run(folder, kRun + "-o out").code == 0);
  return result_bytes(folder / "out/cells.csv");
}
const std::string& expected() {
  static const std::string bytes = results_of(kSuite);
  return bytes;
}
const std::string& expected_brief() {
  static const std::string bytes = results_of(kBriefSuite);
  return bytes;
}

// A run that goes on, when some of its cells are there.
pid_t begun_run(const TemporaryFolder& folder, const std::string& command = kRun + "-o out",
                const std::string& place = "out") {
  folder.write("suite.toml", kSuite);
  const pid_t agon = start(folder, command);
  BOOST_TEST_REQUIRE(soon([&] { return finished_cells(folder / place) >= 5; }, 60000));
  return agon;
}

int end_of(pid_t agon) {
  int status = 0;
  waitpid(agon, &status, 0);
  return status;
}

void killed_run(const TemporaryFolder& folder) {
  const pid_t agon = begun_run(folder);
  kill(agon, SIGKILL);
  BOOST_TEST_REQUIRE(WIFSIGNALED(end_of(agon)), "it was faster than the kill");
}

void check_completes(const TemporaryFolder& folder, const std::string& wanted,
                     const std::string& place = "out", const std::string& with = "") {
  const Ran ran = run(folder, with + kRun + "-o " + place);
  BOOST_TEST(ran.code == 0, ran.err);
  BOOST_TEST((result_bytes(folder / (place + "/cells.csv")) == wanted));
}

// Mounts for the life of the object; false for who may not.
class Mounted {
 public:
  Mounted(const fs::path& place, const char* type, unsigned long flags, const std::string& options)
      : place_(place), there_(mount(type, place.c_str(), type, flags, options.c_str()) == 0) {}
  ~Mounted() {
    if (there_) umount2(place_.c_str(), MNT_DETACH);
  }
  Mounted(const Mounted&) = delete;
  Mounted& operator=(const Mounted&) = delete;
  explicit operator bool() const { return there_; }
  bool again(unsigned long flags, const std::string& options) const {
    return mount(nullptr, place_.c_str(), nullptr, MS_REMOUNT | flags, options.c_str()) == 0;
  }

 private:
  fs::path place_;
  bool there_;
};

uint64_t bytes_below(const fs::path& folder) {
  uint64_t bytes = 0;
  for (const auto& entry : fs::directory_iterator(folder)) bytes += entry.file_size();
  return bytes;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_log_that_was_cut_short_costs_the_cells_behind_the_cut) {
  for (const double share : {0.0, 0.3, 0.7, 0.99}) {
    TemporaryFolder folder;
    killed_run(folder);
    const fs::path log = folder / "out/results.sqlite-wal";
    BOOST_TEST_REQUIRE(fs::exists(log));
    const size_t before = finished_cells(folder / "out");
    fs::resize_file(log, static_cast<uintmax_t>(share * static_cast<double>(fs::file_size(log))));
    BOOST_TEST(finished_cells(folder / "out") <= before);
    BOOST_TEST_CONTEXT(share) check_completes(folder, expected());
  }
}

BOOST_AUTO_TEST_CASE(a_damaged_page_is_named_and_the_file_is_kept) {
  TemporaryFolder folder;
  folder.write("suite.toml", kBriefSuite);
  BOOST_TEST_REQUIRE(run(folder, kRun + "-o out").code == 0);
  const std::string sound = read_file(folder / "out/results.sqlite");
  size_t named = 0;
  for (size_t page = 0; page < sound.size() / 4096; page += 2) {
    BOOST_TEST_CONTEXT("page " << page) {
      std::string bytes = sound;
      bytes.replace(page * 4096, 512, std::string(512, '\xa5'));
      folder.write("out/results.sqlite", bytes);
      const Ran ran = run(folder, kRun + "-o out");
      if (ran.code == 0) {  // a page that nothing reads: of an index, or free
        BOOST_TEST((result_bytes(folder / "out/cells.csv") == expected_brief()));
        continue;
      }
      ++named;
      BOOST_TEST(ran.code == 6, ran.err);
      BOOST_TEST(ran.err.find("out/results.sqlite") != std::string::npos, ran.err);
      BOOST_TEST((read_file(folder / "out/results.sqlite").size() == sound.size()));
    }
  }
  BOOST_TEST(named > 3u);
  folder.write("out/results.sqlite", sound);
  check_completes(folder, expected_brief());
}

BOOST_AUTO_TEST_CASE(a_store_that_another_program_holds_for_10_s_is_waited_for) {
  TemporaryFolder folder;
  const pid_t agon = begun_run(folder);
  sqlite3* other = nullptr;
  BOOST_TEST_REQUIRE(sqlite3_open((folder / "out/results.sqlite").c_str(), &other) == SQLITE_OK);
  sqlite3_busy_timeout(other, 10000);
  BOOST_TEST_REQUIRE(sqlite3_exec(other, "begin immediate", nullptr, nullptr, nullptr) ==
                     SQLITE_OK);
  const size_t before = finished_cells(folder / "out");
  std::this_thread::sleep_for(std::chrono::seconds(10));
  BOOST_TEST(finished_cells(folder / "out") == before);
  BOOST_TEST(alive(agon));
  sqlite3_exec(other, "rollback", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  const int status = end_of(agon);
  BOOST_TEST((WIFEXITED(status) && WEXITSTATUS(status) == 0), read_file(folder / "log"));
  BOOST_TEST((result_bytes(folder / "out/cells.csv") == expected()));
}

BOOST_AUTO_TEST_CASE(a_disk_that_is_full_at_any_stage_loses_no_finished_cell) {
  TemporaryFolder whole;
  whole.write("suite.toml", kBriefSuite);
  BOOST_TEST_REQUIRE(run(whole, kRun + "-o out").code == 0);
  const auto needed = static_cast<double>(bytes_below(whole / "out"));
  int full = 0;
  for (const double share : {0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8, 0.95, 1.2}) {
    TemporaryFolder folder;
    folder.write("suite.toml", kBriefSuite);
    fs::create_directory(folder / "small");
    const Mounted small(folder / "small", "tmpfs", 0,
                        fmt::format("size={}", static_cast<uint64_t>(share * needed)));
    if (!small) {
      BOOST_TEST_MESSAGE("skipped: no right to mount a small tmpfs");
      return;
    }
    BOOST_TEST_CONTEXT(share) {
      const Ran ran = run(folder, kRun + "-o small/out");
      BOOST_TEST((ran.code == 6 || ran.code == 0), ran.code << " " << ran.err);
      if (ran.code == 6) BOOST_TEST(ran.err.find("small/out") != std::string::npos, ran.err);
      full += ran.code == 6 ? 1 : 0;
      const size_t finished = finished_cells(folder / "small/out");
      BOOST_TEST_REQUIRE(small.again(0, "size=64m"));
      BOOST_TEST(finished_cells(folder / "small/out") == finished);
      check_completes(folder, expected_brief(), "small/out");
    }
  }
  BOOST_TEST(full >= 8);
}

BOOST_AUTO_TEST_CASE(a_folder_that_may_not_be_written_is_refused_and_kept) {
  TemporaryFolder folder;
  killed_run(folder);
  const fs::path out = folder / "out";
  const size_t before = finished_cells(out);
  const auto refused = [&] {
    const Ran ran = run(folder, kRun + "-o out");
    BOOST_TEST(ran.code == 6, ran.err);
    BOOST_TEST(ran.err.find("out") != std::string::npos, ran.err);
    BOOST_TEST(lines(ran.err).size() <= 4u, ran.err);
  };
  if (geteuid() != 0) {  // who is not root is held by the folder's mode
    chmod(out.c_str(), 0555);
    refused();
    chmod(out.c_str(), 0755);
  } else if (mount(out.c_str(), out.c_str(), nullptr, MS_BIND, nullptr) == 0) {
    mount(nullptr, out.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr);
    refused();
    umount2(out.c_str(), MNT_DETACH);
  } else {
    BOOST_TEST_MESSAGE("skipped: no right to mount a folder read-only");
  }
  BOOST_TEST(finished_cells(out) == before);
  check_completes(folder, expected());
}

BOOST_AUTO_TEST_CASE(a_second_agon_on_the_same_run_is_refused_and_harms_nothing) {
  TemporaryFolder folder;
  const pid_t first = begun_run(folder);
  const Ran second = run(folder, kRun + "-o out");
  BOOST_TEST(second.code == 6, second.err);
  BOOST_TEST(second.err.find("another agon") != std::string::npos, second.err);
  BOOST_TEST(second.err.find(std::to_string(first)) != std::string::npos, second.err);
  const int status = end_of(first);
  BOOST_TEST((WIFEXITED(status) && WEXITSTATUS(status) == 0), read_file(folder / "log"));
  BOOST_TEST((result_bytes(folder / "out/cells.csv") == expected()));
}

// Between two commands, and in the middle of one.
BOOST_AUTO_TEST_CASE(a_clock_that_is_set_back_changes_nothing) {
  if (agon::core::kSanitized) {
    BOOST_TEST_MESSAGE("skipped: a sanitizer's runtime wants to be loaded first");
    return;
  }
  const std::string year = std::to_string(366 * 24 * 3600);
  const std::string back = fmt::format("LD_PRELOAD='{}' AGON_TEST_CLOCK_BACK_S={} ",
                                       std::getenv("AGON_TEST_CLOCK"), year);
  const auto years = [](const TemporaryFolder& folder) {
    const Table cells(folder / "out/cells.csv");
    std::set<std::string> found;
    for (size_t r = 0; r < cells.size(); ++r) found.insert(cells.at(r, "utc").substr(0, 4));
    return found.size();
  };
  {
    TemporaryFolder folder;
    killed_run(folder);
    check_completes(folder, expected(), "out", back);
    BOOST_TEST(years(folder) == 2u);  // or the clock was not set back
  }
  {
    TemporaryFolder folder;
    const pid_t agon = begun_run(folder, "env AGON_TEST_CLOCK_SIGN='" + (folder / "now").string() +
                                             "' " + back + kRun + "-o out");
    folder.write("now", "");
    const int status = end_of(agon);
    BOOST_TEST((WIFEXITED(status) && WEXITSTATUS(status) == 0), read_file(folder / "log"));
    BOOST_TEST((result_bytes(folder / "out/cells.csv") == expected()));
    BOOST_TEST(years(folder) == 2u);
  }
  // A run without -o is found again, though its name is of a later time.
  TemporaryFolder folder;
  const std::string place = "runs/latest";
  const pid_t agon = begun_run(folder, kRun, place);
  kill(agon, SIGKILL);
  end_of(agon);
  const Ran ran = run(folder, back + kRun);
  BOOST_TEST(ran.code == 0, ran.err);
  BOOST_TEST(ran.err.find("resuming") != std::string::npos, ran.err);
  BOOST_TEST((result_bytes(folder / (place + "/cells.csv")) == expected()));
}

BOOST_AUTO_TEST_CASE(a_stopped_agon_goes_on_where_it_was) {
  TemporaryFolder folder;
  const pid_t agon = begun_run(folder);
  for (int i = 0; i < 2; ++i) {
    kill(agon, SIGSTOP);
    std::this_thread::sleep_for(std::chrono::milliseconds(3500));  // longer than a cell may take
    kill(agon, SIGCONT);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  const int status = end_of(agon);
  BOOST_TEST((WIFEXITED(status) && WEXITSTATUS(status) == 0), read_file(folder / "log"));
  BOOST_TEST((result_bytes(folder / "out/cells.csv") == expected()));
}

// Killed while it is stopped: nobody is left who could wake the workers.
BOOST_AUTO_TEST_CASE(nothing_lives_a_second_after_a_stopped_agon_is_killed) {
  TemporaryFolder folder;
  const pid_t agon = begun_run(folder);
  kill(agon, SIGSTOP);
  const std::vector<pid_t> workers = below(agon);
  for (const pid_t worker : workers) kill(worker, SIGSTOP);
  // The kernel wakes whom agon leaves behind if they stand by then, not if they are about to.
  const auto stand = [&] {
    return std::ranges::none_of(processes(), [&](const Process& p) {
      return std::ranges::count(workers, p.pid) > 0 && p.state != 'T' && p.state != 'Z';
    });
  };
  BOOST_TEST(soon(stand, a_second()));
  BOOST_TEST(!marked_by(agon).empty());
  kill(agon, SIGKILL);
  end_of(agon);
  BOOST_TEST(outliving(agon) == "");
  check_completes(folder, expected());
}
