// SPDX-License-Identifier: MIT
//
// Lines over the level of a harm: seeds, failures, the selected learning rate, what is not taken.
#include "reports/studies/robustness.h"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "tests/reports/make.h"

namespace agon::reports {
namespace {

using testing::cell;
using testing::failed;

CellRecord harmed(const std::string& rule, uint64_t seed, double score, double left,
                  double lr = 0.1) {
  CellRecord r = cell("robust", rule, "digits", seed, score, lr);
  r.outcome.series = {{"score@weight-noise", kNaN, 0, kNaN, "has no weights"},
                      {"score@lesion", 0, 1, score},
                      {"score@lesion", 0.4, 3, left},
                      {"nrmse@lesion", 0, 1, 0.2},
                      {"nrmse@lesion", 0.4, 3, 0.3}};
  return r;
}

Robustness of(const std::vector<CellRecord>& records) {
  return robustness_of(group_cells(records), summarise(records).rows);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(robustness)

BOOST_AUTO_TEST_CASE(a_level_is_the_mean_over_seeds_and_a_failed_run_is_chance) {
  const Robustness all = of({harmed("bp", 0, 0.9, 0.5), harmed("bp", 1, 0.7, 0.6),
                             failed(harmed("bp", 2, 0.9, 0.5), Status::diverged),
                             failed(harmed("bp", 3, 0.9, 0.5), Status::skipped)});
  BOOST_TEST_REQUIRE(all.curves.size() == 1u);
  const HarmCurves& curves = all.curves[0];
  BOOST_TEST(curves.harm == "lesion");
  BOOST_TEST_REQUIRE(curves.lines.size() == 1u);
  const HarmLine& line = curves.lines[0];
  BOOST_TEST_REQUIRE(line.levels.size() == 2u);
  BOOST_TEST(line.levels[0].level == 0);
  BOOST_TEST(line.levels[1].score.n == 3u);
  BOOST_TEST(line.levels[1].n_failed == 1u);
  const double mean = (0.5 + 0.6 + 0.1) / 3, intact = (0.9 + 0.7 + 0.1) / 3;
  BOOST_TEST(line.levels[1].score.mean == mean, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(line.levels[1].nrmse == 0.3,
             boost::test_tools::tolerance(1e-12));  // of the two that ran
  BOOST_TEST(line.lost(1, 0.1) == (intact - mean) / (intact - 0.1),
             boost::test_tools::tolerance(1e-12));
  BOOST_TEST(std::isnan(line.lost(1, 0.95)));  // nothing above chance to lose
}

// A second measurement of speed is a group without a row of the summary.
BOOST_AUTO_TEST_CASE(speeds_before_and_behind_shift_nothing) {
  std::vector<CellRecord> records;
  for (const Mode mode : {Mode::speed, Mode::speed_again}) {
    records.push_back(cell("speed", "bp", "xor", 0, kNaN));
    records.back().id.mode = mode;
    records.back().id.cell_key += name(mode);
  }
  records.push_back(harmed("ed", 0, 0.9, 0.5));
  records.push_back(records[1]);
  records.back().study = "more speed";
  const Robustness all = of(records);
  BOOST_TEST_REQUIRE(all.curves.size() == 1u);
  BOOST_TEST(all.curves[0].lines.at(0).label == "ed");
  BOOST_TEST(all.curves[0].lines[0].levels.at(0).score.mean == 0.9);
}

BOOST_AUTO_TEST_CASE(the_learning_rate_selected_on_validation_speaks) {
  // The better rate on validation loses more: nothing is selected by what harms leave.
  const Robustness all = of({harmed("bp", 0, 0.9, 0.2, 0.1), harmed("bp", 0, 0.6, 0.5, 0.01)});
  BOOST_TEST_REQUIRE(all.curves.at(0).lines.size() == 1u);
  BOOST_TEST(all.curves[0].lines[0].levels.at(1).score.mean == 0.2);
}

BOOST_AUTO_TEST_CASE(what_is_not_taken_is_named_once_with_its_reason) {
  std::vector<CellRecord> records{harmed("bp", 0, 0.9, 0.5), harmed("bp", 1, 0.9, 0.5)};
  records.push_back(harmed("ed", 0, 0.9, 0.5));
  records.back().outcome.series = {{"score@weight-noise", 0, 1, 0.9},
                                   {"score@weight-noise", 0.5, 3, 0.8}};
  const Robustness all = of(records);
  BOOST_TEST_REQUIRE(all.not_taken.size() == 1u);
  BOOST_TEST(all.not_taken[0].label == "bp");
  BOOST_TEST(all.not_taken[0].harm == "weight-noise");
  BOOST_TEST(all.not_taken[0].reason == "has no weights");
  BOOST_TEST_REQUIRE(all.curves.size() == 2u);  // in the order of kHarms, whoever came first
  BOOST_TEST(all.curves[0].harm == "weight-noise");
  BOOST_TEST(all.curves[1].harm == "lesion");
  BOOST_TEST(of({cell("accuracy", "bp", "digits", 0, 0.9)}).empty());
}

BOOST_AUTO_TEST_CASE(harmed_models_rank_rules_only_where_nothing_else_does) {
  const std::vector<StudyCard> studies{{"robust", "", StudyKind::robustness},
                                       {"main", "", StudyKind::accuracy}};
  std::vector<CellRecord> records{harmed("bp", 0, 0.9, 0.5)};
  BOOST_TEST(summarise(records, {}, studies).scoreboard.study == "robust");
  records.push_back(cell("main", "bp", "digits", 0, 0.9));
  BOOST_TEST(summarise(records, {}, studies).scoreboard.study == "main");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
