// SPDX-License-Identifier: MIT
//
// A rule that leaves something behind in its process: the cells around it, of other rules and of
// its own, are the same as without it, and its row says what it left.
#include <boost/test/unit_test.hpp>

#include "core/sanitized.h"
#include "tests/support/results.h"

using namespace agon::test;

namespace {

const std::string kAgon = std::getenv("AGON");
const std::string kPlugins = std::getenv("AGON_TEST_LEFTOVER");

struct Outcome {
  Ran ran;
  std::string status, detail, warnings;
  std::string good;  // result columns of the other cells
};

bool is_bad(const Table& cells, size_t r, const std::string& kind) {
  return cells.at(r, "rule") == "leftover" &&
         cells.at(r, "params_json").find("\"" + kind + "\"") != std::string::npos;
}

Outcome run_with(const std::string& kind, const std::string& options = "-j1") {
  TemporaryFolder folder;
  const std::string bad = kind.empty() ? "" : "\"leftover[kind=" + kind + "]\", ";
  folder.write(
      "suite.toml",
      "schema = 1\nname = \"left\"\n[[study]]\nname = \"accuracy\"\nseeds = 1\ntimeout_s = 5\n[[study.grid]]\n"
      "tasks = [\"xor\"]\nrules = [\"linear[epochs=2]\", " +
          bad + "\"leftover[kind=sleeps]\", \"elm\", \"bp[epochs=3]\"]\n");
  Outcome outcome;
  outcome.ran =
      run(folder, "'" + kAgon + "' run suite.toml --plugin '" + kPlugins + "' -o out " + options);
  const Table cells(folder / "out/cells.csv");
  for (size_t r = 0; r < cells.size(); ++r) {
    if (!kind.empty() && is_bad(cells, r, kind)) {
      outcome.status = cells.at(r, "status");
      outcome.detail = cells.at(r, "status_detail");
      outcome.warnings = cells.at(r, "warnings");
      continue;
    }
    for (const std::string& column : cells.header()) {
      if (column != "run_id" && agon::reports::is_result_column(column)) {
        outcome.good += column + "=" + cells.at(r, column) + ",";
      }
    }
    outcome.good += "\n";
  }
  return outcome;
}

struct Case {
  const char* kind;
  const char* status;
  const char* detail;   // a part of status_detail
  const char* warning;  // a part of what the cell is said to have left behind
  bool alone = false;   // and nothing else
};

const Case kCases[] = {
    {"none", "ok", "", ""},
    {"fork_returns", "ok", "", "child process"},
    {"fork_stays", "ok", "", "child process"},
    {"close_stdin", "ok", "", "descriptor"},
    {"late_fault", "ok", "", "1 thread", true},
    {"alarm", "ok", "", "running timer"},
    {"no_files", "ok", "", "resource limit"},
    {"chdir", "ok", "", "working folder"},
    {"rounding", "ok", "", "rounding"},
    {"spin", "ok", "", "1 thread", true},
    {"leak", "ok", "", "MiB of memory"},
    {"daemon", "ok", "", "child process"},
    {"signal_mask", "ok", "", "signal mask"},
    {"handler", "ok", "", "mask or handler"},
    {"umask", "ok", "", "umask"},
    {"environment", "ok", "", "environment variable"},
    {"descriptor", "ok", "", "descriptor"},
    {"niceness", "ok", "", "niceness"},
    {"cpu_limit", "crashed", "RLIMIT_CPU", ""},
    {"cpu_limit_hard", "crashed", "RLIMIT_CPU", ""},
    {"forge", "crashed", "not for this cell", ""},
    {"closes_pipe", "crashed", "event pipe", ""},
};

// A sanitizer's runtime opens files itself, and that for threads starts one with the first of others.
bool is_of_the_runtime(const std::string& kind) {
  if (agon::core::kThreadSanitizer && (kind == "late_fault" || kind == "spin")) return true;
  return agon::core::kSanitized && kind == "no_files";
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_a_rule_leaves_behind_reaches_no_other_cell) {
  const std::string undisturbed = run_with("").good;
  BOOST_TEST_REQUIRE(undisturbed.size() > 500u);
  for (const Case& c : kCases) {
    if (is_of_the_runtime(c.kind)) continue;
    BOOST_TEST_CONTEXT(c.kind) {
      const Outcome outcome = run_with(c.kind);
      BOOST_TEST(outcome.status == c.status);
      BOOST_TEST(outcome.detail.find(c.detail) != std::string::npos, outcome.detail);
      BOOST_TEST(outcome.warnings.find(c.warning) != std::string::npos, outcome.warnings);
      BOOST_TEST((outcome.warnings.find("left behind") != std::string::npos) ==
                     (std::string(c.warning) != ""),
                 outcome.warnings);
      if (c.alone) {
        BOOST_TEST(outcome.warnings.find(std::string("left behind: ") + c.warning + ";") !=
                       std::string::npos,
                   outcome.warnings);
      }
      BOOST_TEST((outcome.good == undisturbed), outcome.good + "\ninstead of\n" + undisturbed);
    }
  }
}

BOOST_AUTO_TEST_CASE(threads_of_the_workers_own_pool_are_no_leftovers) {
  const Outcome outcome = run_with("none", "-j1 --threads 2");
  BOOST_TEST(outcome.ran.code == 0, outcome.ran.err);
  BOOST_TEST(outcome.warnings.find("left behind") == std::string::npos, outcome.warnings);
}

BOOST_AUTO_TEST_CASE(a_cells_peak_memory_is_its_own) {
  if (agon::core::kSanitized) {
    BOOST_TEST_MESSAGE("skipped: a sanitizer takes memory of its own");
    return;
  }
  TemporaryFolder folder;
  folder.write(
      "suite.toml",
      "schema = 1\nname = \"peak\"\n[[study]]\nname = \"accuracy\"\nseeds = 3\n[[study.grid]]\n"
      "tasks = [\"xor\"]\nrules = [\"leftover[kind=leak]\", \"leftover[kind=none]\"]\n");
  const Ran ran =
      run(folder, "'" + kAgon + "' run suite.toml --plugin '" + kPlugins + "' -o out -j1");
  BOOST_TEST(ran.code == 0, ran.err);
  const Table cells(folder / "out/cells.csv");
  BOOST_TEST_REQUIRE(cells.size() == 6u);
  for (size_t r = 0; r < cells.size(); ++r) {
    const double peak = std::stod(cells.at(r, "peak_rss_mib"));
    const bool leaks = is_bad(cells, r, "leak");
    BOOST_TEST((leaks ? peak > 100 && peak < 190 : peak > 1 && peak < 60),
               cells.at(r, "params_json") << ": " << peak);
  }
}

// The largest picture that the ABI allows crosses the pipe.
BOOST_AUTO_TEST_CASE(a_picture_of_65536_values_is_drawn) {
  TemporaryFolder folder;
  const Ran ran = run(
      folder, "'" + kAgon +
                  "' run quick --study accuracy -t xor -r 'leftover[kind=none]' -s 1 --plugin '" +
                  kPlugins + "' -o out");
  BOOST_TEST(ran.code == 0, ran.err);
  BOOST_TEST(Table(folder / "out/cells.csv").at(0, "status") == "ok");
  BOOST_TEST(read_file(folder / "out/report.html").find("As many values as there may be") !=
             std::string::npos);
}
