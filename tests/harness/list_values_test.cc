// SPDX-License-Identifier: MIT
//
// Texts and lists of numbers as settings, as a user meets them: agon info, a run, its rows, and the
// command that runs a row again.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <vector>

#include "reports/sections/reproduce.h"
#include "reports/store/store.h"
#include "tests/support/shell.h"

using namespace agon::test;
namespace reports = agon::reports;

namespace {

const std::string kAgon = std::getenv("AGON");
const std::string kPlugin = "--plugin '" + std::string(std::getenv("AGON_TEST_PLUGINS")) + "'";

std::string settings(const reports::CellRecord& record) { return record.id.params_json; }

}  // namespace

BOOST_AUTO_TEST_CASE(info_shows_lists_and_texts) {
  TemporaryFolder folder;
  const Ran ran = run(folder, "'" + kAgon + "' info listed " + kPlugin);
  BOOST_TEST(ran.code == 0, ran.err);
  for (const std::string text : {"[128,64]", "0 to 16 of 1 .. 65536", "[0.5]", "1 to 2 of 0 .. 1",
                                 "\"as it is\"", "text of 0 to 40 bytes"}) {
    BOOST_TEST(ran.out.find(text) != std::string::npos, text << " in\n" << ran.out);
  }
}

BOOST_AUTO_TEST_CASE(each_list_is_a_cell_and_its_command_runs_it_again) {
  TemporaryFolder folder;
  const Ran ran =
      run(folder, "'" + kAgon + "' run quick --study accuracy -t xor -s 1 -j1 -o out " + kPlugin +
                      " -r 'listed[width=[[8,4],[],[2]],note=[\"a, [b]\",plain]]'");
  BOOST_TEST(ran.code == 0, ran.err);
  const reports::Store store(folder / "out/results.sqlite", reports::Store::Mode::read);
  const std::vector<reports::CellRecord> records = store.records();
  BOOST_TEST_REQUIRE(records.size() == 6u);
  BOOST_TEST(settings(records[0]) ==
             R"({"batch":4,"epochs":1,"note":"a, [b]","rates":[0.5],"width":[8,4]})");
  BOOST_TEST(records[0].outcome.loss_final == 10 * 8 + 4 + 0.5 + 6000);
  BOOST_TEST(Table(folder / "out/cells.csv").at(0, "params_json") == settings(records[0]));
  int again = 0;
  for (const reports::CellRecord& record : records) {
    const std::string command = reports::reproduce_command(store.run(), record);
    const std::string output = "again" + std::to_string(again++);
    BOOST_TEST_CONTEXT(command) {
      const Ran repeated =
          run(folder, "'" + kAgon + "'" + command.substr(command.find(' ')) + " -o " + output);
      BOOST_TEST(repeated.code == 0, repeated.err);
      const auto back =
          reports::Store(folder / (output + "/results.sqlite"), reports::Store::Mode::read)
              .records();
      BOOST_TEST_REQUIRE(back.size() == 1u);
      BOOST_TEST(back[0].id.cell_key == record.id.cell_key);
      BOOST_TEST(back[0].outcome.loss_final == record.outcome.loss_final);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_list_is_refused_with_its_reason) {
  TemporaryFolder folder;
  for (const auto& [setting, reason] :
       {std::pair<std::string, std::string>{"width=[8,x]", "width is a whole number, got 'x'"},
        {"rates=[]", "rates takes 1 to 2 values, got 0"},
        {"rates=[0.1,2]", "rates must be in [0, 1], got 2"},
        {"batch=[[4]]", "batch is a whole number, got '[4]'"}}) {
    const Ran ran = run(folder, "'" + kAgon + "' run quick -t xor --dry-run " + kPlugin +
                                    " -r 'listed[" + setting + "]'");
    BOOST_TEST(ran.code != 0);
    BOOST_TEST(ran.err.find(reason) != std::string::npos, ran.err);
  }
}
