// SPDX-License-Identifier: MIT
//
// The published golden vectors (float64, automatic differentiation): the double reference
// reproduces them to 1e-12, the rule, driven through the ABI with its weights set by name, to 1e-5
// of a tensor's largest element.
//
// The rule gives every hidden layer one width. A case with narrower layers is embedded exactly: a
// unit whose weights in and out and bias are 0 stays at h = 0 and gets no gradient, for every f
// with f(0) = 0.
#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "reference.h"
#include "tests/plugins/golden/read_json.h"

namespace agon::test {
namespace {

using nlohmann::json;
using Row = std::vector<double>;

struct Case {
  std::vector<size_t> sizes;
  BpReference reference;
  Rows x, target;
  std::vector<int32_t> labels;
  json steps, w_end, b_end;
};

std::vector<Case> cases() {
  std::vector<Case> out;
  const json file = read_json(AGON_GOLDEN);
  for (const json& j : file["cases"]) {
    Case c;
    c.sizes = j["sizes"].get<std::vector<size_t>>();
    c.reference.w = j["W"].get<std::vector<Rows>>();
    c.reference.b = j["b"].get<std::vector<Row>>();
    const std::string optimiser = j["optimiser"];
    c.reference.o = {j["activation"], j["loss"] == "mse" ? "squared" : "cross-entropy",
                     j["output"],     optimiser == "adamw" ? "adam" : optimiser,
                     j["lr"],         j["weight_decay"]};
    c.x = j["x"].get<Rows>();
    c.labels = j["labels"].get<std::vector<int32_t>>();
    c.target = rows_of(one_hot(c.labels, static_cast<int64_t>(c.sizes.back())).view());
    c.steps = j["steps"];
    c.w_end = j["W_end"];
    c.b_end = j["b_end"];
    out.push_back(c);
  }
  return out;
}

double largest(const Rows& rows) {
  double m = 0;
  for (const Row& row : rows) {
    for (const double v : row) m = std::max(m, std::abs(v));
  }
  return m;
}

void compare(const Rows& got, const Rows& want, double relative) {
  BOOST_REQUIRE_EQUAL(got.size(), want.size());
  const double tolerance = relative * std::max(largest(want), 1e-3);
  for (size_t r = 0; r < got.size(); ++r) {
    BOOST_REQUIRE_EQUAL(got[r].size(), want[r].size());
    for (size_t i = 0; i < got[r].size(); ++i) BOOST_CHECK_SMALL(got[r][i] - want[r][i], tolerance);
  }
}

// Rows and columns of zeros up to the given size, and back.
Rows padded(const Rows& m, size_t rows, size_t cols) {
  Rows out(rows, Row(cols, 0.0));
  for (size_t r = 0; r < m.size(); ++r) std::ranges::copy(m[r], out[r].begin());
  return out;
}
Rows cropped(const Rows& m, size_t rows, size_t cols) {
  for (size_t r = 0; r < m.size(); ++r) {
    for (size_t i = 0; i < m[r].size(); ++i) {
      if (r >= rows || i >= cols) BOOST_CHECK_EQUAL(m[r][i], 0.0);
    }
  }
  Rows out(m.begin(), m.begin() + static_cast<ptrdiff_t>(rows));
  for (Row& row : out) row.resize(cols);
  return out;
}

class Driven {
 public:
  Driven(const Case& c, const std::string& optimiser, double lr, double decay)
      : c_(c),
        depth_(c.sizes.size() - 2),
        width_(*std::max_element(c.sizes.begin() + 1, c.sizes.end() - 1)) {
    const BpOptions& o = c.reference.o;
    // Two outputs with a sigmoid would be a single unit to classify; one-hot regression is the same
    // loss.
    const uint32_t kind = o.loss == "squared" ? AGON_REGRESS : AGON_CLASSIFY;
    const TaskSpec spec{.shape = {static_cast<int64_t>(c.sizes[0])},
                        .classes = static_cast<int64_t>(c.sizes.back()),
                        .seed = 3,
                        .kind = kind};
    const std::string settings =
        "depth=" + std::to_string(depth_) + ",width=" + std::to_string(width_) +
        ",activation=" + o.activation + ",loss=" + o.loss + ",output=" + o.output +
        ",optimiser=" + optimiser + ",lr=" + json(lr).dump() + ",decay=" + json(decay).dump();
    rule_ = std::make_unique<RuleUnderTest>(open_rule(AGON_BP_PLUGIN), spec, settings);
    for (size_t l = 0; l <= depth_; ++l) {
      rule_->set("W" + std::to_string(l),
                 padded(c.reference.w[l], units(l), l == 0 ? c.sizes[0] : width_));
      rule_->set("b" + std::to_string(l), padded({c.reference.b[l]}, 1, units(l)));
    }
  }

  double fit() { return rule_->fit(matrix_of(c_.x), c_.labels); }
  Rows predict() { return rule_->predict(matrix_of(c_.x)); }
  Rows w(size_t l) {
    return cropped(rule_->tensor("W" + std::to_string(l)), c_.sizes[l + 1], c_.sizes[l]);
  }
  Rows b(size_t l) { return cropped(rule_->tensor("b" + std::to_string(l)), 1, c_.sizes[l + 1]); }

 private:
  size_t units(size_t l) const { return l == depth_ ? c_.sizes.back() : width_; }
  const Case& c_;
  size_t depth_, width_;
  std::unique_ptr<RuleUnderTest> rule_;
};

BOOST_AUTO_TEST_SUITE(bp_golden)

BOOST_AUTO_TEST_CASE(double_reference_reproduces_all_cases) {
  BOOST_REQUIRE_EQUAL(cases().size(), 12u);
  for (Case& c : cases()) {
    for (const json& step : c.steps) {
      compare(c.reference.forward(c.x), step["output"].get<Rows>(), 1e-12);
      const double loss = c.reference.fit(c.x, c.target);
      BOOST_CHECK_SMALL(loss - step["loss"].get<double>(), 1e-12);
      for (size_t l = 0; l + 1 < c.sizes.size(); ++l) {
        if (!step.contains("dW")) continue;  // printed for the first step only
        compare(c.reference.dw[l], step["dW"][l].get<Rows>(), 1e-12);
        compare({c.reference.db[l]}, {step["db"][l].get<Row>()}, 1e-12);
      }
    }
    for (size_t l = 0; l + 1 < c.sizes.size(); ++l) {
      compare(c.reference.w[l], c.w_end[l].get<Rows>(), 1e-12);
      compare({c.reference.b[l]}, {c.b_end[l].get<Row>()}, 1e-12);
    }
  }
}

BOOST_AUTO_TEST_CASE(rule_reproduces_all_cases) {
  size_t number = 0;
  for (const Case& c : cases()) {
    BOOST_TEST_CONTEXT("case " << number++) {
      const BpOptions& o = c.reference.o;
      Driven rule(c, o.optimiser, o.lr, o.decay);
      for (const json& step : c.steps) {
        compare(rule.predict(), step["output"].get<Rows>(), 1e-5);
        const double want = step["loss"];
        BOOST_CHECK_CLOSE_FRACTION(rule.fit(), want, 1e-5);
      }
      for (size_t l = 0; l + 1 < c.sizes.size(); ++l) {
        compare(rule.w(l), c.w_end[l].get<Rows>(), 1e-5);
        compare(rule.b(l), {c.b_end[l].get<Row>()}, 1e-5);
      }
    }
  }
}

// With plain descent at rate 1 the weights move by the gradient itself.
BOOST_AUTO_TEST_CASE(rule_has_the_gradients_of_all_cases) {
  for (const Case& c : cases()) {
    Driven rule(c, "sgd", 1.0, 0.0);
    rule.fit();
    for (size_t l = 0; l + 1 < c.sizes.size(); ++l) {
      Rows want_w = c.reference.w[l], want_b{c.reference.b[l]};
      const Rows dw = c.steps[0]["dW"][l].get<Rows>();
      const Row db = c.steps[0]["db"][l].get<Row>();
      for (size_t u = 0; u < dw.size(); ++u) {
        want_b[0][u] -= db[u];
        for (size_t i = 0; i < dw[u].size(); ++i) want_w[u][i] -= dw[u][i];
      }
      compare(rule.w(l), want_w, 1e-5);
      compare(rule.b(l), want_b, 1e-5);
    }
  }
}

// adam-keras is in no golden file: the double reference stands for it. The two forms must differ.
BOOST_AUTO_TEST_CASE(keras_adam_follows_its_own_form) {
  Case c = cases()[2];
  Driven rule(c, "adam-keras", 0.01, 0.0);
  Case torch_form = c;
  c.reference.o.optimiser = "adam-keras";
  for (int i = 0; i < 4; ++i) {
    rule.fit();
    c.reference.fit(c.x, c.target);
    torch_form.reference.fit(torch_form.x, torch_form.target);
  }
  double apart = 0;
  for (size_t l = 0; l < 2; ++l) {
    compare(rule.w(l), c.reference.w[l], 1e-5);
    for (size_t u = 0; u < c.reference.w[l].size(); ++u) {
      for (size_t i = 0; i < c.reference.w[l][u].size(); ++i) {
        apart = std::max(apart, std::abs(c.reference.w[l][u][i] - torch_form.reference.w[l][u][i]));
      }
    }
  }
  BOOST_CHECK_GT(apart, 0.0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::test
