// SPDX-License-Identifier: MIT
//
// What the theory promises: no update without error, one error that serves all layers at any depth,
// minibatch and online updates that agree while steps are small, XOR in a few sweeps. Growth only
// is in growth_test.cc.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "tests/plugins/golden/count_allocations.h"
#include "tests/plugins/golden/open_rule.h"

namespace agon::test {
namespace {

namespace data = boost::unit_test::data;

const agon_rule& ed() {
  static const agon_rule& rule = open_rule(AGON_ED_PLUGIN);
  return rule;
}

// Four classes that overlap, inputs in [0, 1].
void draw_batch(uint64_t& state, int64_t rows, int64_t inputs, Rows& x,
                std::vector<int32_t>& labels) {
  const auto next = [&] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state >> 40) / static_cast<double>(1u << 24);
  };
  x.assign(static_cast<size_t>(rows), std::vector<double>(static_cast<size_t>(inputs)));
  labels.clear();
  for (auto& row : x) {
    const auto label = static_cast<int32_t>(next() * 4.0);
    for (size_t i = 0; i < row.size(); ++i) {
      row[i] = 0.7 * next() + (i % 4 == static_cast<size_t>(label) ? 0.3 : 0.0);
    }
    labels.push_back(label);
  }
}

std::vector<Rows> magnitudes(RuleUnderTest& rule, int64_t depth) {
  std::vector<Rows> out;
  for (int64_t l = 1; l <= depth + 1; ++l) out.push_back(rule.tensor(fmt::format("M{}", l)));
  return out;
}

BOOST_AUTO_TEST_SUITE(ed_property)

BOOST_AUTO_TEST_CASE(no_error_gives_no_update) {
  RuleUnderTest rule(ed(), {.shape = {4}, .classes = 2}, "depth=2,width=4,lr=1");
  // A + threshold so strong that the output is exactly 1, what class 1 asks for.
  Rows out = rule.tensor("M3");
  out[4][0] = 100.0;
  rule.set("M3", out);
  const std::vector<Rows> before = magnitudes(rule, 2);
  const Matrix x = matrix_of({{0.1, 0.9, 0.4, 1.0}, {0.5, 0.5, 0.0, 0.2}});
  BOOST_REQUIRE_EQUAL(rule.predict(x)[0][1], 1.0);
  BOOST_CHECK_EQUAL(rule.fit(x, {1, 1}), 0.0);
  BOOST_CHECK(magnitudes(rule, 2) == before);
}

// Nets whose units are whole vectors and a few, or less than one: the kernels take rows together otherwise.
BOOST_AUTO_TEST_CASE(an_answer_does_not_depend_on_the_rows_beside_it) {
  for (const char* const settings : {"depth=2,width=17,lr=1", "depth=1,width=5,lr=1"}) {
    BOOST_TEST_CONTEXT(settings) {
      RuleUnderTest rule(ed(), {.shape = {6}, .classes = 4}, settings);
      uint64_t state = 3;
      Rows x;
      std::vector<int32_t> labels;
      draw_batch(state, 20, 6, x, labels);
      rule.fit(matrix_of(x), labels);
      const Rows together = rule.predict(matrix_of(x));
      for (size_t r = 0; r < x.size(); ++r)
        BOOST_CHECK(rule.predict(matrix_of({x[r]}))[0] == together[r]);
    }
  }
}

// A net among others without an error: its magnitudes stay, those of the others grow. Under both
// rules, of which the second would let them shrink as well.
BOOST_AUTO_TEST_CASE(a_net_without_error_stays_while_others_learn) {
  for (const char* const settings :
       {"depth=1,width=4,lr=1", "depth=1,width=4,lr=1,rule=both", "depth=1,width=4,lr=1,rule=exc",
        "depth=1,width=4,lr=1,hd2=1,t_loop=2",
        "depth=1,width=4,lr=1,self_loops=1,t_loop=2,rule=both"}) {
    BOOST_TEST_CONTEXT(settings) {
      RuleUnderTest rule(ed(), {.shape = {4}, .classes = 3}, settings);
      const bool layered = std::string(settings).find("t_loop") == std::string::npos;
      // Net 1's + threshold of the output (layered: M2, else M1) makes its answer exactly 1.
      const std::string name = layered ? "M2" : "M1";
      const size_t rows = layered ? 4 + 2 : 2 * 4 + 2, threshold = rows - 2;
      Rows m = rule.tensor(name);
      m[rows + threshold][0] = 100.0;
      rule.set(name, m);
      const Matrix x = matrix_of({{0.1, 0.9, 0.4, 1.0}, {0.5, 0.5, 0.0, 0.2}});
      BOOST_REQUIRE_EQUAL(rule.predict(x)[0][1], 1.0);
      BOOST_CHECK_GT(rule.fit(x, {1, 1}), 0.0);
      const Rows after = rule.tensor(name);
      bool others = false;
      for (size_t r = 0; r < after.size(); ++r) {
        if (r / rows == 1) {
          BOOST_CHECK(after[r] == m[r]);
        } else {
          others = others || after[r] != m[r];
        }
      }
      BOOST_CHECK(others);
    }
  }
}

BOOST_AUTO_TEST_CASE(missing_synapses_stay_missing) {
  RuleUnderTest rule(ed(), {.shape = {12}, .classes = 4, .seed = 9},
                     "depth=2,width=16,density=0.4,lr=0.5");
  const std::vector<Rows> before = magnitudes(rule, 2);
  uint64_t state = 8;
  Rows x;
  std::vector<int32_t> labels;
  for (int step = 0; step < 20; ++step) {
    draw_batch(state, 16, 12, x, labels);
    rule.fit(matrix_of(x), labels);
  }
  const std::vector<Rows> after = magnitudes(rule, 2);
  int zero = 0, all = 0;
  for (size_t r = 0; r < before[0].size(); ++r) {
    for (size_t j = 0; j < before[0][r].size(); ++j, ++all) {
      if (before[0][r][j] != 0.0) continue;
      ++zero;
      BOOST_CHECK_EQUAL(after[0][r][j], 0.0);
    }
  }
  BOOST_CHECK_GT(zero, all / 2);
  BOOST_CHECK_LT(zero, all * 7 / 10);
}

BOOST_AUTO_TEST_CASE(a_small_step_is_the_sum_of_its_rows) {
  const char* const settings = "depth=2,width=8,lr=0.0001";
  RuleUnderTest batch(ed(), {.shape = {12}, .classes = 4}, settings);
  RuleUnderTest online(ed(), {.shape = {12}, .classes = 4}, settings);
  const std::vector<Rows> start = magnitudes(batch, 2);
  uint64_t state = 6;
  Rows x;
  std::vector<int32_t> labels;
  draw_batch(state, 32, 12, x, labels);
  batch.fit(matrix_of(x), labels);
  for (size_t b = 0; b < x.size(); ++b) online.fit(matrix_of({x[b]}), {labels[b]});
  const std::vector<Rows> one = magnitudes(batch, 2), many = magnitudes(online, 2);
  for (size_t l = 0; l < one.size(); ++l) {
    for (size_t r = 0; r < one[l].size(); ++r) {
      for (size_t j = 0; j < one[l][r].size(); ++j) {
        const double step = one[l][r][j] - start[l][r][j];
        BOOST_CHECK_SMALL(many[l][r][j] - one[l][r][j], 0.02 * step + 1e-6);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(predict_is_pure_and_row_by_row) {
  RuleUnderTest rule(ed(), {.shape = {12}, .classes = 4}, "depth=2,width=10");
  uint64_t state = 4;
  Rows x;
  std::vector<int32_t> labels;
  draw_batch(state, 33, 12, x, labels);
  rule.fit(matrix_of(x), labels);
  const Rows once = rule.predict(matrix_of(x)), twice = rule.predict(matrix_of(x));
  BOOST_CHECK(once == twice);
  for (size_t b = 0; b < x.size(); ++b) BOOST_CHECK(rule.predict(matrix_of({x[b]}))[0] == once[b]);
}

BOOST_AUTO_TEST_CASE(same_seed_same_bits_other_seed_other_bits) {
  const auto train = [](uint64_t seed) {
    RuleUnderTest rule(ed(), {.shape = {12}, .classes = 4, .seed = seed}, "depth=2,width=10");
    uint64_t state = 4;
    Rows x;
    std::vector<int32_t> labels;
    for (int step = 0; step < 5; ++step) {
      draw_batch(state, 33, 12, x, labels);
      rule.fit(matrix_of(x), labels);
    }
    return magnitudes(rule, 2);
  };
  BOOST_CHECK(train(1) == train(1));
  BOOST_CHECK(train(1) != train(2));
}

BOOST_DATA_TEST_CASE(fit_and_predict_do_not_allocate_in_the_steady_state,
                     data::make({"depth=3,width=10", "depth=1,width=10,hd2=3,loop_cut=0,t_loop=3"}),
                     settings) {
  RuleUnderTest rule(ed(), {.shape = {12}, .classes = 4}, settings);
  uint64_t state = 4;
  Rows x;
  std::vector<int32_t> labels;
  draw_batch(state, 32, 12, x, labels);
  const Matrix input = matrix_of(x), target = one_hot(labels, 4);
  Matrix out(32, 4);
  for (int step = 0; step < 3; ++step) rule.fit(input, target, labels.data());
  rule.model().predict(input, out);
  const int count = count_allocations([&] {
    for (int step = 0; step < 5; ++step) rule.fit(input, target, labels.data());
    rule.model().predict(input, out);
  });
  BOOST_CHECK_EQUAL(count, 0);
}

// Sweeps over the patterns until the summed error of one sweep is below .1, as Kaneko counts them.
int sweeps_to_solve(int64_t bits, uint64_t seed, const std::string& settings, int limit) {
  RuleUnderTest rule(ed(), {.shape = {bits}, .seed = seed, .max_batch = 1}, settings);
  for (int sweep = 1; sweep <= limit; ++sweep) {
    double error = 0;
    for (int pattern = 0; pattern < 1 << bits; ++pattern) {
      Rows x(1);
      int ones = 0;
      for (int64_t i = 0; i < bits; ++i) {
        x[0].push_back((pattern >> i) & 1);
        ones += (pattern >> i) & 1;
      }
      const Matrix input = matrix_of(x);
      error += std::abs(ones % 2 - rule.predict(input)[0][1]);
      rule.fit(input, {ones % 2});
    }
    if (error < 0.1) return sweep;
  }
  return limit + 1;
}

double median(std::vector<int> v) {
  std::ranges::sort(v);
  return v[v.size() / 2];
}

BOOST_AUTO_TEST_CASE(preset_kaneko_solves_xor_in_a_few_sweeps) {
  const std::string kaneko = preset_of(ed(), "kaneko");
  std::vector<int> at64, at128;
  for (uint64_t seed = 1; seed <= 9; ++seed) {
    at64.push_back(sweeps_to_solve(2, seed, kaneko, 200));
    at128.push_back(sweeps_to_solve(2, seed, kaneko + ",width=128", 200));
    BOOST_CHECK_LE(at64.back(), 200);
    BOOST_CHECK_LE(at128.back(), 200);
  }
  BOOST_TEST_MESSAGE("median sweeps to solve XOR: 64 units " << median(at64) << ", 128 units "
                                                             << median(at128));
  BOOST_CHECK_LE(median(at64), 8);
  BOOST_CHECK_LE(median(at128), 6);
}

BOOST_AUTO_TEST_CASE(preset_kaneko_solves_parity_of_three_and_four_bits) {
  const std::string kaneko = preset_of(ed(), "kaneko");
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    BOOST_CHECK_LE(sweeps_to_solve(3, seed, kaneko, 400), 400);
    BOOST_CHECK_LE(sweeps_to_solve(4, seed, kaneko, 400), 400);
  }
}

BOOST_AUTO_TEST_CASE(a_net_of_64_layers_of_width_4_learns) {
  RuleUnderTest rule(ed(), {.shape = {12}, .classes = 2, .seed = 2}, "depth=64,width=4");
  uint64_t state = 11;
  Rows x;
  std::vector<int32_t> labels;
  for (int step = 0; step < 400; ++step) {
    draw_batch(state, 64, 12, x, labels);
    for (int32_t& label : labels) label /= 2;
    rule.fit(matrix_of(x), labels);
  }
  draw_batch(state, 64, 12, x, labels);
  const Rows y = rule.predict(matrix_of(x));
  int right = 0;
  for (size_t b = 0; b < y.size(); ++b) right += (y[b][1] > 0.5) == (labels[b] >= 2) ? 1 : 0;
  BOOST_CHECK_GE(right, 52);
}

BOOST_AUTO_TEST_CASE(a_start_with_negative_magnitudes_is_warned_of) {
  RuleUnderTest rule(ed(), {.shape = {4}}, "init=sym");
  BOOST_CHECK_NE(rule.log().find("growth only does not hold"), std::string::npos);
}

// Two real targets are two nets, not one that says "class 1": each follows its own function of x.
BOOST_AUTO_TEST_CASE(real_targets_are_learnt_by_a_net_each) {
  RuleUnderTest rule(ed(), {.shape = {2}, .classes = 2, .kind = AGON_REGRESS},
                     "width=16,init=units,lr=0.002");
  Rows x, t;
  for (int i = 0; i < 64; ++i) {
    const double a = (i % 8) / 7.0, b = (i / 8) / 7.0;
    x.push_back({a, b});
    t.push_back({0.2 + 0.6 * a, 0.8 - 0.3 * a - 0.3 * b});
  }
  const Matrix inputs = matrix_of(x), targets = matrix_of(t);
  const double first = rule.fit(inputs, targets, nullptr);
  double last = first;
  for (int i = 0; i < 2000; ++i) last = rule.fit(inputs, targets, nullptr);
  BOOST_CHECK_LT(last, 0.05 * first);
  const Rows y = rule.predict(inputs);
  double worst = 0;
  for (size_t r = 0; r < x.size(); ++r) {
    for (size_t k = 0; k < 2; ++k) worst = std::max(worst, std::fabs(y[r][k] - t[r][k]));
  }
  BOOST_CHECK_LT(worst, 0.15);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::test
