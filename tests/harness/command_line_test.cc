// SPDX-License-Identifier: MIT
//
// The verbs as a user meets them.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/support/shell.h"

using namespace agon::test;
using nlohmann::json;

namespace {
const std::string kAgon = "'" + std::string(std::getenv("AGON")) + "' ";
}

BOOST_AUTO_TEST_CASE(reading_verbs_speak_json) {
  TemporaryFolder folder;
  const json rules = json::parse(run(folder, kAgon + "list rules --json").out);
  std::vector<std::string> ids;
  for (const json& rule : rules) ids.push_back(rule.at("id"));
  const std::vector<std::string> expected{"bp",  "ebn",    "ebn-ls",   "ebn-rate", "ed",
                                          "elm", "linear", "monolith", "pc"};
  BOOST_TEST(ids == expected, boost::test_tools::per_element());
  BOOST_TEST(json::parse(run(folder, kAgon + "list tasks --json").out).size() >= 6u);
  BOOST_TEST(json::parse(run(folder, kAgon + "list suites --json").out).at(0).contains("title"));
  BOOST_TEST(json::parse(run(folder, kAgon + "info ed --json").out).at("id") == "ed");
  BOOST_TEST(json::parse(run(folder, kAgon + "info digits --json").out).at("classes") == 10);
  BOOST_TEST(json::parse(run(folder, kAgon + "info quick --json").out).at("name") == "quick");
  BOOST_TEST(json::parse(run(folder, kAgon + "doctor --json").out).size() > 8u);
}

BOOST_AUTO_TEST_CASE(help_and_version_end_well) {
  TemporaryFolder folder;
  for (const char* line : {"--help", "run --help", "report --help", "--version"}) {
    const Ran ran = run(folder, kAgon + line);
    BOOST_TEST(ran.code == 0);
    BOOST_TEST(ran.out.size() > 4u);
  }
  BOOST_TEST(run(folder, kAgon + "--help").out.find("worker") == std::string::npos);
  BOOST_TEST(run(folder, kAgon).code == 2);
}

BOOST_AUTO_TEST_CASE(a_selector_on_the_command_line_makes_its_grid) {
  TemporaryFolder folder;
  const Ran ran = run(
      folder,
      kAgon +
          "run quick -r 'ed[lr=log(1e-3,1,3),depth=[1,4],epochs=2]' -t digits -s 2 --study accuracy -o out");
  BOOST_TEST(ran.code == 0, ran.err);
  const Table cells(folder / "out/cells.csv");
  BOOST_TEST(cells.size() == 12u);
  BOOST_TEST(cells.where("lr", "0.0316228").size() == 4u);
  BOOST_TEST(cells.where("depth", "4").size() == 6u);
  for (const char* file :
       {"run.json", "results.sqlite", "curves.csv", "summary.csv", "report.html"}) {
    BOOST_TEST(std::filesystem::exists(folder / (std::string("out/") + file)), file);
  }
  // The report can be made again, elsewhere, with the same bytes.
  BOOST_TEST(run(folder, kAgon + "report out -o again").code == 0);
  for (const char* file : {"cells.csv", "curves.csv", "summary.csv", "report.html"}) {
    BOOST_TEST((read_file(folder / (std::string("out/") + file)) ==
                read_file(folder / (std::string("again/") + file))),
               file);
  }
}

BOOST_AUTO_TEST_CASE(cells_run_where_the_command_line_says) {
  const TemporaryFolder folder;
  const Ran ran = run(folder, kAgon + "run quick -r linear -t xor -s 1 --executor local -o out");
  BOOST_TEST(ran.code == 0, ran.err);
  const Ran wrong = run(folder, kAgon + "run quick --executor locale -o wrong");
  BOOST_TEST(wrong.code == 2);
  BOOST_TEST((wrong.err.find("--executor: no executor 'locale'") != std::string::npos &&
              wrong.err.find("did you mean 'local'?") != std::string::npos),
             wrong.err);
  BOOST_TEST(!std::filesystem::exists(folder / "wrong"));
}

BOOST_AUTO_TEST_CASE(a_dry_run_counts_what_is_there_and_runs_nothing) {
  TemporaryFolder folder;
  const std::string what = "run quick -s 1 -t xor --study accuracy -o out ";
  const Ran before = run(folder, kAgon + what + "--dry-run");
  BOOST_TEST(before.out.find("to run: 7 cells") != std::string::npos, before.out);
  BOOST_TEST(!std::filesystem::exists(folder / "out"));
  BOOST_TEST(run(folder, kAgon + what).code == 0);
  const Ran after = run(folder, kAgon + "run quick -s 2 -t xor --study accuracy -o out --dry-run");
  BOOST_TEST(after.out.find("to run: 7 cells, about") != std::string::npos, after.out);
}

BOOST_AUTO_TEST_CASE(a_rule_refuses_a_contradiction_before_anything_runs) {
  TemporaryFolder folder;
  const std::string what =
      "run quick -s 1 --study accuracy -t xor -r 'bp[output=sigmoid,loss=cross-entropy]' "
      "-r 'ed[depth=[1,3],t_loop=2]' -o out ";
  const Ran dry = run(folder, kAgon + what + "--dry-run");
  BOOST_TEST(dry.out.find("skipped: rule bp: output=sigmoid") != std::string::npos, dry.out);
  BOOST_TEST(dry.out.find("skipped: rule ed: t_loop=2") != std::string::npos, dry.out);
  const Ran ran = run(folder, kAgon + what);
  BOOST_TEST(ran.code == 0, ran.err);
  const Table cells(folder / "out/cells.csv");
  BOOST_TEST(cells.size() == 3u);
  BOOST_TEST(cells.where("status", "skipped").size() == 2u);
  BOOST_TEST(cells.where("status", "ok").size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_dynamics_task_runs_from_the_command_line_to_the_report) {
  TemporaryFolder folder;
  const Ran ran = run(folder, kAgon +
                                  "run quick -s 1 --study accuracy -t oscillator -t narma-10 "
                                  "-r 'linear[preset=ridge]' -r 'bp[batch=32,epochs=2]' -o out");
  BOOST_TEST(ran.code == 0, ran.err);
  const Table cells(folder / "out/cells.csv");
  BOOST_TEST(cells.size() == 4u);
  BOOST_TEST(cells.where("status", "ok").size() == 4u);
  for (const size_t row : cells.where("kind", "dynamics")) {
    BOOST_TEST(cells.at(row, "metric") == "nrmse");
    const double score = std::stod(cells.at(row, "score_test")),
                 error = std::stod(cells.at(row, "m_nrmse"));
    // A mean over trials beside what one of median error would score; trajectory_scores_test.cc has
    // the formula.
    BOOST_TEST(std::abs(score - 1 / (1 + error)) < 0.02);
    BOOST_TEST(std::stod(cells.at(row, "m_persistence_nrmse")) > error);
    BOOST_TEST(std::stod(cells.at(row, "score_chance")) < score);
    BOOST_TEST(std::stod(cells.at(row, "m_horizon_s")) > 0);
  }
  BOOST_TEST(cells.where("kind", "dynamics").size() == 4u);
  const Ran info = run(folder, kAgon + "info narma-10");
  BOOST_TEST(info.out.find("20 inputs: the last 10 states and 10 inputs") != std::string::npos,
             info.out);
}

// A suite's claims read cells that its studies have: a dry run of the whole suite refuses
// otherwise.
BOOST_AUTO_TEST_CASE(every_built_in_suite_can_be_planned) {
  TemporaryFolder folder;
  const json suites = json::parse(run(folder, kAgon + "list suites --json").out);
  BOOST_TEST(suites.size() >= 4u);
  for (const json& suite : suites) {
    const Ran ran =
        run(folder, kAgon + "run " + suite.at("name").get<std::string>() + " --dry-run");
    BOOST_TEST(ran.code == 0, ran.err);
  }
}

// The figures that the suite promises, as its users would check them.
BOOST_AUTO_TEST_CASE(quick_reaches_its_scores_on_digits_and_xor) {
  TemporaryFolder folder;
  const Ran ran = run(folder, kAgon + "run quick -t digits -t xor --study accuracy -o out");
  BOOST_TEST(ran.code == 0, ran.err);
  const Table cells(folder / "out/cells.csv");
  std::map<std::string, std::pair<double, int>> scores;
  for (const size_t row : cells.where("task", "digits")) {
    auto& [sum, n] = scores[cells.at(row, "rule")];
    sum += std::stod(cells.at(row, "score_test"));
    ++n;
  }
  const std::map<std::string, double> bounds{{"bp", .955},  {"ebn", .945},   {"ed", .95},
                                             {"elm", .965}, {"linear", .94}, {"monolith", .94},
                                             {"pc", .955}};
  for (const auto& [rule, bound] : bounds) {
    BOOST_TEST(scores[rule].second == 3);
    BOOST_TEST(scores[rule].first / 3 >= bound, rule << " " << scores[rule].first / 3);
  }
  for (const size_t row : cells.where("task", "xor")) {
    if (cells.at(row, "rule") == "ed") BOOST_TEST(std::stod(cells.at(row, "score_test")) == 1.0);
  }
}
