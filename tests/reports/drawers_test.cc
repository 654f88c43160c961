// SPDX-License-Identifier: MIT
//
// What opens behind a number: every run of a setting, the same key in every report, and no more of
// them than a page bears.
#include "reports/sections/drawers.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "reports/render/html/drawers.h"
#include "reports/sections/reproduce.h"
#include "reports/sections/sections.h"
#include "tests/browser/sample.h"

namespace agon::reports {
namespace {

using Json = nlohmann::json;

struct Made {
  explicit Made(ReportInput made)
      : input(std::move(made)),
        summary(summarise(input.records, input.run.tasks, input.run.studies)),
        page(input, summary) {}
  explicit Made(const std::string& kind) : Made(tests::make_sample(kind)) {}
  ReportInput input;
  Summary summary;
  PageInput page;
};

constexpr size_t kPlenty = 10'000'000;

}  // namespace

BOOST_AUTO_TEST_SUITE(drawers)

BOOST_AUTO_TEST_CASE(every_number_that_opens_one_has_one) {
  const Made made("full");
  std::set<std::string> keys;
  for (const Group& group : made.page.groups)
    BOOST_TEST(keys.insert(drawer_key(group)).second, group.label);
  size_t opened = 0;
  for (const Section& section : sections_of(made.page)) {
    for (const Block& block : section.blocks) {
      const auto* table = std::get_if<Table>(&block.is);
      if (table == nullptr) continue;
      for (const auto& row : table->rows) {
        for (const Cell& cell : row) {
          if (cell.opens.empty()) continue;
          BOOST_TEST(keys.contains(cell.opens.substr(0, cell.opens.find('.'))), section.id);
          ++opened;
        }
      }
    }
  }
  BOOST_TEST(opened > 40u);
}

BOOST_AUTO_TEST_CASE(a_key_stays_when_the_run_grows) {
  const Made all("full");
  ReportInput fewer = tests::make_sample("full");
  std::erase_if(fewer.records, [](const CellRecord& r) { return r.id.seed > 0; });
  const Made some(std::move(fewer));
  std::set<std::string> keys;
  for (const Group& group : all.page.groups) keys.insert(drawer_key(group));
  for (const Group& group : some.page.groups) BOOST_TEST(keys.contains(drawer_key(group)));
}

BOOST_AUTO_TEST_CASE(a_drawer_has_the_runs_of_its_setting) {
  const Made made("full");
  for (const Group& group : made.page.groups) {
    const Drawer drawer = make_drawer(made.page, group, 12, 1000);
    BOOST_TEST_REQUIRE(drawer.runs.size() == group.cells.size());
    for (size_t i = 0; i < drawer.runs.size(); ++i) {
      const CellRecord& r = *group.cells[i];
      const DrawerRun& run = drawer.runs[i];
      BOOST_TEST(run.status == name(r.outcome.status));
      BOOST_TEST(run.command_head + std::to_string(run.seed) + run.command_tail ==
                 reproduce_command(made.input.run, r));
      BOOST_TEST(run.x.size() <= 12u);
      if (!r.outcome.curve.empty()) {
        BOOST_TEST(run.x.back() == static_cast<double>(r.outcome.curve.back().epoch));
        BOOST_TEST(run.score.size() == run.x.size());
      }
      BOOST_TEST(r.id.cell_key.starts_with(run.key));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_end_of_a_log_is_kept_and_more_of_a_failed_run) {
  ReportInput input = tests::make_sample("failures");
  for (CellRecord& r : input.records) {
    for (int line = 0; line < 100; ++line)
      r.outcome.log_tail += "line " + std::to_string(line) + "\n";
  }
  const Made made(std::move(input));
  const Drawer drawer = make_drawer(made.page, made.page.groups.front(), 0, 50);
  const std::string& log = drawer.runs.front().log;
  BOOST_TEST(log.ends_with("line 99\n"));
  BOOST_TEST(log.starts_with("... line "));
  BOOST_TEST(log.size() > 150u);
  BOOST_TEST(log.size() < 210u);
  BOOST_TEST(drawer.runs.front().x.empty());
}

BOOST_AUTO_TEST_CASE(a_warning_that_the_end_of_the_log_lost_stands_above_it) {
  ReportInput input = tests::make_sample("full");
  for (CellRecord& r : input.records) {
    r.outcome.warnings = {{"mind the step", 3}, {"the end is near", 1}};
    r.outcome.log_tail =
        "warning: mind the step\n" + std::string(200, 'x') + "\nwarning: the end is near\n";
  }
  const Made made(std::move(input));
  const std::string log = make_drawer(made.page, made.page.groups.front(), 0, 50).runs.front().log;
  BOOST_TEST(log == "warning (3 times): mind the step\n... warning: the end is near\n");
}

BOOST_AUTO_TEST_CASE(json_has_every_drawer_or_says_how_many) {
  const Made made("full");
  const DrawerData whole = drawer_data(made.page, kPlenty);
  BOOST_TEST(whole.shown == made.page.groups.size());
  BOOST_TEST(whole.all == whole.shown);
  const Json json = Json::parse(whole.json);
  BOOST_TEST(json["drawers"].size() == whole.all);
  for (const auto& [key, drawer] : json["drawers"].items()) {
    for (const Json& run : drawer["runs"]) {
      BOOST_TEST(run.size() == 15u);
      for (const size_t text : {3, 4, 5, 6, 7, 11}) BOOST_TEST(run[text] < json["texts"].size());
      BOOST_TEST(run[12] < json["axes"].size());
    }
    BOOST_TEST(drawer["facts"].size() % 2 == 0u);
  }
  const DrawerData part = drawer_data(made.page, whole.json.size() / 8);
  BOOST_TEST(part.shown < part.all);
  BOOST_TEST(part.points < whole.points);
  BOOST_TEST(part.json.size() < whole.json.size() / 4);
  // Those of the scoreboard come first, with what failed there.
  const std::vector<const Group*> order = drawer_order(made.page);
  BOOST_TEST(order.size() == part.all);
  BOOST_TEST(order.front()->study() == "accuracy");
  const Json some = Json::parse(part.json);
  for (size_t i = 0; i < part.shown; ++i)
    BOOST_TEST(some["drawers"].contains(drawer_key(*order[i])));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
