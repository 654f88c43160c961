// SPDX-License-Identifier: MIT
//
// agon/readout.h through the rule that is nothing else, `linear`: the ridge readout against a
// reference from the rows, the softmax readout against its equations, the z-score at its edges.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "ridge_reference.h"
#include "tests/plugins/golden/open_rule.h"

namespace agon::test {
namespace {

constexpr int64_t kInputs = 7, kClasses = 3, kRows = 50;

struct Data {
  Rows x, t;  // t: +-1
  std::vector<int32_t> labels;
  // noise: how much of a row does not follow from its class.
  explicit Data(double noise) {
    unsigned state = 3;
    const auto next = [&] {
      return static_cast<double>((state = state * 1664525u + 1013904223u) >> 8) / 16777216.0;
    };
    for (int64_t r = 0; r < kRows; ++r) {
      const int32_t label = static_cast<int32_t>(r % kClasses);
      std::vector<double> row, target;
      for (int64_t i = 0; i < kInputs; ++i)
        row.push_back(static_cast<float>((i == label ? 1 : 0) + noise * next()));
      row[3] = 2.5;                                // constant: carries nothing
      row[4] = static_cast<float>(row[4] * 1000);  // another unit
      for (int32_t k = 0; k < kClasses; ++k) target.push_back(k == label ? 1 : -1);
      x.push_back(row);
      t.push_back(target);
      labels.push_back(label);
    }
  }
};

RuleUnderTest linear(std::string_view settings) {
  return RuleUnderTest(open_rule(AGON_LINEAR_PLUGIN),
                       {.shape = {kInputs}, .classes = kClasses, .max_batch = 64}, settings);
}

void prepare(RuleUnderTest& rule, const Matrix& x) { rule.model().prepare(x, true); }

// One epoch in minibatches of 8, the last one smaller.
void epoch(RuleUnderTest& rule, const Data& d) {
  for (size_t begin = 0; begin < d.x.size(); begin += 8) {
    const size_t end = std::min(d.x.size(), begin + 8);
    const Rows part(d.x.begin() + static_cast<ptrdiff_t>(begin),
                    d.x.begin() + static_cast<ptrdiff_t>(end));
    rule.fit(matrix_of(part), {d.labels.begin() + static_cast<ptrdiff_t>(begin),
                               d.labels.begin() + static_cast<ptrdiff_t>(end)});
  }
  rule.model().end_epoch(0);
}

void compare_ridge(RuleUnderTest& rule, const Ridge& want) {
  const Rows w = rule.tensor("readout_W"), b = rule.tensor("readout_b");
  for (size_t k = 0; k < want.b.size(); ++k) {
    BOOST_CHECK_SMALL(b[0][k] - want.b[k], 1e-6);
    for (size_t i = 0; i < want.w.size(); ++i) BOOST_CHECK_SMALL(w[k][i] - want.w[i][k], 2e-5);
  }
}

BOOST_AUTO_TEST_CASE(ridge_with_a_given_penalty) {
  const Data d(0.5);
  for (const double lambda : {0.01, 1.0, 100.0}) {
    auto rule = linear("readout=ridge,readout_lambda=" + std::to_string(lambda));
    prepare(rule, matrix_of(d.x));
    epoch(rule, d);
    compare_ridge(rule, ridge(standardised(d.x), d.t, lambda));
  }
}

// The penalty comes from the inner part's sums; much and little noise must choose differently.
BOOST_AUTO_TEST_CASE(ridge_chooses_its_penalty_on_every_fourth_row) {
  std::vector<double> chosen;
  for (const double noise : {0.05, 1.0, 6.0}) {
    const Data d(noise);
    auto rule = linear("readout=ridge");
    prepare(rule, matrix_of(d.x));
    epoch(rule, d);
    const auto [lambda, want] = ridge_by_inner_part(standardised(d.x), d.t);
    compare_ridge(rule, want);
    chosen.push_back(lambda);
  }
  BOOST_CHECK_LT(chosen.front(), chosen.back());
}

BOOST_AUTO_TEST_CASE(ridge_is_done_after_one_epoch) {
  const Data d(0.5);
  auto rule = linear("readout=ridge");
  prepare(rule, matrix_of(d.x));
  // Before the solution y = 0 and every target is +-1: half the squared error is classes / 2.
  BOOST_CHECK_CLOSE_FRACTION(rule.fit(matrix_of(d.x), d.labels), kClasses / 2.0, 1e-6);
  rule.model().end_epoch(0);
  const Rows w = rule.tensor("readout_W");
  const double loss = rule.fit(matrix_of(d.x), d.labels);
  BOOST_CHECK_LT(loss, kClasses / 2.0);
  rule.model().end_epoch(1);
  BOOST_CHECK(rule.tensor("readout_W") == w);
}

BOOST_AUTO_TEST_CASE(ridge_with_fewer_rows_than_an_inner_part_needs) {
  auto rule = linear("readout=ridge");
  const Rows x{{0, 1, 2, 3, 4, 5, 6}, {1, 0, 2, 3, 4, 5, 7}};
  prepare(rule, matrix_of(x));
  rule.fit(matrix_of(x), {0, 1});
  rule.model().end_epoch(0);
  const Rows y = rule.predict(matrix_of(x));
  BOOST_CHECK_GT(y[0][0], y[0][1]);
  BOOST_CHECK_GT(y[1][1], y[1][0]);
}

BOOST_AUTO_TEST_CASE(ridge_without_an_epoch_is_refused_and_with_many_is_warned_of) {
  for (const char* plugin : {AGON_LINEAR_PLUGIN, AGON_ELM_PLUGIN}) {
    const agon_rule& rule = open_rule(plugin);
    const auto open = [&](const char* settings) {
      RuleUnderTest model(rule, {.shape = {kInputs}, .classes = kClasses}, settings);
      return model.log();
    };
    BOOST_CHECK_EXCEPTION(open("readout=ridge,epochs=0"), harness::RuleFailure,
                          [](const harness::RuleFailure& e) {
                            return std::string(e.what()).find("set epochs=1") != std::string::npos;
                          });
    BOOST_REQUIRE(rule.check != nullptr);
    BOOST_CHECK_NE(open("readout=ridge,epochs=2").find("set epochs=1"), std::string::npos);
    BOOST_CHECK_EQUAL(open("readout=ridge,epochs=0,updates=9"), "");
    BOOST_CHECK_EQUAL(open("readout=softmax,epochs=9"), "");
  }
}

// From W = 0: p = 1/c, delta = 1/c - onehot, dW = delta^T z / B, eta = lr / sqrt(d / 64).
BOOST_AUTO_TEST_CASE(softmax_takes_the_step_of_its_equations) {
  const Data d(0.5);
  auto rule = linear("readout=softmax,lr=0.15,l2=0.01");
  prepare(rule, matrix_of(d.x));
  BOOST_CHECK_CLOSE_FRACTION(rule.fit(matrix_of(d.x), d.labels), std::log(3.0), 1e-6);
  const Rows z = standardised(d.x), w1 = rule.tensor("readout_W"), b1 = rule.tensor("readout_b");
  const double eta = 0.15 / std::sqrt(kInputs / 64.0);
  for (size_t k = 0; k < kClasses; ++k) {
    double bias = 0;
    std::vector<double> want(kInputs);
    for (size_t r = 0; r < z.size(); ++r) {
      const double delta = 1.0 / 3 - (static_cast<size_t>(d.labels[r]) == k ? 1 : 0);
      bias -= eta * delta / kRows;
      for (size_t i = 0; i < kInputs; ++i) want[i] -= eta * delta * z[r][i] / kRows;
    }
    BOOST_CHECK_SMALL(b1[0][k] - bias, 1e-6);
    for (size_t i = 0; i < kInputs; ++i) BOOST_CHECK_SMALL(w1[k][i] - want[i], 1e-5);
  }
}

// From W = 0: y = 0, delta = -t, loss = |t|^2 / 2, dW = delta^T z / B, eta = 4 lr / d.
BOOST_AUTO_TEST_CASE(real_targets_take_the_step_of_the_squared_error) {
  const Data d(0.5);
  Rows t;
  double square = 0;
  for (const auto& row : d.x) {
    t.push_back({row[0] - row[1], 2 * row[2], -3});
    for (const double v : t.back()) square += v * v;
  }
  RuleUnderTest rule(
      open_rule(AGON_LINEAR_PLUGIN),
      {.shape = {kInputs}, .classes = kClasses, .max_batch = 64, .kind = AGON_REGRESS},
      "readout=softmax,lr=0.15,l2=0");
  const Matrix x = matrix_of(d.x), target = matrix_of(t);
  prepare(rule, x);
  BOOST_CHECK_CLOSE_FRACTION(rule.fit(x, target, nullptr), square / 2 / kRows, 1e-5);
  const Rows z = standardised(d.x), w1 = rule.tensor("readout_W"), b1 = rule.tensor("readout_b");
  const double eta = 4 * 0.15 / kInputs;
  for (size_t k = 0; k < kClasses; ++k) {
    double bias = 0;
    std::vector<double> want(kInputs);
    for (size_t r = 0; r < z.size(); ++r) {
      bias += eta * t[r][k] / kRows;
      for (size_t i = 0; i < kInputs; ++i) want[i] += eta * t[r][k] * z[r][i] / kRows;
    }
    BOOST_CHECK_SMALL(b1[0][k] - bias, 1e-5);
    for (size_t i = 0; i < kInputs; ++i) BOOST_CHECK_SMALL(w1[k][i] - want[i], 3e-5);
  }
}

// y = 3 x0 - x1 + 20 exactly: found by ridge through the rule's own verbs, and by random features
// nearly.
BOOST_AUTO_TEST_CASE(controls_regress_in_closed_form) {
  const Data d(1.0);
  Rows t;
  for (const auto& row : d.x) t.push_back({3 * row[0] - row[1] + 20});
  const Matrix x = matrix_of(d.x), target = matrix_of(t);
  for (const auto& [plugin, settings, bound] :
       {std::tuple{AGON_LINEAR_PLUGIN, "readout=ridge,readout_lambda=0.001", 1e-3},
        std::tuple{AGON_ELM_PLUGIN, "readout=ridge,readout_lambda=0.001,width=256", 0.1}}) {
    RuleUnderTest rule(open_rule(plugin),
                       {.shape = {kInputs},
                        .classes = 1,
                        .max_batch = 64,
                        .train_rows = kRows,
                        .kind = AGON_REGRESS},
                       settings);
    prepare(rule, x);
    rule.fit(x, target, nullptr);
    rule.model().end_epoch(1);
    const Rows y = rule.predict(x);
    for (size_t r = 0; r < y.size(); ++r) BOOST_CHECK_SMALL(y[r][0] - t[r][0], bound);
  }
}

// l2 alone: with one class everywhere certain, W shrinks by 1 - eta l2 a step.
BOOST_AUTO_TEST_CASE(softmax_decays_weights_and_not_biases) {
  auto rule = linear("readout=softmax,lr=1,l2=0.5");
  rule.set("readout_W", Rows(kClasses, std::vector<double>(kInputs, 1.0)));
  rule.set("readout_b", {{100, 0, 0}});
  rule.fit(matrix_of({{0, 0, 0, 0, 0, 0, 0}}), {0});
  const double shrunk = 1 - 0.5 / std::sqrt(kInputs / 64.0);
  BOOST_CHECK_CLOSE_FRACTION(rule.tensor("readout_W")[1][2], shrunk, 1e-6);
  BOOST_CHECK_CLOSE_FRACTION(rule.tensor("readout_b")[0][0], 100.0, 1e-6);
}

BOOST_AUTO_TEST_CASE(a_feature_that_never_varies_stays_without_weight) {
  const Data d(0.5);
  for (const char* readout : {"softmax", "ridge"}) {
    auto rule = linear(std::string("readout=") + readout);
    prepare(rule, matrix_of(d.x));
    epoch(rule, d);
    for (const auto& row : rule.tensor("readout_W")) BOOST_CHECK_EQUAL(row[3], 0.0);
    Rows moved = d.x;
    for (auto& row : moved) row[3] = 1e6;
    BOOST_CHECK(rule.predict(matrix_of(d.x)) == rule.predict(matrix_of(moved)));
  }
}

BOOST_AUTO_TEST_CASE(an_infinite_loss_is_divergence) {
  const Data d(0.5);
  auto rule = linear("lr=100,l2=1");
  const Matrix x = matrix_of(d.x);
  const auto blow_up = [&] {
    for (int i = 0; i < 2000; ++i) rule.fit(x, d.labels);
  };
  BOOST_CHECK_EXCEPTION(blow_up(), harness::RuleFailure,
                        [](const harness::RuleFailure& e) { return e.status() == AGON_DIVERGED; });
}

}  // namespace
}  // namespace agon::test
