// SPDX-License-Identifier: MIT
//
// The rule's gradient against two oracles in double: the equations in plain loops, and central
// differences of the loss, which know equations (1) and (2) only and none of (3) and (4).
#include <boost/test/unit_test.hpp>

#include "reference.h"

namespace agon::test {
namespace {

Rows drawn(size_t rows, size_t cols, unsigned& state) {
  Rows out(rows, std::vector<double>(cols));
  for (auto& row : out) {
    for (double& v : row)
      v = static_cast<double>((state = state * 1664525u + 1013904223u) >> 8) / 8388608.0 - 1.0;
  }
  return out;
}

double slope_of_loss(BpReference& net, double& weight, const Rows& x, const Rows& t) {
  constexpr double kStep = 1e-6;
  const double at = weight;
  weight = at + kStep;
  const double up = net.loss(x, t);
  weight = at - kStep;
  const double down = net.loss(x, t);
  weight = at;
  return (up - down) / (2 * kStep);
}

void check_gradient(const std::string& activation, const std::string& loss,
                    const std::string& output) {
  constexpr int64_t kInputs = 5, kOutputs = 3, kWidth = 6, kBatch = 7;
  unsigned state = 11;
  RuleUnderTest rule(open_rule(AGON_BP_PLUGIN), {.shape = {kInputs}, .classes = kOutputs},
                     "depth=2,width=6,optimiser=sgd,lr=1,activation=" + activation +
                         ",loss=" + loss + ",output=" + output);
  BpReference net;
  net.o = {activation, loss, output, "sgd", 1.0, 0.0};
  const std::vector<int64_t> sizes{kInputs, kWidth, kWidth, kOutputs};
  for (size_t l = 0; l < 3; ++l) {
    net.w.push_back(drawn(static_cast<size_t>(sizes[l + 1]), static_cast<size_t>(sizes[l]), state));
    net.b.push_back(drawn(1, static_cast<size_t>(sizes[l + 1]), state)[0]);
    rule.set("W" + std::to_string(l), net.w[l]);
    rule.set("b" + std::to_string(l), {net.b[l]});
  }
  const Rows x = drawn(kBatch, kInputs, state);
  std::vector<int32_t> labels;
  for (int32_t r = 0; r < kBatch; ++r) labels.push_back(static_cast<int32_t>(r % kOutputs));
  const Rows t = rows_of(one_hot(labels, kOutputs).view());
  BOOST_CHECK_CLOSE_FRACTION(rule.fit(matrix_of(x), labels), net.loss(x, t), 1e-5);
  for (size_t l = 0; l < 3; ++l) {
    const Rows w = rule.tensor("W" + std::to_string(l)), b = rule.tensor("b" + std::to_string(l));
    for (size_t u = 0; u < w.size(); ++u) {
      for (size_t i = 0; i < w[u].size(); ++i) {
        BOOST_CHECK_SMALL(net.w[l][u][i] - w[u][i] - slope_of_loss(net, net.w[l][u][i], x, t),
                          1e-6);
      }
      BOOST_CHECK_SMALL(net.b[l][u] - b[0][u] - slope_of_loss(net, net.b[l][u], x, t), 1e-6);
    }
  }
}

double largest(const Rows& rows) {
  double m = 0;
  for (const auto& row : rows) {
    for (const double v : row) m = std::max(m, std::abs(v));
  }
  return m;
}

// got = want, to a share of want's largest element.
void compare_gradient(const Rows& got, const Rows& want, double relative) {
  BOOST_REQUIRE_EQUAL(got.size(), want.size());
  const double scale = largest(want);
  BOOST_REQUIRE_GT(scale, 0.0);
  for (size_t r = 0; r < got.size(); ++r) {
    for (size_t i = 0; i < got[r].size(); ++i) {
      BOOST_CHECK_SMALL((got[r][i] - want[r][i]) / scale, relative);
    }
  }
}

// before - after of a step of plain descent at rate `rate`, over the rate: the gradient. A rate far
// above 1 keeps the rounding of the weights out of it.
Rows gradient_of(const Rows& before, const Rows& after, double rate) {
  Rows out = before;
  for (size_t r = 0; r < out.size(); ++r) {
    for (size_t i = 0; i < out[r].size(); ++i) out[r][i] = (before[r][i] - after[r][i]) / rate;
  }
  return out;
}

void check_against_equations(int64_t depth, const std::string& activation, const std::string& loss,
                             const std::string& output) {
  constexpr int64_t kInputs = 9, kOutputs = 4, kWidth = 11, kBatch = 13;
  constexpr double kRate = 512;
  unsigned state = 5;
  RuleUnderTest rule(
      open_rule(AGON_BP_PLUGIN), {.shape = {kInputs}, .classes = kOutputs},
      fmt::format("depth={},width={},optimiser=sgd,lr={},activation={},loss={},output={}", depth,
                  kWidth, kRate, activation, loss, output));
  BpReference net;
  net.o = {activation, loss, output, "sgd", 1.0, 0.0};
  for (size_t l = 0; l <= static_cast<size_t>(depth); ++l) {
    // The rule's own start, and biases in addition: what the rule holds, in float.
    const size_t units = l < static_cast<size_t>(depth) ? kWidth : kOutputs;
    rule.set(fmt::format("b{}", l), drawn(1, units, state));
    net.w.push_back(rule.tensor(fmt::format("W{}", l)));
    net.b.push_back(rule.tensor(fmt::format("b{}", l))[0]);
  }
  Matrix x = matrix_of(drawn(kBatch, kInputs, state));
  std::vector<int32_t> labels;
  for (int32_t r = 0; r < kBatch; ++r) labels.push_back(static_cast<int32_t>(r * r % kOutputs));
  net.gradient(rows_of(x.view()), rows_of(one_hot(labels, kOutputs).view()));
  rule.fit(x, labels);
  for (size_t l = 0; l < net.w.size(); ++l) {
    compare_gradient(gradient_of(net.w[l], rule.tensor(fmt::format("W{}", l)), kRate), net.dw[l],
                     1e-5);
    compare_gradient(gradient_of({net.b[l]}, rule.tensor(fmt::format("b{}", l)), kRate),
                     {net.db[l]}, 1e-5);
  }
}

BOOST_AUTO_TEST_CASE(gradient_is_that_of_the_equations) {
  for (const int64_t depth : {0, 1, 2, 4}) {
    for (const char* activation : {"sigmoid", "tanh", "relu", "gelu"}) {
      BOOST_TEST_CONTEXT(activation << ", depth " << depth) {
        check_against_equations(depth, activation, "squared", "linear");
        check_against_equations(depth, activation, "squared", "sigmoid");
        check_against_equations(depth, activation, "cross-entropy", "linear");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(gradient_is_the_slope_of_the_loss) {
  for (const char* activation : {"sigmoid", "tanh", "relu", "gelu"}) {
    BOOST_TEST_CONTEXT(activation) {
      check_gradient(activation, "squared", "linear");
      check_gradient(activation, "squared", "sigmoid");
      check_gradient(activation, "cross-entropy", "linear");
    }
  }
}

}  // namespace
}  // namespace agon::test
