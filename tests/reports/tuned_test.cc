// SPDX-License-Identifier: MIT
//
// Two rulesets in one study, and the trials behind the tuned one.
#include "reports/summary/tuned.h"

#include <fmt/format.h>

#include <array>
#include <boost/test/unit_test.hpp>

#include "make.h"
#include "reports/record/outcome.h"
#include "reports/statistics/selection.h"

using namespace agon::reports;
using namespace agon::reports::testing;

namespace {

constexpr std::array kRates{0.01, 0.1, 1.0};

CellRecord trial(const std::string& rule, const std::string& task, uint64_t seed, double score,
                 double lr) {
  CellRecord r = cell("learning-rate", rule, task, seed, kNaN, lr);
  r.id.mode = Mode::trial;
  r.outcome.score_val = score;
  return r;
}

CellRecord tuned(const std::string& rule, const std::string& task, uint64_t seed, double score,
                 double lr) {
  CellRecord r = cell("accuracy", rule, task, seed, score, lr);
  r.id.ruleset = kTunedRuleset;
  return r;
}

// bp .5 by default and .6 tuned, ed .3 and .5, on two tasks whose chance is .1; lr 1 tuned, .1 by default.
std::vector<CellRecord> records() {
  std::vector<CellRecord> all;
  for (const char* task : {"xor", "digits"}) {
    for (uint64_t seed = 0; seed < 3; ++seed) {
      const double noise = 0.01 * static_cast<double>(seed);
      all.push_back(cell("accuracy", "bp", task, seed, 0.5 + noise));
      all.push_back(cell("accuracy", "ed", task, seed, 0.3 + noise));
      all.push_back(tuned("bp", task, seed, 0.6 + noise, 1));
      all.push_back(tuned("ed", task, seed, 0.5 + noise, 1));
      for (const char* rule : {"bp", "ed"}) {
        for (const double lr : kRates)
          all.push_back(trial(rule, task, seed, lr == 1 ? 0.7 : 0.4, lr));
      }
    }
  }
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tuned_)

BOOST_AUTO_TEST_CASE(the_best_of_a_grid_is_the_one_nearest_to_its_middle) {
  const auto best = [](std::vector<double> means) { return best_of_grid(means); };
  BOOST_TEST(best({1, 3, 2}) == 1u);
  BOOST_TEST(best({2, 2, 2, 2, 2}) == 2u);
  BOOST_TEST(best({2, 2, 2, 2}) == 1u);  // the earlier of two
  BOOST_TEST(best({3, 0, 0, 3, 0}) == 3u);
  BOOST_TEST(best({kNaN, 0.1, kNaN}) == 1u);
  BOOST_TEST(best({kNaN, kNaN, 0}) == 2u);
  BOOST_TEST(best({}) == 0u);
}

BOOST_AUTO_TEST_CASE(the_board_is_of_the_default_ruleset_and_the_other_beside_it) {
  const std::vector<CellRecord> all = records();
  const Summary summary = summarise(all);
  const Scoreboard& board = summary.scoreboard;
  BOOST_TEST_REQUIRE(board.rows.size() == 2u);
  BOOST_TEST(board.study == "accuracy");
  BOOST_TEST(board.rows[0].label == "bp");
  BOOST_TEST(board.rows[1].label == "ed");
  BOOST_TEST(board.rows[0].cells == 24u);  // 6 of its own, 18 trials: none of the tuned
  const std::vector<TunedGain> gains = tuned_gains(summary.rows, board);
  BOOST_TEST_REQUIRE(gains.size() == 2u);
  BOOST_TEST(gains[1].label == "ed");
  BOOST_TEST(gains[1].tasks == 2u);
  // (.51 - .1) / (.51 - .1) and (.51 - .31) / (.51 - .1)
  BOOST_TEST(gains[1].tuned.value == 1.0, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(gains[1].gap.value == 0.2 / 0.41, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(gains[0].gap.value == 0.1 / 0.41, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(a_run_of_the_tuned_ruleset_alone_is_ranked_by_it) {
  std::vector<CellRecord> all = records();
  std::erase_if(all, [](const CellRecord& r) {
    return r.study == "accuracy" && r.id.ruleset == kDefaultRuleset;
  });
  const Summary summary = summarise(all);
  BOOST_TEST_REQUIRE(summary.scoreboard.rows.size() == 2u);
  BOOST_TEST(tuned_gains(summary.rows, summary.scoreboard).empty());
  BOOST_TEST(tuned_choices(all, summary.rows).size() == 4u);
}

BOOST_AUTO_TEST_CASE(trials_are_judged_on_validation) {
  std::vector<CellRecord> all = records();
  CellRecord& one = *std::ranges::find_if(
      all, [](const CellRecord& r) { return is_trial(r.id.mode) && r.id.lr == 0.01; });
  BOOST_TEST(!counts_as_failed(one));
  BOOST_TEST(judged_score(one, 0.1) == 0.4);
  BOOST_TEST(std::isnan(counted_score(one, &CellOutcome::score_test, 0.1)));
  one = failed(one, Status::diverged);
  BOOST_TEST(judged_score(one, 0.1) == 0.1);
  BOOST_TEST(std::isnan(counted_score(one, &CellOutcome::score_test, 0.1)));
  const Summary summary = summarise(all);
  for (const SummaryRow& row : summary.rows) {
    if (row.mode != Mode::trial) continue;
    BOOST_TEST(row.best_lr == 1);
    BOOST_TEST(row.score.mean == 0.7, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(row.learning_rate.points == 3u);
  }
}

BOOST_AUTO_TEST_CASE(a_choice_has_its_neighbours_and_what_the_default_was) {
  std::vector<CellRecord> all = records();
  for (CellRecord& r : all) {
    if (!is_trial(r.id.mode)) continue;
    r.outcome.curve.push_back({});
    r.outcome.curve.back().samples = 1000;
    r.outcome.macs_per_sample = 7;
    if (r.id.lr == 0.01) r.outcome.given_up_at = 3;
  }
  const Summary summary = summarise(all);
  const std::vector<TunedChoice> choices = tuned_choices(all, summary.rows);
  BOOST_TEST_REQUIRE(choices.size() == 4u);
  for (const TunedChoice& choice : choices) {
    BOOST_TEST(choice.parameter == "lr");
    BOOST_TEST_REQUIRE(choice.tried.size() == 3u);
    BOOST_TEST(choice.chosen == 2u);
    BOOST_TEST(choice.at_edge());
    BOOST_TEST(number_of(choice.tried[2].value) == 1);
    BOOST_TEST(choice.tried[1].score.mean == 0.4, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(choice.tried[0].n_given_up == 3u);
    BOOST_TEST(choice.tried[1].n_given_up == 0u);
    BOOST_TEST(number_of(choice.by_default) == 0.1);
    BOOST_TEST(choice.samples == 1000);
    BOOST_TEST(choice.macs == 7000);
  }
}

BOOST_AUTO_TEST_CASE(what_only_the_other_ruleset_has_is_no_other_method) {
  std::vector<CellRecord> all = records();
  for (CellRecord& r : all) {
    const bool other = r.id.ruleset == kTunedRuleset;
    r.id.params_json = fmt::format("{{\"lr\":{},\"penalty\":{}}}", r.id.lr,
                                   !other               ? "0"
                                   : r.id.task == "xor" ? "3"
                                                        : "4");
  }
  const Summary summary = summarise(all);
  BOOST_TEST(summary.scoreboard.rows.size() == 2u);
  BOOST_TEST(tuned_gains(summary.rows, summary.scoreboard).size() == 2u);
  for (const SummaryRow& row : summary.rows) {
    if (row.ruleset == kTunedRuleset) BOOST_TEST(row.label == row.rule + " ruleset=tuned");
  }
}

BOOST_AUTO_TEST_SUITE_END()
