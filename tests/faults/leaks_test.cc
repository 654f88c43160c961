// SPDX-License-Identifier: MIT
//
// Answers lie where no rule can read them by accident: what it keeps of a minibatch reads as zeros
// once fit has returned, and evaluation writes no label, target or teacher into what a rule was
// ever given.
#include <boost/test/unit_test.hpp>

#include "tests/support/shell.h"

using namespace agon::test;

namespace {

const std::string kAgon = "'" + std::string(std::getenv("AGON")) + "' ";
const std::string kPlugins = std::getenv("AGON_TEST_PLUGINS");

Table run_keepers(const TemporaryFolder& folder, const std::string& study,
                  const std::string& what) {
  folder.write("suite.toml", "schema = 1\nname = \"leaks\"\n[[study]]\nname = \"" + study +
                                 "\"\nseeds = 1\n" + "[[study.grid]]\n" + what);
  const Ran ran =
      run(folder, kAgon + "run suite.toml --plugin '" + kPlugins + "/keeper.agon.so' -o out");
  BOOST_TEST(ran.code == 0, ran.err);
  return Table(folder / "out/cells.csv");
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_rule_that_keeps_labels_or_targets_scores_chance) {
  TemporaryFolder folder;
  const Table cells = run_keepers(
      folder, "accuracy",
      "tasks = [\"two-spirals\", \"digits\"]\nrules = [\"keeps-labels\", \"keeps-targets\"]\n");
  BOOST_TEST_REQUIRE(cells.size() == 4u);
  for (size_t r = 0; r < cells.size(); ++r) {
    BOOST_TEST_CONTEXT(cells.at(r, "rule") << " on " << cells.at(r, "task")) {
      BOOST_TEST(cells.at(r, "status") == "ok");
      const double chance = std::stod(cells.at(r, "score_chance"));
      for (const char* score : {"score_train", "score_val", "score_test"}) {
        BOOST_TEST(std::stod(cells.at(r, score)) < chance + 0.05);  // class 0, whatever is asked
      }
      BOOST_TEST(cells.at(r, "m_seen") == "0");
    }
  }
}

BOOST_AUTO_TEST_CASE(nor_does_one_of_trajectories_find_its_targets_or_its_teacher) {
  TemporaryFolder folder;
  const Table cells =
      run_keepers(folder, "accuracy",
                  "tasks = [\"oscillator\"]\nrules = [\"keeps-targets\", \"keeps-teacher\"]\n");
  BOOST_TEST_REQUIRE(cells.size() == 2u);
  for (size_t r = 0; r < cells.size(); ++r) {
    BOOST_TEST_CONTEXT(cells.at(r, "rule")) {
      BOOST_TEST(cells.at(r, "status") == "ok", cells.at(r, "status_detail"));
      BOOST_TEST(cells.at(r, "m_seen") == "0");
    }
  }
}

BOOST_AUTO_TEST_CASE(nor_under_harm_nor_between_two_phases) {
  TemporaryFolder folder;
  const Table cells =
      run_keepers(folder, "forgetting",
                  "tasks = [\"split-digits\"]\nrules = [\"keeps-labels\", \"keeps-targets\"]\n");
  BOOST_TEST_REQUIRE(cells.size() == 2u);
  for (size_t r = 0; r < cells.size(); ++r)
    BOOST_TEST(cells.at(r, "m_seen") == "0", cells.at(r, "rule"));
}
