// SPDX-License-Identifier: MIT
//
// Folders, links, FIFOs and foreign files where agon writes or reads: nobody's file is written
// over, nothing hangs, and a run has a folder of its own.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "core/sanitized.h"
#include "tests/faults/suites.h"
#include "tests/support/shell.h"

using namespace agon::test;
namespace fs = std::filesystem;

namespace {

const std::string kSuite = small_suite("\"linear[epochs=2]\"");
const std::string kRun = kAgon + "run suite.toml ";

void check(const Ran& ran, int code, const std::vector<std::string>& parts = {}) {
  BOOST_TEST(ran.code == code, ran.code << " instead of " << code << ": " << ran.err);
  for (const std::string& part : parts)
    BOOST_TEST(ran.err.find(part) != std::string::npos, part << " not in: " << ran.err);
}

std::vector<fs::path> runs_in(const TemporaryFolder& folder) {
  std::vector<fs::path> runs;
  for (const auto& entry : fs::directory_iterator(folder / "runs")) {
    if (entry.is_directory() && !entry.is_symlink()) runs.push_back(entry.path());
  }
  return runs;
}

void set_complete(const fs::path& run, bool complete) {
  nlohmann::json info = nlohmann::json::parse(read_file(run / "run.json"));
  info["complete"] = complete;
  std::ofstream(run / "run.json") << info.dump();
}

}  // namespace

BOOST_AUTO_TEST_CASE(runs_that_start_at_once_have_a_folder_each) {
  TemporaryFolder folder;
  folder.write("suite.toml", kSuite);
  const Ran ran = run(folder, "for i in 1 2 3 4 5 6; do { " + kRun +
                                  "-j 1 >log$i 2>&1; echo $? >code$i; } & done; wait; cat code?");
  BOOST_TEST(ran.out == "0\n0\n0\n0\n0\n0\n", ran.out << read_file(folder / "log1"));
  BOOST_TEST(runs_in(folder).size() == 6u);
  for (const fs::path& one : runs_in(folder)) BOOST_TEST(fs::exists(one / "report.html"), one);
}

BOOST_AUTO_TEST_CASE(a_command_finds_its_run_by_its_signature_and_not_by_the_newest_name) {
  TemporaryFolder folder;
  folder.write("suite.toml", kSuite);
  check(run(folder, kRun), 0);
  BOOST_TEST_REQUIRE(runs_in(folder).size() == 1u);
  const fs::path mine = runs_in(folder).front(), later = folder / "runs/mine-20990101-000000";
  fs::copy(mine, later, fs::copy_options::recursive);  // complete, made by a clock that was ahead
  set_complete(mine, false);
  const Ran dry = run(folder, kRun + "--dry-run");
  BOOST_TEST(dry.out.find("to run: 0 cells") != std::string::npos, dry.out);
  const Ran again = run(folder, kRun);
  check(again, 0);
  BOOST_TEST(again.out.find("(0 ran now") != std::string::npos, again.out);
  BOOST_TEST(again.out.find(mine.filename().string()) != std::string::npos, again.out);
  // Another command makes a run of its own.
  set_complete(mine, false);
  check(run(folder, kRun + "--seed 5"), 0);
  BOOST_TEST(runs_in(folder).size() == 3u);
}

BOOST_AUTO_TEST_CASE(foreign_files_among_the_runs_are_no_runs) {
  TemporaryFolder folder;
  folder.write("suite.toml", kSuite);
  const std::vector<std::string> foreign{"{\"signature\": 5}",
                                         "{\"signature\": \"x\", \"complete\": \"no\"}",
                                         "[1]",
                                         "null",
                                         "{",
                                         "",
                                         std::string(100000, '[')};
  for (size_t i = 0; i < foreign.size(); ++i) {
    fs::create_directories(folder / fmt::format("runs/mine-{}", i));
    folder.write(fmt::format("runs/mine-{}/run.json", i), foreign[i]);
  }
  fs::create_directories(folder / "runs/mine-folder/run.json");
  fs::create_directories(folder / "runs/mine-fifo");
  BOOST_TEST_REQUIRE(mkfifo((folder / "runs/mine-fifo/run.json").c_str(), 0600) == 0);
  check(run(folder, "timeout 60 " + kRun), 0);
}

BOOST_AUTO_TEST_CASE(links_are_not_written_through) {
  TemporaryFolder folder;
  folder.write("suite.toml", kSuite);
  folder.write("precious", "somebody's notes\n");
  fs::create_directory(folder / "out");
  fs::create_symlink("../precious", folder / "out/results.sqlite.lock");
  check(run(folder, kRun + "-o out"), 6, {"results.sqlite.lock", "remove it"});
  fs::remove(folder / "out/results.sqlite.lock");
  for (const char* name : {"run.json", "run.json.tmp", "cells.csv", "report.html", "summary.csv",
                           "claims.csv", ".agon-probe"}) {
    fs::remove(folder.path() / "out" / name);
    fs::create_symlink("../precious", folder.path() / "out" / name);
  }
  check(run(folder, kRun + "-o out"), 0);
  BOOST_TEST(read_file(folder / "precious") == "somebody's notes\n");
  BOOST_TEST(!fs::is_symlink(folder / "out/report.html"));
}

BOOST_AUTO_TEST_CASE(what_a_killed_writer_left_is_cleared_and_a_living_one_is_not) {
  TemporaryFolder folder;
  folder.write("suite.toml", kSuite);
  check(run(folder, kRun + "-o out"), 0);
  for (const char* name : {"report.html.tmp99999", "cells.csv.tmp1", "run.json.tmp12",
                           "report.html.tmpx", "report.html.tmp4"}) {
    folder.write(std::string("out/") + name, "half");
  }
  const Ran ran = run(folder, "exec 8<out/report.html.tmp4; flock 8; " + kRun + "-o out");
  check(ran, 0);
  for (const char* name : {"report.html.tmp99999", "cells.csv.tmp1", "run.json.tmp12"}) {
    BOOST_TEST(!fs::exists(folder.path() / "out" / name), name);
  }
  BOOST_TEST(fs::exists(folder / "out/report.html.tmpx"));  // somebody else's
  BOOST_TEST(fs::exists(folder / "out/report.html.tmp4"));
  for (const auto& entry : fs::directory_iterator(folder / "out")) {
    BOOST_TEST(entry.path().filename().string().find(".tmp" + std::to_string(getpid())) ==
               std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_run_whose_folder_or_store_is_taken_away_says_so) {
  const std::string wait = " & until [ -e out/run.json ]; do sleep 0.01; done; ";
  // Replaced by another file, removed, and the folder with it.
  for (const char* harm : {"rm out/results.sqlite", "mv out elsewhere", "rm -r out",
                           "cp out/results.sqlite out/copy; mv out/copy out/results.sqlite"}) {
    BOOST_TEST_CONTEXT(harm) {
      TemporaryFolder folder;
      folder.write("suite.toml", small_suite("\"fault-polite-loop\", \"linear[epochs=2]\""));
      const Ran ran = run(
          folder, kRun + kPlugins + "--timeout 2 -j 1 -o out" + wait + harm + "; wait $!; exit $?");
      check(ran, 6, {"out/results.sqlite", "removed or replaced while the run went on"});
      BOOST_TEST(fs::exists(folder / "out/report.html"));
      BOOST_TEST(Table(folder / "out/cells.csv").size() == 2u);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_regular_file_is_refused_and_never_waited_for) {
  TemporaryFolder folder;
  folder.write("suite.toml", kSuite);
  const std::string limit = "timeout 60 " + kAgon;
  check(run(folder, limit + "run ."), 2, {"a folder, not a regular file"});
  BOOST_TEST_REQUIRE(mkfifo((folder / "fifo").c_str(), 0600) == 0);
  check(run(folder, limit + "run fifo"), 2, {"a FIFO, not a regular file"});
  check(run(folder, limit + "run /dev/zero"), 2, {"a device, not a regular file"});
  fs::create_directory(folder / "out");
  fs::rename(folder / "fifo", folder / "out/results.sqlite");
  check(run(folder, limit + "run suite.toml -o out"), 6, {"results.sqlite", "no regular file"});
  check(run(folder, limit + "report out"), 6, {"results.sqlite", "no regular file"});
  fs::rename(folder / "out/results.sqlite", folder / "fifo.agon.so");
  const Ran plugin = run(folder, limit + "list rules --plugin fifo.agon.so");
  BOOST_TEST(plugin.code != 124);
  BOOST_TEST(plugin.err.find("fifo.agon.so: a FIFO, not a regular file") != std::string::npos,
             plugin.err);
  // A plugin file of three gigabytes of nothing.
  check(run(folder, "truncate -s 3G huge.agon.so; " + limit + "list rules --plugin huge.agon.so"),
        4, {"huge.agon.so", "3221225472 bytes, at most"});
  // Among the data files.
  fs::create_directories(folder / "data/mnist");
  for (const char* name :
       {"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz"}) {
    folder.write(std::string("data/mnist/") + name, "\x1f\x8b\x08");
  }
  BOOST_TEST_REQUIRE(mkfifo((folder / "data/mnist/t10k-labels-idx1-ubyte.gz").c_str(), 0600) == 0);
  check(run(folder,
            limit + "run quick -t mnist -r linear --study accuracy -s 1 --data data -o data-out"),
        3, {"t10k-labels-idx1-ubyte.gz", "a FIFO, not a regular file"});
}

BOOST_AUTO_TEST_CASE(a_folder_has_one_name_however_it_is_written) {
  for (const char* written : {"out", "out/", "./out", "out//", "out/."}) {
    TemporaryFolder folder;
    folder.write("suite.toml", kSuite);
    check(run(folder, kRun + "-o " + written), 0);
    BOOST_TEST(Table(folder / "out/cells.csv").at(0, "run_id") == "out", written);
    const Ran again = run(folder, kRun + "-o out");
    BOOST_TEST(again.out.find("(0 ran now") != std::string::npos, again.out);
  }
  TemporaryFolder folder;
  folder.write("suite.toml", kSuite);
  check(run(folder, "mkdir here; cd here; " + kAgon + "run ../suite.toml -o ."), 0);
  BOOST_TEST(Table(folder / "here/cells.csv").at(0, "run_id") == "here");
  check(run(folder, kRun + "-o ''"), 2, {"--output", "empty"});
  check(run(folder, kAgon + "report here -o ''"), 2, {"--output", "empty"});
  BOOST_TEST(!fs::exists(folder / "runs"));
  const std::string deep =
      std::string(200, 'a') + "/" + std::string(200, 'b') + "/" + std::string(100, 'c');
  check(run(folder, kRun + "-o " + deep), 6, {"SQLite takes at most", "shorter"});
}

BOOST_AUTO_TEST_CASE(the_run_of_another_suite_is_not_written_over) {
  TemporaryFolder folder;
  folder.write("suite.toml", kSuite);
  folder.write("other.toml", small_suite("\"linear\"", 1, "other"));
  check(run(folder, kRun + "-o out"), 0);
  const std::string before = read_file(folder / "out/cells.csv");
  check(run(folder, kAgon + "run other.toml -o out"), 2,
        {"-o out", "a run of the suite 'mine'", "another folder"});
  BOOST_TEST(read_file(folder / "out/cells.csv") == before);
  folder.write("suite.toml", small_suite("\"linear[epochs=3]\""));
  check(run(folder, kRun + "-o out"), 0);  // the same suite, edited
}

BOOST_AUTO_TEST_CASE(optional_files_of_an_earlier_report_do_not_stay) {
  TemporaryFolder folder;
  folder.write("suite.toml", kSuite);
  fs::create_directory(folder / "out");
  folder.write("out/claims.csv", "old");
  folder.write("out/series.csv", "old");
  check(run(folder, kRun + "-o out"), 0);
  BOOST_TEST(!fs::exists(folder / "out/claims.csv"));
  BOOST_TEST(!fs::exists(folder / "out/series.csv"));
}

BOOST_AUTO_TEST_CASE(a_missing_proc_is_named) {
  if (agon::core::kSanitized) {
    BOOST_TEST_MESSAGE("skipped: a sanitizer's runtime reads /proc itself");
    return;
  }
  TemporaryFolder folder;
  if (run(folder, "unshare -m mount -t tmpfs none /proc").code != 0) {
    BOOST_TEST_MESSAGE("skipped: no right to hide /proc");
    return;
  }
  const Ran ran =
      run(folder, "unshare -m bash -c \"mount -t tmpfs none /proc && " + kAgon + "list rules\"");
  check(ran, 4, {"/proc: is not mounted", "mount -t proc"});
}
