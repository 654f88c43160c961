// SPDX-License-Identifier: MIT
//
// Rules that are timed side by side: one that crashes, hangs or fails in its turn costs its own cell, and the
// others have all of their repetitions.
#include <boost/test/unit_test.hpp>

#include "tests/support/shell.h"

using namespace agon::test;

namespace {

constexpr const char* kSuite = R"(schema = 1
name = "turns"
[[study]]
name = "speed"
seeds = 2
timeout_s = 4
[[study.grid]]
tasks = ["xor"]
rules = ["bp[epochs=3]", "linear[epochs=3]", "fault-segfault", "fault-loop", "fault-throws"]
)";

}  // namespace

BOOST_AUTO_TEST_CASE(a_bad_rule_holds_nobody_up) {
  TemporaryFolder folder;
  folder.write("suite.toml", kSuite);
  const Ran ran =
      run(folder, "'" + std::string(std::getenv("AGON")) + "' run suite.toml --plugin '" +
                      std::getenv("AGON_TEST_PLUGINS") + "' -o out");
  BOOST_TEST(ran.code == 1, ran.err);
  const Table cells(folder / "out/cells.csv");
  BOOST_TEST_REQUIRE(cells.size() == 12u);  // bp twice
  size_t good = 0;
  for (size_t r = 0; r < cells.size(); ++r) {
    const std::string rule = cells.at(r, "rule"), status = cells.at(r, "status");
    const std::string said = rule + ": " + status + " " + cells.at(r, "status_detail");
    if (rule == "bp" || rule == "linear") {
      BOOST_TEST(status == "ok", said);
      BOOST_TEST(std::stod(cells.at(r, "samples_per_s_train")) > 0);
      BOOST_TEST(std::stod(cells.at(r, "samples_per_s_predict")) > 0);
      // What it waited for the others' turns, among them a hanging one's, is not its time.
      BOOST_TEST(std::stod(cells.at(r, "wall_s")) < 4.0, said);
      ++good;
    } else if (rule == "fault-segfault") {
      BOOST_TEST(status == "crashed", said);
    } else if (rule == "fault-loop") {
      BOOST_TEST(status == "timeout", said);
    } else {
      BOOST_TEST(status == "error", said);
    }
  }
  BOOST_TEST(good == 6u);
}
