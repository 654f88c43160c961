// SPDX-License-Identifier: MIT
//
// The rule's gradient against central differences of the loss in double: an oracle that knows
// equations (1) and (2) only, and none of (3) and (4).
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
  for (int32_t r = 0; r < kBatch; ++r) labels.push_back(r % kOutputs);
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
