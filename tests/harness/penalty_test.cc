// SPDX-License-Identifier: MIT
//
// The penalty of the ridge readouts as a cell shows it: what was used stands beside what was asked
// for.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "tests/harness/setup.h"

using namespace agon;
using namespace agon::harness;
using reports::CellOutcome;

// A row left out of a parity has neighbours of the other class only: every 4th row as a test
// misleads.
BOOST_AUTO_TEST_CASE(where_all_rows_are_learnt_these_rows_decide) {
  for (const uint64_t seed : {0, 1, 2}) {
    for (const auto& [task, least] :
         {std::pair{"parity-4", 1.0}, {"parity-5", 1.0}, {"parity-8", 0.9}}) {
      Setup setup("elm", task);
      setup.job.seed = seed;
      const CellOutcome outcome = setup.train();
      BOOST_TEST(outcome.score_test >= least, task << " " << outcome.score_test);
      BOOST_TEST(outcome.rule_metrics.at("lambda_used") <= 1e-3);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_sample_is_still_tested_on_its_inner_part) {
  Setup setup("elm", "digits", "width=64");
  BOOST_TEST(setup.train().rule_metrics.at("lambda_used") >= 0.01);
}

// From the asked one by tens, so that a sweep shows which of its points are one.
BOOST_AUTO_TEST_CASE(a_penalty_that_rounding_refuses_is_raised_by_ten_and_said) {
  const auto run = [](const char* lambda) {
    Setup setup("elm", "two-spirals", std::string("width=512,gain=0.001,readout_lambda=") + lambda);
    return setup.train();
  };
  const CellOutcome least = run("1e-9");
  const double used = least.rule_metrics.at("lambda_used");
  BOOST_TEST(used > 1e-9);
  BOOST_TEST(used < 0.01);
  BOOST_TEST(least.log_tail.find("1e-09 was raised to") != std::string::npos, least.log_tail);
  const CellOutcome same = run(fmt::format("{}", used).c_str());
  BOOST_TEST(same.rule_metrics.at("lambda_used") == used);
  BOOST_TEST(same.score_val == least.score_val);
  BOOST_TEST(same.log_tail.find("raised") == std::string::npos, same.log_tail);
  BOOST_TEST(run("0.5").rule_metrics.at("lambda_used") == 0.5);
}

BOOST_AUTO_TEST_CASE(a_readout_that_takes_steps_used_none) {
  Setup setup("linear", "xor", "epochs=1");
  BOOST_TEST(std::isnan(setup.train().rule_metrics.at("lambda_used")));
}
