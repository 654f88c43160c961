// SPDX-License-Identifier: MIT
//
// The protocol of the forgetting study on real rules: order, budget, the one moment of comparison.
#include "harness/train/protocols/forgetting.h"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "reports/record/outcome.h"
#include "tests/harness/setup.h"

using namespace agon;
using namespace agon::harness;
using reports::CellOutcome;
using reports::CurvePoint;
using reports::series_value;
using reports::SeriesPoint;
using reports::Status;

namespace {

const std::string kSmall = "loss=squared,init=glorot,depth=2,width=64,lr=1e-3,epochs=10";

bool same_bits(const CellOutcome& a, const CellOutcome& b) {
  return a.rule_metrics == b.rule_metrics && a.score_test == b.score_test &&
         a.score_val == b.score_val && a.loss_final == b.loss_final;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_network_learns_a_then_b_and_forgets_a) {
  Setup setup("bp", "split-digits", kSmall);
  const CellOutcome outcome = setup.train(forgetting_cell);
  BOOST_TEST((outcome.status == Status::ok), outcome.status_detail);
  BOOST_TEST(outcome.status_detail == "");
  const auto& m = outcome.rule_metrics;
  BOOST_TEST(m.at("a_before") > 0.95);
  BOOST_TEST(m.at("end_b") > 0.95);
  BOOST_TEST(m.at("end_a") < 0.5);
  BOOST_TEST(m.at("level_b") == 0.8);
  BOOST_TEST(m.at("matched_b") > 0.65);
  double highest = 0;
  for (const SeriesPoint& p : outcome.series) {
    if (p.series == "score_b") highest = std::fmax(highest, p.value);
  }
  BOOST_TEST(m.at("best_b") >= highest);
  BOOST_TEST(m.at("best_b") <= 1);
  BOOST_TEST(m.at("a_kept") == outcome.score_val / m.at("a_before"));
  BOOST_TEST((outcome.score_test >= 0 && outcome.score_test <= 1));
  BOOST_TEST(std::isnan(outcome.score_train));
  BOOST_TEST(outcome.epochs_done == 20);
}

// At a level that falls together with a point of the curve, at 64, 128, 256, ... samples of B.
BOOST_AUTO_TEST_CASE(a_is_compared_when_b_first_reaches_its_level_and_only_there) {
  Setup setup("bp", "split-digits", kSmall);
  std::get<datasets::ClassifyInfo>(setup.task.info.of).matched = 0.3;
  const CellOutcome outcome = setup.train(forgetting_cell);
  const auto& m = outcome.rule_metrics;
  const CurvePoint* match = nullptr;
  size_t readings = 0;
  for (const CurvePoint& p : setup.curve) {
    const auto x = static_cast<double>(p.samples);
    const double score_b = series_value(outcome, "score_b", x);
    if (x - m.at("samples_a") <= 0) {
      BOOST_TEST(score_b < 0.1);  // A and B share no class
      continue;
    }
    ++readings;
    if (match == nullptr && score_b >= 0.3) match = &p;
  }
  BOOST_TEST(readings > 10u);
  BOOST_TEST(outcome.series.size() == 2 * setup.curve.size());
  BOOST_TEST_REQUIRE(match != nullptr);
  BOOST_TEST(static_cast<double>(match->samples) - m.at("samples_a") == m.at("samples_to_match"));
  BOOST_TEST(series_value(outcome, "score_a", static_cast<double>(match->samples)) ==
             outcome.score_val);
  BOOST_TEST(match->epoch == 11);  // within B's first epoch
  std::get<datasets::ClassifyInfo>(setup.task.info.of).matched =
      0.8;  // later, at any multiple of 64 samples
  const CellOutcome later = setup.train(forgetting_cell);
  BOOST_TEST(later.rule_metrics.at("samples_to_match") > m.at("samples_to_match"));
  BOOST_TEST(later.rule_metrics.at("end_a") == m.at("end_a"));  // reading changes nothing
}

BOOST_AUTO_TEST_CASE(a_rule_that_learns_nothing_of_b_has_no_score) {
  Setup setup("elm", "split-digits", "width=64");  // solved once, after A's first epoch
  const CellOutcome outcome = setup.train(forgetting_cell);
  BOOST_TEST((outcome.status == Status::ok), outcome.status_detail);
  BOOST_TEST(outcome.status_detail == "task B reached 0.000 of 0.8: not comparable");
  BOOST_TEST(std::isnan(outcome.score_test));
  BOOST_TEST(std::isnan(outcome.score_val));
  BOOST_TEST(outcome.rule_metrics.at("end_a") == outcome.rule_metrics.at("a_before"));
  for (const char* key : {"a_kept", "matched_b", "samples_to_match"})
    BOOST_TEST(!outcome.rule_metrics.contains(key));
}

BOOST_AUTO_TEST_CASE(both_tasks_have_the_same_budget_together_that_of_a_training_on_both) {
  Setup epochs("bp", "permuted-digits", kSmall);
  const CellOutcome outcome = epochs.train(forgetting_cell);
  BOOST_TEST(outcome.rule_metrics.at("samples_a") == 10 * 1149);
  BOOST_TEST(epochs.curve.back().samples == 2 * 10 * 1149);
  // Half of the updates each; an epoch of A has 36.
  Setup updates("bp", "permuted-digits", kSmall + ",updates=100");
  const CellOutcome halves = updates.train(forgetting_cell);
  BOOST_TEST(updates.curve.back().updates == 100);
  BOOST_TEST(halves.rule_metrics.at("samples_a") == 1149 + 14 * 32);
  BOOST_TEST(halves.epochs_done == 4);
  Setup joint("bp", "permuted-digits", kSmall);
  joint.job.refit = false;
  BOOST_TEST((joint.train().status == Status::ok));
  BOOST_TEST(joint.curve.back().samples == epochs.curve.back().samples);
}

BOOST_AUTO_TEST_CASE(the_same_seed_forgets_the_same_bits_and_another_does_not) {
  Setup setup("bp", "permuted-digits", kSmall);
  const CellOutcome a = setup.train(forgetting_cell), b = setup.train(forgetting_cell);
  BOOST_TEST(same_bits(a, b));
  setup.job.seed = 1;
  BOOST_TEST(!same_bits(a, setup.train(forgetting_cell)));
}

BOOST_AUTO_TEST_CASE(a_run_that_diverges_has_no_score_of_a) {
  Setup setup("bp", "split-digits",
              "optimiser=sgd,lr=1000,loss=squared,epochs=5,activation=relu,depth=3");
  const CellOutcome outcome = setup.train(forgetting_cell);
  BOOST_TEST((outcome.status == Status::diverged), outcome.status_detail);
  BOOST_TEST(std::isnan(outcome.score_test));
  BOOST_TEST(outcome.rule_metrics.empty());
}

BOOST_AUTO_TEST_CASE(without_a_budget_nothing_is_learnt_and_said) {
  Setup setup("bp", "split-digits", "epochs=0");
  const CellOutcome outcome = setup.train(forgetting_cell);
  BOOST_TEST((outcome.status == Status::ok), outcome.status_detail);
  BOOST_TEST(outcome.epochs_done == 0);
  BOOST_TEST(outcome.status_detail.ends_with("not comparable"));
  BOOST_TEST(outcome.rule_metrics.at("a_before") < 0.6);
}
