// SPDX-License-Identifier: MIT
//
// What backpropagation does at its edges: one sigmoid unit for two classes, regression, no hidden
// layer, initial weights, refusals and divergence.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "reference.h"
#include "tests/plugins/golden/refusal.h"

namespace agon::test {
namespace {

RuleUnderTest bp(const TaskSpec& spec, std::string_view settings) {
  return RuleUnderTest(open_rule(AGON_BP_PLUGIN), spec, settings);
}

const Rows kXor{{0, 0}, {0, 1}, {1, 0}, {1, 1}};
const std::vector<int32_t> kXorLabels{0, 1, 1, 0};

BOOST_AUTO_TEST_CASE(two_classes_with_a_sigmoid_are_one_unit) {
  auto rule = bp({.shape = {2}}, "width=8,activation=tanh,loss=squared,output=sigmoid,lr=0.05");
  BOOST_CHECK_EQUAL(rule.tensor("W1").size(), 1u);
  // W0 8x2, b0 8, W1 1x8, b1 1
  BOOST_CHECK_EQUAL(rule.model().n_params(), 16 + 8 + 8 + 1);
  double loss = 1;
  for (int i = 0; i < 500; ++i) loss = rule.fit(matrix_of(kXor), kXorLabels);
  BOOST_CHECK_LT(loss, 0.01);
  const Rows y = rule.predict(matrix_of(kXor));
  for (size_t r = 0; r < y.size(); ++r) {
    BOOST_CHECK_EQUAL(y[r][1] > y[r][0], kXorLabels[r] == 1);
    BOOST_CHECK_CLOSE_FRACTION(y[r][0] + y[r][1], 1.0, 1e-6);
  }
}

BOOST_AUTO_TEST_CASE(more_classes_with_a_sigmoid_are_one_unit_each) {
  auto rule = bp({.shape = {2}, .classes = 3}, "loss=squared,output=sigmoid");
  BOOST_CHECK_EQUAL(rule.tensor("W1").size(), 3u);
}

BOOST_AUTO_TEST_CASE(keras_preset_learns_xor_and_is_the_articles_baseline) {
  const agon_rule& rule = open_rule(AGON_BP_PLUGIN);
  BOOST_CHECK_EQUAL(preset_of(rule, "keras"),
                    "activation=sigmoid,loss=squared,output=sigmoid,optimiser=adam-keras,init="
                    "keras,batch=64,lr=0.01");
}

BOOST_AUTO_TEST_CASE(regression_fits_a_line) {
  auto rule =
      bp({.shape = {1}, .classes = 1, .kind = AGON_REGRESS}, "depth=0,optimiser=sgd,lr=0.5");
  const Matrix x = matrix_of({{-1}, {0}, {1}}), t = matrix_of({{-3}, {-1}, {1}});
  for (int i = 0; i < 200; ++i) rule.fit(x, t, nullptr);
  BOOST_CHECK_CLOSE_FRACTION(rule.tensor("W0")[0][0], 2.0, 1e-4);
  BOOST_CHECK_CLOSE_FRACTION(rule.tensor("b0")[0][0], -1.0, 1e-4);
  BOOST_CHECK_CLOSE_FRACTION(rule.predict(x)[0][0], -3.0, 1e-4);
}

// Uniform in +-limit has sd limit / sqrt(3); 64 x 64 draws estimate it to a few per cent.
BOOST_AUTO_TEST_CASE(initial_weights_have_their_limits) {
  const auto limit = [](const char* settings) {
    const Rows w = bp({.shape = {64}}, settings).tensor("W0");
    double sum = 0, largest = 0;
    for (const auto& row : w) {
      for (const double v : row) {
        sum += v * v;
        largest = std::max(largest, std::abs(v));
      }
    }
    const double wanted = std::sqrt(3 * sum / (64 * 64));
    BOOST_CHECK_LT(std::abs(largest / wanted - 1), 0.05);
    return largest;
  };
  const double glorot = std::sqrt(6.0 / 128), he = std::sqrt(6.0 / 64);
  for (const auto& [settings, want] : {std::pair{"activation=relu", he},
                                       {"activation=gelu", he},
                                       {"activation=tanh", glorot},
                                       {"activation=sigmoid", glorot},
                                       {"activation=relu,init=glorot", glorot},
                                       {"activation=relu,init=keras", glorot},
                                       {"activation=tanh,init=he", he}}) {
    const double got = limit(settings);
    BOOST_CHECK_LE(got, want);
    BOOST_CHECK_GT(got, 0.99 * want);
  }
}

BOOST_AUTO_TEST_CASE(a_sigmoid_under_cross_entropy_is_refused_at_planning) {
  const agon_rule& rule = open_rule(AGON_BP_PLUGIN);
  const TaskSpec spec{.shape = {2}};
  const std::string reason = refused_at_planning(rule, spec, "output=sigmoid");
  for (const char* const words : {"output=sigmoid", "loss=cross-entropy", "set loss=squared"}) {
    BOOST_CHECK_MESSAGE(reason.find(words) != std::string::npos, words << " is not in: " << reason);
  }
  BOOST_CHECK_EQUAL(refused_at_creation(rule, spec, "output=sigmoid"), reason);
  BOOST_CHECK_EQUAL(refused_at_planning(rule, spec, "output=sigmoid,loss=squared"), "");
  BOOST_CHECK_EQUAL(refused_at_planning(rule, spec, preset_of(rule, "keras")), "");
  // Regression is squared error, whatever the option says.
  const TaskSpec regression{.shape = {2}, .kind = AGON_REGRESS};
  BOOST_CHECK_EQUAL(refused_at_planning(rule, regression, "output=sigmoid"), "");
  BOOST_CHECK_EQUAL(refused_at_creation(rule, regression, "output=sigmoid"), "");
}

BOOST_AUTO_TEST_CASE(an_infinite_loss_is_divergence) {
  auto rule = bp({.shape = {2}}, "loss=squared,optimiser=sgd,lr=1000,depth=3");
  const auto blow_up = [&] {
    for (int i = 0; i < 100; ++i) rule.fit(matrix_of(kXor), kXorLabels);
  };
  BOOST_CHECK_EXCEPTION(blow_up(), harness::RuleFailure,
                        [](const harness::RuleFailure& e) { return e.status() == AGON_DIVERGED; });
}

BOOST_AUTO_TEST_CASE(stops_when_asked) {
  auto rule = bp({.shape = {2}}, "");
  rule.model().call().request_stop();
  BOOST_CHECK_EXCEPTION(rule.fit(matrix_of(kXor), kXorLabels), harness::RuleFailure,
                        [](const harness::RuleFailure& e) { return e.status() == AGON_STOPPED; });
}

// Forward and backward products of 3 -> 8 -> 2 with 4 rows, counted by hand: nt 4*8*3 + 4*2*8,
// nn 4*8*2, tn 8*3*4 + 2*8*4.
BOOST_AUTO_TEST_CASE(multiply_accumulates_are_counted) {
  auto rule = bp({.shape = {3}}, "width=8,optimiser=sgd");
  harness::Call& call = rule.model().call();
  call.work().reset();
  rule.fit(matrix_of({{0, 0, 0}, {0, 1, 0}, {1, 0, 1}, {1, 1, 0}}), kXorLabels);
  const uint64_t products = 96 + 64 + 64 + 96 + 64;
  BOOST_CHECK_GE(call.macs(), products);
  BOOST_CHECK_LE(call.macs(), products + 400);  // elementwise work, a few per element
}

}  // namespace
}  // namespace agon::test
