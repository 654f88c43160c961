// SPDX-License-Identifier: MIT
//
// A rule that crashes, exits, hangs, floods or lies costs its own cell only: one row with its
// status, and every other row the same as in a run without it.
#include <boost/test/unit_test.hpp>

#include "tests/support/shell.h"

using namespace agon::test;

namespace {

const std::string kAgon = std::getenv("AGON");
const std::string kPlugins = std::getenv("AGON_TEST_PLUGINS");

// Good cells before and after the bad rule's.
std::string suite(const std::string& bad) {
  const std::string middle = bad.empty() ? "" : "\"" + bad + "\", ";
  return "schema = 1\nname = \"faults\"\n[[study]]\nname = \"accuracy\"\nseeds = 1\ntimeout_s = 1.5\n"
         "[[study.grid]]\ntasks = [\"xor\"]\nrules = [\"linear[epochs=2]\", " +
         middle + "\"elm\", \"bp[epochs=3]\"]\n";
}

struct Outcome {
  Ran ran;
  std::string status, detail, log;
  std::vector<std::string> good;  // test scores of the good rules
};

Outcome run_with(const std::string& bad, const std::string& options = "") {
  TemporaryFolder folder;
  folder.write("suite.toml", suite(bad));
  Outcome outcome;
  outcome.ran =
      run(folder, "'" + kAgon + "' run suite.toml --plugin '" + kPlugins + "' -o out " + options);
  const Table cells(folder / "out/cells.csv");
  for (size_t r = 0; r < cells.size(); ++r) {
    if (cells.at(r, "rule") == bad) {
      outcome.status = cells.at(r, "status");
      outcome.detail = cells.at(r, "status_detail");
      outcome.log = cells.at(r, "log_tail");
    } else {
      outcome.good.push_back(cells.at(r, "rule") + " " + cells.at(r, "status") + " " +
                             cells.at(r, "score_test") + " " + cells.at(r, "loss_final"));
    }
  }
  const std::string page = read_file(folder / "out/report.html");
  if (!bad.empty()) BOOST_TEST(page.find(bad) != std::string::npos);
  BOOST_TEST(page.find("<b>markup</b>") == std::string::npos);
  return outcome;
}

struct Case {
  const char* rule;
  const char* status;
  const char* detail;  // a part of status_detail
  int code;
};

const Case kCases[] = {
    {"fault-none", "ok", "", 0},
    {"fault-segfault", "crashed", "SIGSEGV", 1},
    {"fault-exits", "crashed", "exit code 3", 1},
    {"fault-abort", "crashed", "SIGABRT", 1},
    {"fault-kill", "crashed", "SIGKILL", 1},
    {"fault-loop", "timeout", "1.5 s", 1},
    {"fault-polite-loop", "timeout", "1.5 s", 1},
    {"fault-ignores-term", "timeout", "1.5 s", 1},
    {"fault-flood", "timeout", "1.5 s", 1},
    {"fault-nan-loss", "diverged", "loss", 0},
    {"fault-nan-output", "diverged", "not finite", 0},
    {"fault-throws", "error", "this rule throws", 1},
    {"fault-unwritten", "invalid_output", "unwritten", 1},
    {"fault-overrun", "invalid_output", "outside", 1},
    {"fault-event-pipe", "crashed", "event pipe", 1},
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_bad_rule_costs_its_own_cell_only) {
  const std::vector<std::string> undisturbed = run_with("").good;
  BOOST_TEST_REQUIRE(undisturbed.size() == 3u);
  for (const Case& c : kCases) {
    BOOST_TEST_CONTEXT(c.rule) {
      const Outcome outcome = run_with(c.rule);
      BOOST_TEST(outcome.status == c.status);
      BOOST_TEST(outcome.detail.find(c.detail) != std::string::npos, outcome.detail);
      BOOST_TEST(outcome.ran.code == c.code);
      BOOST_TEST(outcome.good == undisturbed, boost::test_tools::per_element());
      BOOST_TEST(outcome.log.size() <= 4096u);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_memory_hog_meets_its_limit) {
  if (agon::core::kSanitized) {
    BOOST_TEST_MESSAGE("skipped: a sanitizer reserves more address space than any limit");
    return;
  }
  const Outcome outcome = run_with("fault-hog", "--memory 512");
  BOOST_TEST(outcome.status == "oom", outcome.status + " " + outcome.detail);
  BOOST_TEST(outcome.good.size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_rule_that_keeps_crashing_is_quarantined_whatever_the_number_of_jobs) {
  std::vector<std::string> results;
  for (const char* jobs : {"-j1", "-j2", "-j4"}) {
    TemporaryFolder folder;
    folder.write(
        "suite.toml",
        "schema = 1\nname = \"q\"\n[[study]]\nname = \"accuracy\"\nseeds = 6\ntimeout_s = 20\n[[study.grid]]\n"
        "tasks = [\"xor\"]\nrules = [\"fault-segfault\", \"linear[epochs=2]\"]\n");
    const Ran ran =
        run(folder, "'" + kAgon + "' run suite.toml --plugin '" + kPlugins + "' -o out " + jobs);
    BOOST_TEST(ran.code == 1);
    const Table cells(folder / "out/cells.csv");
    BOOST_TEST(cells.where("status", "crashed").size() == 3u);
    BOOST_TEST(cells.where("status", "quarantined").size() == 3u);
    BOOST_TEST(cells.where("status", "ok").size() == 6u);
    std::string statuses;
    for (size_t r = 0; r < cells.size(); ++r)
      statuses += cells.at(r, "seed") + cells.at(r, "status") + " ";
    results.push_back(statuses);
  }
  BOOST_TEST(results[0] == results[1]);
  BOOST_TEST(results[0] == results[2]);
}

BOOST_AUTO_TEST_CASE(the_report_names_the_command_that_reproduces_a_failure) {
  TemporaryFolder folder;
  folder.write("suite.toml", suite("fault-throws"));
  run(folder, "'" + kAgon + "' run suite.toml --plugin '" + kPlugins + "' -o out");
  const std::string page = read_file(folder / "out/report.html");
  BOOST_TEST(page.find("agon run suite.toml --study accuracy -r") != std::string::npos);
  BOOST_TEST(page.find("-t xor --seed 0 --plugin " + kPlugins) != std::string::npos);
}
