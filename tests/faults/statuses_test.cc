// SPDX-License-Identifier: MIT
//
// What a rule returns becomes the status that it means.
#include <boost/test/unit_test.hpp>

#include "tests/support/shell.h"

using namespace agon::test;

namespace {

const std::string kAgon = "'" + std::string(std::getenv("AGON")) + "' ";
const std::string kPlugins = std::getenv("AGON_TEST_PLUGINS");

struct Expected {
  const char* rule;
  const char* status;
  const char* detail;  // a part of it
};

void check(const std::string& options, std::initializer_list<Expected> all, int code) {
  TemporaryFolder folder;
  std::string rules;
  for (const Expected& e : all)
    rules += std::string(rules.empty() ? "" : ", ") + "\"" + e.rule + "\"";
  folder.write(
      "suite.toml",
      "schema = 1\nname = \"statuses\"\n[[study]]\nname = \"accuracy\"\nseeds = 1\n[[study.grid]]\n"
      "tasks = [\"two-spirals\"]\nrules = [" +
          rules + "]\n");
  const Ran ran = run(folder, kAgon + "run suite.toml --plugin '" + kPlugins +
                                  "/statuses.agon.so' -o out " + options);
  BOOST_TEST(ran.code == code, ran.err);
  const Table cells(folder / "out/cells.csv");
  for (const Expected& e : all) {
    const auto rows = cells.where("rule", e.rule);
    BOOST_TEST_REQUIRE(rows.size() == 1u);
    const std::string detail = cells.at(rows[0], "status_detail");
    BOOST_TEST_CONTEXT(e.rule << ": " << detail) {
      BOOST_TEST(cells.at(rows[0], "status") == e.status);
      BOOST_TEST(detail.find(e.detail) != std::string::npos);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_rule_that_stops_unasked_has_failed) {
  check("--timeout 30", {{"stops-unasked", "error", "though should_stop() had not asked it to"}},
        1);
}

BOOST_AUTO_TEST_CASE(a_rule_that_is_not_for_a_task_is_skipped_with_its_reason) {
  check("", {{"not-for-spirals", "skipped", "this rule takes at most 100 rows"}}, 0);
}

BOOST_AUTO_TEST_CASE(other_statuses_say_what_they_are) {
  check("",
        {{"fits-nothing", "error", "no such minibatch"}, {"singular", "error", "singular matrix"}},
        1);
}

// To the console once with a count, to the report and to cells.csv, although the log's tail has
// lost it.
BOOST_AUTO_TEST_CASE(what_a_rule_warns_of_is_told) {
  TemporaryFolder folder;
  folder.write(
      "suite.toml",
      "schema = 1\nname = \"warned\"\n[[study]]\nname = \"accuracy\"\nseeds = 3\nrefit = false\n"
      "[[study.grid]]\ntasks = [\"two-spirals\"]\nrules = [\"warns\"]\n");
  const Ran ran =
      run(folder, kAgon + "run suite.toml --plugin '" + kPlugins + "/statuses.agon.so' -o out");
  BOOST_TEST(ran.code == 0, ran.err);
  size_t told = 0;
  for (const std::string& line : lines(ran.err))
    told += line.find("warns warns: ") != std::string::npos ? 1 : 0;
  BOOST_TEST(told == 3u, ran.err);
  BOOST_TEST(
      ran.err.find("warns warns: once \\x1b[31m<b>and early</b> (3 cells)") != std::string::npos,
      ran.err);
  BOOST_TEST(ran.err.find("warns warns: three times (3 cells)") != std::string::npos, ran.err);
  BOOST_TEST(ran.err.find("warns warns: a rate of 1.5e-01 (3 cells, with other numbers in some)") !=
                 std::string::npos,
             ran.err);
  BOOST_TEST(ran.err.find('\x1b') == std::string::npos);
  const Table cells(folder / "out/cells.csv");
  BOOST_TEST_REQUIRE(cells.size() == 3u);
  BOOST_TEST(cells.at(0, "warnings") ==
             "once \\x1b[31m<b>and early</b>\\nthree times (3 times)\\na rate of 1.5e-01");
  BOOST_TEST(cells.at(0, "log_tail").find("early") == std::string::npos);
  const std::string page = read_file(folder / "out/report.html");
  BOOST_TEST(page.find("<section id=\"warnings\"") != std::string::npos);
  BOOST_TEST(page.find("&lt;b&gt;and early&lt;/b&gt;") != std::string::npos);
  // A run that is there already tells it again: it stands in its results.
  const Ran again =
      run(folder, kAgon + "run suite.toml --plugin '" + kPlugins + "/statuses.agon.so' -o out");
  BOOST_TEST(again.err.find("warns warns: three times (3 cells)") != std::string::npos, again.err);
}

BOOST_AUTO_TEST_CASE(memory_that_runs_out_in_a_kernel_is_oom) {
  if (agon::core::kSanitized) {
    BOOST_TEST_MESSAGE("skipped: a sanitizer reserves more address space than any limit");
    return;
  }
  check("--memory 512", {{"kernel-hog", "oom", "a kernel ran out of memory"}}, 1);
}
