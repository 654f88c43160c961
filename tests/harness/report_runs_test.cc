// SPDX-License-Identifier: MIT
//
// agon report over several runs, as a user meets it; and what a run says of cells that failed
// before.
#include <signal.h>

#include <boost/test/unit_test.hpp>

#include "tests/datasets/testing.h"
#include "tests/support/shell.h"

using namespace agon::test;

namespace {

const std::string kAgon = "'" + std::string(std::getenv("AGON")) + "' ";
const std::string kPlugins = std::getenv("AGON_TEST_PLUGINS");
const std::string kRun = kAgon + "run quick --study accuracy -t xor ";
// A cell of about a second, far above a limit of a hundredth and far below one of minutes.
const std::string kLong =
    kAgon +
    "run quick --study accuracy -t digits -r 'bp[epochs=60,depth=3,width=128]' -s 1 -o out ";

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

}  // namespace

BOOST_AUTO_TEST_CASE(a_run_and_the_link_to_it_are_one) {
  TemporaryFolder folder;
  BOOST_TEST(run(folder, kRun + "-r linear -s 3").code == 0);
  const Ran report = run(folder, kAgon + "report runs/* -o all");
  BOOST_TEST(report.code == 0, report.err);
  BOOST_TEST(has(report.err, "the same run"), report.err);
  BOOST_TEST(Table(folder / "all/cells.csv").size() == 3u);
  const Table summary(folder / "all/summary.csv");
  BOOST_TEST_REQUIRE(summary.size() == 1u);
  BOOST_TEST(summary.at(0, "n") == "3");
  // One run is left, so that its own folder will do.
  BOOST_TEST(run(folder, kAgon + "report runs/*").code == 0);
}

BOOST_AUTO_TEST_CASE(overlapping_runs_count_each_cell_once_and_rows_name_their_run) {
  TemporaryFolder folder;
  BOOST_TEST(run(folder, kRun + "-r linear -s 2 -o a").code == 0);
  BOOST_TEST(run(folder, kRun + "-r linear -s 4 -o b").code == 0);
  BOOST_TEST(run(folder, "cp -r a copy").code == 0);
  const Ran report = run(folder, kAgon + "report a b copy -o all/");
  BOOST_TEST(report.code == 0, report.err);
  BOOST_TEST(has(report.err, "count once"), report.err);
  const Table cells(folder / "all/cells.csv");
  BOOST_TEST(cells.size() == 4u);
  BOOST_TEST(cells.where("run_id", "b").size() >= 2u);
  BOOST_TEST(Table(folder / "all/summary.csv").at(0, "n") == "4");
  const std::string page = read_file(folder / "all/report.html");
  BOOST_TEST(has(page, "-s 2 -o a"));
  BOOST_TEST(has(page, "-s 4 -o b"));
}

BOOST_AUTO_TEST_CASE(two_versions_of_a_plugin_are_two_rows) {
  TemporaryFolder folder;
  for (const char* version : {"1", "2"}) {
    const std::string plugin = kPlugins + "/versioned-" + version + ".agon.so";
    const Ran ran = run(
        folder, kAgon + "run quick --study accuracy -t two-spirals -r versioned -s 3 --plugin '" +
                    plugin + "' -o v" + version);
    BOOST_TEST(ran.code == 0, ran.err);
  }
  const Ran report = run(folder, kAgon + "report v1 v2 -o all");
  BOOST_TEST(report.code == 0, report.err);
  const Table summary(folder / "all/summary.csv");
  BOOST_TEST_REQUIRE(summary.size() == 2u);
  for (const size_t row : {0u, 1u}) {
    BOOST_TEST(summary.at(row, "n") == "3");
    BOOST_TEST(summary.at(row, "variant") == "version=" + std::to_string(row + 1) + ".0.0");
  }
}

BOOST_AUTO_TEST_CASE(two_data_sets_of_one_task_are_refused) {
  TemporaryFolder folder;
  agon::datasets::testing::write_small_mnist(folder / "one/mnist", 20);
  agon::datasets::testing::write_small_mnist(folder / "two/mnist", 21);
  folder.write(
      "suite.toml",
      "schema = 1\nname = \"data\"\n[[study]]\nname = \"accuracy\"\nseeds = 1\n[[study.grid]]\n"
      "tasks = [\"mnist\"]\nrules = [\"linear[epochs=1]\"]\n");
  for (const char* data : {"one", "two"}) {
    const Ran ran = run(folder, kAgon + "run suite.toml --data " + data + " -o run-" + data);
    BOOST_TEST(ran.code == 0, ran.err);
  }
  const Ran report = run(folder, kAgon + "report run-one run-two -o all");
  BOOST_TEST(report.code == 2);
  BOOST_TEST(has(report.err, "data of mnist: "), report.err);
  BOOST_TEST(has(report.err, "run-one"), report.err);
  BOOST_TEST(!std::filesystem::exists(folder / "all"));
}

BOOST_AUTO_TEST_CASE(claims_of_a_later_run_are_judged) {
  TemporaryFolder folder;
  const std::string grid =
      "[[study]]\nname = \"accuracy\"\nseeds = 2\n[[study.grid]]\ntasks = [\"xor\"]\nrules = [\"linear[epochs=1]\"]\n";
  folder.write("plain.toml", "schema = 1\nname = \"plain\"\n" + grid);
  folder.write(
      "claims.toml",
      "schema = 1\nname = \"claims\"\n" + grid +
          "[[claim]]\nsource = \"here\"\ntext = \"no line parts xor\"\nnote = \"a note of it\"\n"
          "[[claim.check]]\nwhat = \"linear\"\nstudy = \"accuracy\"\ncells = \"linear\"\n"
          "value = \"score_test\"\ntake = \"mean\"\nat_most = 0.9\n");
  const Ran first = run(folder, kAgon + "run plain.toml -o plain"),
            second = run(folder, kAgon + "run claims.toml -o claims");
  BOOST_TEST(first.code == 0, first.err);
  BOOST_TEST(second.code == 0, second.err);
  BOOST_TEST(run(folder, kAgon + "report plain claims -o all").code == 0);
  const Table claims(folder / "all/claims.csv");
  BOOST_TEST_REQUIRE(claims.size() == 1u);
  BOOST_TEST(claims.at(0, "claim") == "no line parts xor");
  BOOST_TEST(claims.at(0, "n") == "2");
  BOOST_TEST(has(read_file(folder / "all/report.html"), "a note of it"));
}

// The command on the page has what the cell was run with.
BOOST_AUTO_TEST_CASE(the_printed_command_holds_every_option_that_matters) {
  TemporaryFolder folder;
  agon::datasets::testing::write_small_mnist(folder / "data/mnist", 20);
  const std::string limits = "--timeout 0.01 --memory 900 --threads 2 --simd SSE4";
  const Ran ran =
      run(folder, kLong + "--data data --plugin '" + kPlugins + "/versioned-1.agon.so' " + limits);
  BOOST_TEST(ran.code == 1, ran.err);
  const std::string page = read_file(folder / "out/report.html");
  const size_t table = page.find("Command that runs it again");
  BOOST_TEST_REQUIRE(table != page.npos);
  // Of the cell, not of the run.
  const size_t end_of_cell = page.find("--seed 0", table);
  BOOST_TEST_REQUIRE(end_of_cell != page.npos);
  const std::string command = page.substr(end_of_cell, page.find('<', end_of_cell) - end_of_cell);
  for (const char* option : {"--timeout 0.01", "--memory 900", "--threads 2", "--simd SSE4",
                             "--data data", "--plugin "}) {
    BOOST_TEST(has(command, option), option);
  }
  BOOST_TEST(!has(command, "--jobs"));
}

BOOST_AUTO_TEST_CASE(cells_that_failed_before_say_how_they_run_again) {
  TemporaryFolder folder;
  const std::string what = kLong + "--timeout ";
  const Ran failed = run(folder, what + "0.01");
  BOOST_TEST(failed.code == 1, failed.err);
  BOOST_TEST(!has(failed.err, "--retry"));
  BOOST_TEST(has(run(folder, what + "600 --dry-run").out, "--retry"));
  const Ran again = run(folder, what + "600");
  BOOST_TEST(has(again.out, "(0 ran now"), again.out);
  BOOST_TEST(has(again.err, "--retry"), again.err);
  const Ran retried = run(folder, what + "600 --retry");
  BOOST_TEST(retried.code == 0, retried.err);
  BOOST_TEST(!has(retried.err, "earlier attempt"), retried.err);
}

// The first cell holds the one worker while the plugin of the second is exchanged.
BOOST_AUTO_TEST_CASE(a_cell_whose_plugin_was_exchanged_runs_when_it_is_back) {
  TemporaryFolder folder;
  folder.write(
      "suite.toml",
      "schema = 1\nname = \"swap\"\n[[study]]\nname = \"accuracy\"\nseeds = 1\n[[study.grid]]\n"
      "tasks = [\"digits\"]\nrules = [\"bp[width=128,depth=3,epochs=150]\"]\n[[study.grid]]\n"
      "tasks = [\"two-spirals\"]\nrules = [\"versioned\"]\n");
  run(folder, "cp '" + kPlugins + "/versioned-1.agon.so' one.agon.so; cp '" + kPlugins +
                  "/versioned-2.agon.so' two; cp one.agon.so kept");
  const std::string what = kAgon + "run suite.toml -j 1 --plugin one.agon.so -o out";
  const Ran ran =
      run(folder,
          what + " & until [ -e out/run.json ]; do sleep .02; done\nmv two one.agon.so\nwait $!");
  BOOST_TEST(ran.code == 1, ran.err);
  BOOST_TEST(Table(folder / "out/cells.csv").where("status", "abi_mismatch").size() == 1u);
  const Ran back = run(folder, "mv kept one.agon.so\n" + what);
  BOOST_TEST(back.code == 0, back.err);
  BOOST_TEST(has(back.out, "(1 ran now"), back.out);
}
