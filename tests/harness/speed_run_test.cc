// SPDX-License-Identifier: MIT
//
// A speed study as a user runs it: its cells, its rates beside those of training, what the report
// says of them.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <string>

#include "core/sanitized.h"
#include "tests/support/shell.h"

using namespace agon::test;

namespace {

// elm learns when the epoch ends: a clock that starts after it sees nothing of that.
constexpr const char* kSuite = R"(schema = 1
name = "pair"
[defaults]
seeds = 1
[[study]]
name = "accuracy"
[[study.grid]]
tasks = ["digits"]
rules = ["bp[epochs=20]", "elm"]
[[study]]
name = "speed"
[[study.grid]]
tasks = ["digits"]
rules = ["bp[epochs=20]", "elm"]
)";

double number(const Table& table, const std::string& mode, const std::string& rule,
              const std::string& column) {
  for (const size_t r : table.where("mode", mode)) {
    if (table.at(r, "rule") == rule) return std::strtod(table.at(r, column).c_str(), nullptr);
  }
  BOOST_FAIL("no row of " + rule + " in mode " + mode);
  return 0;
}

}  // namespace

BOOST_AUTO_TEST_CASE(rates_are_those_of_training_and_the_baseline_stands_twice) {
  TemporaryFolder folder;
  folder.write("pair.toml", kSuite);
  const Ran ran =
      run(folder, "'" + std::string(std::getenv("AGON")) + "' run pair.toml -j 1 -o out");
  BOOST_TEST_REQUIRE(ran.code == 0, ran.err);
  const Table cells(folder / "out/cells.csv");
  BOOST_TEST(cells.size() == 5u);
  for (const char* rule : {"bp", "elm"}) {
    const double ratio = number(cells, "speed", rule, "samples_per_s_train") /
                         number(cells, "train", rule, "samples_per_s_train");
    // A machine under test is busy; the rate of a skipped epoch would be ten times too high.
    BOOST_TEST(ratio > 0.3, rule << " " << ratio);
    BOOST_TEST(ratio < 3.0, rule << " " << ratio);
    BOOST_TEST(number(cells, "speed", rule, "m_samples_per_s_train_wall") > 0);
    BOOST_TEST(number(cells, "speed", rule, "seed") == 0);
  }
  BOOST_TEST(number(cells, "speed", "elm", "macs_per_sample") ==
             number(cells, "train", "elm", "macs_per_sample"));
  BOOST_TEST(number(cells, "speed-again", "bp", "samples_per_s_train") > 0);

  // One process: numbers with an interval over its repetitions, and no rule is called faster or
  // slower.
  const Table summary(folder / "out/summary.csv");
  BOOST_TEST(summary.size() == 4u);
  BOOST_TEST(number(summary, "speed", "elm", "speed_train_n") == 1);
  const double low = number(summary, "speed", "elm", "speed_train_ratio_low");
  if (!agon::core::kSanitized)
    BOOST_TEST(low > 0);  // or one repetition is all that there is time for
  BOOST_TEST(low < 0.5);
  const std::string page = read_file(folder / "out/report.html");
  BOOST_TEST(page.find("within the noise") == std::string::npos);
  BOOST_TEST(page.find("against bp: slower") == std::string::npos);
  BOOST_TEST((page.find("in one process, too few to call a rule faster or slower: elm") !=
                  std::string::npos ||
              page.find("this machine was too busy to compare speeds") != std::string::npos));
}
