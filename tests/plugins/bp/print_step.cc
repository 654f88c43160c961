// SPDX-License-Identifier: MIT
//
// One step of plain descent by the rule for every activation and loss, as JSON on stdout, for
// compare_torch.py: {"cases": [{"activation", "loss", "lr", "x", "labels", "before", "after",
// "loss_value"}]}, before and after: [{"W": [out x in], "b": [out]}] from the input up.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tests/plugins/golden/open_rule.h"

namespace agon::test {
namespace {

using nlohmann::json;

constexpr int64_t kInputs = 7, kWidth = 10, kClasses = 5, kBatch = 12, kDepth = 2;

// Uniform in [-1, 1).
Rows drawn(size_t rows, size_t cols, unsigned& state) {
  Rows out(rows, std::vector<double>(cols));
  for (auto& row : out) {
    for (double& v : row)
      v = static_cast<double>((state = state * 1664525u + 1013904223u) >> 8) / 8388608.0 - 1.0;
  }
  return out;
}

json weights(RuleUnderTest& rule) {
  json out = json::array();
  for (int64_t l = 0; l <= kDepth; ++l) {
    out.push_back(
        {{"W", rule.tensor(fmt::format("W{}", l))}, {"b", rule.tensor(fmt::format("b{}", l))[0]}});
  }
  return out;
}

json step(const char* activation, const char* loss, unsigned& state) {
  constexpr double kRate =
      64;  // far above 1: the step shows the gradient, not the weights' rounding
  RuleUnderTest rule(open_rule(AGON_BP_PLUGIN), {.shape = {kInputs}, .classes = kClasses},
                     fmt::format("depth={},width={},activation={},loss={},optimiser=sgd,lr={}",
                                 kDepth, kWidth, activation, loss, kRate));
  for (int64_t l = 0; l <= kDepth; ++l) {
    rule.set(fmt::format("b{}", l), drawn(1, l < kDepth ? kWidth : kClasses, state));
  }
  Matrix x = matrix_of(drawn(kBatch, kInputs, state));
  std::vector<int32_t> labels;
  for (int32_t r = 0; r < kBatch; ++r) labels.push_back(r % kClasses);
  json out{{"activation", activation}, {"loss", loss},     {"lr", kRate},
           {"x", rows_of(x.view())},   {"labels", labels}, {"before", weights(rule)}};
  out["loss_value"] = rule.fit(x, labels);
  out["after"] = weights(rule);
  return out;
}

json all_steps() {
  json cases = json::array();
  unsigned state = 21;
  for (const char* activation : {"sigmoid", "tanh", "relu", "gelu"}) {
    for (const char* loss : {"squared", "cross-entropy"}) {
      cases.push_back(step(activation, loss, state));
    }
  }
  return {{"cases", cases}};
}

}  // namespace
}  // namespace agon::test

int main() {
  const std::string text = agon::test::all_steps().dump();
  return std::fputs(text.c_str(), stdout) < 0 ? 1 : 0;
}
