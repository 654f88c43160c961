// SPDX-License-Identifier: MIT
//
// Training in this process, without workers: the discipline of splits, budgets and curves on real
// rules.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "harness/train/protocols/robustness.h"
#include "tests/harness/setup.h"

using namespace agon;
using namespace agon::harness;

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_bits_and_another_does_not) {
  Setup setup("bp", "digits", "epochs=2");
  const reports::CellOutcome a = setup.train(), b = setup.train();
  BOOST_TEST((a.status == reports::Status::ok));
  BOOST_TEST(a.loss_final == b.loss_final);
  BOOST_TEST(a.score_test == b.score_test);
  setup.job.seed = 1;
  BOOST_TEST(a.loss_final != setup.train().loss_final);
}

BOOST_AUTO_TEST_CASE(a_budget_of_updates_replaces_epochs) {
  Setup setup("bp", "digits", "updates=50,epochs=9,batch=32");
  setup.train();
  BOOST_TEST_REQUIRE(!setup.curve.empty());
  BOOST_TEST(setup.curve.back().updates == 50);
  BOOST_TEST(setup.curve.back().samples ==
             36 * 32 - 32 + 29 + 14 * 32);  // one whole epoch of 1149 rows, then 14 batches
}

// The rows say more than their mean; level 0 and the draws of harms do not overwrite them.
BOOST_AUTO_TEST_CASE(what_each_test_row_gave_is_kept) {
  Setup setup("linear", "digits", "epochs=1");
  setup.job.conditions = {{"input-noise", {2}}};
  const reports::CellOutcome outcome = setup.train(robustness_cell);
  BOOST_TEST_REQUIRE(outcome.test_rows.size() == 1u);
  BOOST_TEST(outcome.test_rows[0].format == "bit");
  const std::vector<double> rows = reports::values_of(outcome.test_rows[0]);
  BOOST_TEST(rows.size() == setup.task.split.test.size());
  double sum = 0;
  for (const double row : rows) sum += row;
  BOOST_TEST(sum / static_cast<double>(rows.size()) == outcome.score_test);

  Setup real("linear", "friedman-1", "epochs=1");
  const reports::CellOutcome regressed = real.train();
  BOOST_TEST_REQUIRE(regressed.test_rows.size() == 1u);
  BOOST_TEST(regressed.test_rows[0].rows == static_cast<int64_t>(real.task.split.test.size()));
  sum = 0;
  for (const double row : reports::values_of(regressed.test_rows[0])) sum += row;
  BOOST_TEST(sum / static_cast<double>(real.task.split.test.size()) == regressed.score_test,
             boost::test_tools::tolerance(1e-9));

  Setup trials("linear", "oscillator", "readout=ridge,epochs=1");
  const reports::CellOutcome dynamics = trials.train();
  BOOST_TEST_REQUIRE(dynamics.test_rows.size() == 1u);
  BOOST_TEST(dynamics.test_rows[0].format == "f64");
  const std::vector<double> scores = reports::values_of(dynamics.test_rows[0]);
  BOOST_TEST(scores.size() == trials.task.trajectories.test.size());
  sum = 0;
  for (const double score : scores) sum += score;
  BOOST_TEST(sum / static_cast<double>(scores.size()) == dynamics.score_test,
             boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(refit_trains_the_tested_model_on_more_rows_and_leaves_the_curve_alone) {
  Setup setup("linear", "digits", "epochs=3");
  setup.job.refit = true;
  const reports::CellOutcome with = setup.train();
  const size_t points = setup.curve.size();
  setup.job.refit = false;
  const reports::CellOutcome without = setup.train();
  BOOST_TEST(setup.curve.size() == points);
  BOOST_TEST(with.score_val == without.score_val);
  BOOST_TEST(with.loss_final == without.loss_final);
  BOOST_TEST(with.train_s > 0);
  BOOST_TEST(with.score_test > 0.8);
  BOOST_TEST(without.score_test > 0.8);
}

BOOST_AUTO_TEST_CASE(the_scores_are_those_of_the_metric_that_the_task_names) {
  Setup setup("linear", "digits", "epochs=3");  // its classes have unlike numbers of rows
  const reports::CellOutcome plain = setup.train();
  setup.task.info.metric = "balanced-accuracy";
  const reports::CellOutcome balanced = setup.train();
  BOOST_TEST(balanced.metric == "balanced-accuracy");
  BOOST_TEST(balanced.loss_final == plain.loss_final);
  BOOST_TEST(balanced.score_test != plain.score_test);
  BOOST_TEST(std::abs(balanced.score_test - plain.score_test) < 0.02);
}

BOOST_AUTO_TEST_CASE(a_rate_that_is_too_large_diverges_with_the_update) {
  Setup setup("bp", "digits",
              "optimiser=sgd,lr=1000,loss=squared,epochs=5,activation=relu,depth=3");
  const reports::CellOutcome outcome = setup.train();
  BOOST_TEST((outcome.status == reports::Status::diverged), outcome.status_detail);
  BOOST_TEST(outcome.diverged_at > 0);
  BOOST_TEST(std::isnan(outcome.score_test));
}

BOOST_AUTO_TEST_CASE(a_cooperative_rule_stops_at_its_limit) {
  Setup setup("bp", "digits", "epochs=100000");
  setup.job.timeout_s = 0.2;
  const reports::CellOutcome outcome = setup.train();
  BOOST_TEST((outcome.status == reports::Status::timeout), outcome.status_detail);
}

BOOST_AUTO_TEST_CASE(multiply_accumulates_of_a_network_follow_from_its_shape) {
  Setup setup("bp", "digits", "epochs=1,depth=1,width=64");
  const reports::CellOutcome outcome = setup.train();
  // Forward 64*64 + 64*10, weight gradients the same, error of the hidden layer 64*10; biases and
  // Adam are small.
  const double products = 2.0 * (64 * 64 + 64 * 10) + 64 * 10;
  BOOST_TEST(outcome.macs_per_sample >= products);
  BOOST_TEST(outcome.macs_per_sample <= 1.5 * products);
}

BOOST_AUTO_TEST_CASE(an_optimiser_writes_every_weight_once_an_update) {
  Setup setup("bp", "digits", "epochs=2,depth=1,width=64");
  const reports::CellOutcome outcome = setup.train();
  const reports::CurvePoint& last = setup.curve.back();
  const auto writes = static_cast<double>(outcome.n_params * last.updates);
  BOOST_TEST(outcome.weight_writes == writes / static_cast<double>(last.samples));
}

BOOST_AUTO_TEST_CASE(targets_are_reached_on_validation_and_dated) {
  Setup setup("elm", "digits");
  const reports::CellOutcome outcome = setup.train();
  BOOST_TEST(outcome.epochs_to_target == 1);
  BOOST_TEST(outcome.time_to_target_s > 0);
}
