// SPDX-License-Identifier: MIT
//
// Standard output and error that are closed, full, stuck or without a reader: a run goes on to its
// report, a reading verb says that its output is lost.
#include <boost/test/unit_test.hpp>

#include "tests/faults/suites.h"
#include "tests/support/shell.h"

using namespace agon::test;

namespace {

// A failing cell writes a line; two good ones stand behind it.
const std::string kSuite = small_suite("\"fault-throws\", \"linear[epochs=2]\", \"bp[epochs=2]\"");
const std::string kRun = kAgon + "run suite.toml -j 1" + kPlugins + "-o out ";

// Descriptor 4 is a pipe whose reader has left.
const std::string kNoReader = "mkfifo left; exec 3<>left 4>left 3<&-; ";

void check_whole_run(const char* name, const std::string& command, int code) {
  BOOST_TEST_CONTEXT(name) {
    TemporaryFolder folder;
    folder.write("suite.toml", kSuite);
    const Ran ran = run(folder, command);
    BOOST_TEST(ran.code == code, ran.code << ": " << ran.err);
    BOOST_TEST_REQUIRE(std::filesystem::exists(folder / "out/cells.csv"));
    const Table cells(folder / "out/cells.csv");
    BOOST_TEST(cells.where("status", "ok").size() == 2u);
    BOOST_TEST(cells.where("status", "error").size() == 1u);
    BOOST_TEST(std::filesystem::exists(folder / "out/report.html"));
    BOOST_TEST(run(folder, kAgon + "report out -o again").code == 0, "the store is damaged");
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_message_stream_that_fails_does_not_end_a_run) {
  check_whole_run("full", kRun + "2>/dev/full", 1);
  check_whole_run("closed", kRun + "2>&-", 1);
  check_whole_run("no reader", kNoReader + kRun + "2>&4", 1);
  check_whole_run("no reader, SIGPIPE ignored", "trap '' PIPE; " + kNoReader + kRun + "2>&4", 1);
  // A reader that does not read: the pipe is filled first.
  check_whole_run(
      "stuck",
      "mkfifo stuck; exec 3<>stuck; head -c 65536 /dev/zero >&3; timeout 100 " + kRun + "2>&3", 1);
}

BOOST_AUTO_TEST_CASE(a_run_whose_summary_is_lost_says_so_by_its_code) {
  check_whole_run("full", kRun + ">/dev/full", 6);
  check_whole_run("closed", kRun + ">&-", 6);
  check_whole_run("both closed", kRun + ">&- 2>&-", 6);
  check_whole_run("all closed", kRun + "<&- >&- 2>&-", 6);
  check_whole_run("no reader", kNoReader + kRun + ">&4 2>&4", 6);
}

BOOST_AUTO_TEST_CASE(a_reading_verb_without_an_output_is_code_6) {
  TemporaryFolder folder;
  // Longer than a stream's buffer, and shorter.
  for (const char* verb :
       {"info pc", "info quick", "list rules", "list tasks --json", "--help", "--version"}) {
    BOOST_TEST_CONTEXT(verb) {
      for (const char* where : {">/dev/full", ">&-"}) {
        const Ran ran = run(folder, kAgon + verb + where);
        BOOST_TEST(ran.code == 6, ran.code << ": " << ran.err);
        BOOST_TEST(ran.err.starts_with("error: standard output: cannot be written"), ran.err);
      }
      // Nobody is there to be told: agon list rules | head -1 is no accident.
      TemporaryFolder pipe;
      const Ran left = run(pipe, kNoReader + kAgon + verb + " >&4");
      BOOST_TEST(left.code == 6);
      BOOST_TEST(left.err == "");
    }
  }
}

BOOST_AUTO_TEST_CASE(an_error_that_cannot_be_told_keeps_its_code) {
  TemporaryFolder folder;
  BOOST_TEST(run(folder, kAgon + "rnu 2>/dev/full").code == 2);
  BOOST_TEST(run(folder, kAgon + "rnu 2>&-").code == 2);
  BOOST_TEST(run(folder, kAgon + "rnu >&- 2>&-").code == 2);
  BOOST_TEST(run(folder, kNoReader + kAgon + "rnu 2>&4").code == 2);
}
