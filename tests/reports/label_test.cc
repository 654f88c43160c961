// SPDX-License-Identifier: MIT
//
// Labels name what is unlike most, are told apart, and are the same wherever a setting is shown.
#include "reports/summary/label.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>

#include "reports/studies/sweep.h"
#include "reports/summary/group.h"
#include "reports/summary/summary.h"
#include "tests/reports/make.h"

namespace agon::reports {
namespace {

using testing::cell;
using Texts = std::vector<std::string>;

Texts texts(const std::vector<Setting>& settings) { return short_texts(settings); }

// A cell of an ablation: the given parameters besides those that all share.
CellRecord run(const std::string& params, uint64_t seed = 0, const std::string& task = "xor") {
  CellRecord r = cell("design", "ed", task, seed, 0.9);
  r.id.params_json = "{" + params + "}";
  r.id.cell_key += params;
  return r;
}

const std::vector<std::string> kDesign{
    R"("dale":true,"eta":0.2,"norm":"units")", R"("dale":false,"eta":0.2,"norm":"units")",
    R"("dale":true,"eta":0,"norm":"units")", R"("dale":true,"eta":0.2,"norm":"fan-in")"};

std::vector<CellRecord> design() {
  std::vector<CellRecord> out;
  for (const char* task : {"xor", "digits"}) {
    for (const std::string& params : kDesign) {
      for (uint64_t seed = 0; seed < 2; ++seed) out.push_back(run(params, seed, task));
    }
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(label)

BOOST_AUTO_TEST_CASE(what_more_than_half_share_is_left_out) {
  BOOST_TEST(
      texts({{{"a", "1"}, {"b", "x"}}, {{"a", "1"}, {"b", "y"}}, {{"a", "2"}, {"b", "z"}}}) ==
          (Texts{"b=x", "b=y", "a=2 b=z"}),
      boost::test_tools::per_element());
  // Half is not more than half.
  BOOST_TEST(texts({{{"a", "1"}}, {{"a", "2"}}}) == (Texts{"a=1", "a=2"}),
             boost::test_tools::per_element());
  BOOST_TEST(
      texts({{{"a", "1"}, {"b", "x"}},
             {{"a", "1"}, {"b", "y"}},
             {{"a", "2"}, {"b", "x"}},
             {{"a", "2"}, {"b", "z"}}}) == (Texts{"a=1 b=x", "a=1 b=y", "a=2 b=x", "a=2 b=z"}),
      boost::test_tools::per_element());
  BOOST_TEST(texts({{}}) == Texts{""}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(no_two_settings_share_a_label) {
  // The second has no b at all, which would read like the b=x that most have.
  const std::vector<Setting> settings{{{"a", "1"}, {"b", "x"}},
                                      {{"a", "1"}},
                                      {{"a", "1"}, {"b", "x"}, {"c", "3"}},
                                      {{"a", "2"}, {"b", "x"}}};
  const Texts out = texts(settings);
  BOOST_TEST(out == (Texts{"a=1 b=x", "a=1", "c=3", "a=2"}), boost::test_tools::per_element());
  // Whole, the first reads like the short form of the last, which then grows as well.
  BOOST_TEST(
      texts({{{"a", "1"}, {"b", "x"}},
             {{"a", "1"}},
             {{"a", "1"}, {"b", "x"}, {"c", "3"}},
             {{"a", "1 b=x"}, {"b", "x"}}}) == (Texts{"a=1 b=x", "a=1", "c=3", "a=1 b=x b=x"}),
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(rows_keep_their_variant_and_get_a_short_label) {
  const Summary s = summarise(design());
  BOOST_TEST_REQUIRE(s.rows.size() == 8u);
  BOOST_TEST(s.rows[0].label == "ed");
  BOOST_TEST(s.rows[0].variant == "dale=true eta=0.2 norm=units");
  BOOST_TEST(s.rows[1].label == "ed dale=false");
  BOOST_TEST(s.rows[2].label == "ed eta=0");
  BOOST_TEST(s.rows[3].label == "ed norm=fan-in");
  BOOST_TEST(s.rows[3].variant == "dale=true eta=0.2 norm=fan-in");
  // The same names on the other task, and on the scoreboard.
  for (size_t i = 0; i < 4; ++i) BOOST_TEST(s.rows[4 + i].label == s.rows[i].label);
  std::set<std::string> labels;
  for (const ScoreboardRow& row : s.scoreboard.rows) labels.insert(row.label);
  BOOST_TEST(
      (labels == std::set<std::string>{"ed", "ed dale=false", "ed eta=0", "ed norm=fan-in"}));
}

BOOST_AUTO_TEST_CASE(settings_are_counted_once_however_often_they_ran) {
  // Five seeds of one setting are one setting.
  std::vector<CellRecord> records{run(R"("eta":0)")};
  for (uint64_t seed = 0; seed < 5; ++seed) records.push_back(run(R"("eta":0.2)", seed));
  const auto groups = group_cells(records);
  BOOST_TEST_REQUIRE(groups.size() == 2u);
  BOOST_TEST(groups[0].label == "ed eta=0");
  BOOST_TEST(groups[1].label == "ed eta=0.2");
}

BOOST_AUTO_TEST_CASE(depth_and_width_stand_behind_the_name) {
  std::vector<CellRecord> records;
  for (const std::string& params : kDesign) {
    for (const int64_t depth : {1, 2}) {
      records.push_back(run(params));
      records.back().id.depth = depth;
    }
  }
  const auto groups = group_cells(records);
  BOOST_TEST(groups.at(1).name == "ed");
  BOOST_TEST(groups.at(1).label == "ed depth=2");
  BOOST_TEST(groups.at(2).label == "ed dale=false depth=1");
}

BOOST_AUTO_TEST_CASE(the_ruleset_is_a_setting_like_others) {
  std::vector<CellRecord> records;
  for (const std::string& params : {kDesign[0], kDesign[1], kDesign[2]})
    records.push_back(run(params));
  records.push_back(run(kDesign[0]));
  records.back().id.ruleset = "tuned";
  const auto groups = group_cells(records);
  BOOST_TEST_REQUIRE(groups.size() == 4u);
  BOOST_TEST(groups[0].label == "ed");
  BOOST_TEST(groups[3].label == "ed ruleset=tuned");
  BOOST_TEST(groups[3].variant == "dale=true eta=0.2 ruleset=tuned");
}

BOOST_AUTO_TEST_CASE(lines_of_a_sweep_are_named_alike) {
  ReportInput input;
  input.run.studies = {{"design", "?", StudyKind::sweep, "steps", "score_test"}};
  for (const std::string& params : kDesign) {
    for (const int steps : {1, 2})
      input.records.push_back(run(params + ",\"steps\":" + std::to_string(steps)));
  }
  const auto sweeps = make_sweeps(input);
  BOOST_TEST_REQUIRE(sweeps.size() == 1u);
  BOOST_TEST_REQUIRE(sweeps[0].lines.size() == 4u);
  BOOST_TEST(sweeps[0].lines[0].label == "ed");
  BOOST_TEST(sweeps[0].lines[0].variant == "dale=true eta=0.2 norm=units");
  BOOST_TEST(sweeps[0].lines[3].label == "ed norm=fan-in");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
