// SPDX-License-Identifier: MIT
//
// The rule on classes, through the ABI: the principal components, learning, order independence,
// lesions, refusals.
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "plugins/ebn/features.h"
#include "tests/plugins/golden/refusal.h"
#include "training.h"

namespace agon::test {
namespace {

constexpr int64_t kInputs = 12, kRows = 90;
const char* const kSmall = "width=60,basis=80,features=5";

// Three noisy prototypes.
Matrix draw(uint64_t seed, std::vector<int32_t>& labels) {
  Random prototype(3), random(seed);
  Matrix centre(3, kInputs), x(kRows, kInputs);
  for (int64_t c = 0; c < 3; ++c) {
    for (float& v : centre.row(c)) v = static_cast<float>(prototype.uniform());
  }
  labels.clear();
  for (int64_t r = 0; r < kRows; ++r) {
    labels.push_back(static_cast<int32_t>(random.uniform() * 3));
    for (int64_t i = 0; i < kInputs; ++i) {
      x.at(r, i) = centre.at(labels.back(), i) + static_cast<float>(0.15 * random.normal());
    }
  }
  return x;
}

// Instance has no verb for harm; the tables are the rule's own.
struct Trained {
  explicit Trained(uint64_t seed = 1, const std::string& more = "", std::string_view id = "ebn")
      : x(draw(1, labels)),
        rule(ebn_rule(id),
             {.shape = {kInputs},
              .classes = 3,
              .seed = seed,
              .max_batch = kRows,
              .train_rows = kRows},
             std::string(kSmall) + more) {
    rule.model().prepare(x, true);
    for (int epoch = 0; epoch < 2; ++epoch) {
      rule.fit(x, labels);
      rule.model().end_epoch(epoch);
    }
  }
  double metric(const std::string& key) {
    const auto schema = rule.model().metric_schema();
    const auto values = rule.model().metrics();
    for (size_t i = 0; i < values.size(); ++i) {
      if (key == schema[i].key) return values[i];
    }
    throw std::runtime_error("no metric " + key);
  }
  std::vector<int32_t> labels;
  Matrix x;
  RuleUnderTest rule;
};

BOOST_AUTO_TEST_SUITE(ebn_rule_on_classes)

BOOST_DATA_TEST_CASE(it_learns_and_answers_row_by_row,
                     boost::unit_test::data::make({"ebn", "ebn-rate", "ebn-ls"}), id) {
  Trained t(1, "", id);
  std::vector<int32_t> labels;
  const Matrix test = draw(77, labels);
  const Rows y = t.rule.predict(test);
  int right = 0;
  for (size_t r = 0; r < y.size(); ++r)
    right += std::ranges::max_element(y[r]) - y[r].begin() == labels[r] ? 1 : 0;
  BOOST_CHECK_GE(right, 85);
  BOOST_CHECK(t.rule.predict(test) == y);
  const Rows rows = rows_of(View{const_cast<float*>(test.data()), kRows, kInputs, test.stride()});
  for (size_t r = 0; r < rows.size(); r += 17)
    BOOST_CHECK(t.rule.predict(matrix_of({rows[r]}))[0] == y[r]);
}

BOOST_AUTO_TEST_CASE(it_measures_what_it_predicts) {
  Trained t;
  t.rule.predict(t.x);
  BOOST_CHECK_GT(t.metric("spikes_per_sample"), 10);
  BOOST_CHECK_LT(t.metric("spikes_per_sample"), 300);
  BOOST_CHECK_CLOSE(t.metric("rate_hz"), t.metric("spikes_per_sample") / 0.08 / 60, 1e-6);
  BOOST_CHECK_GT(t.metric("ei_correlation"), 0.5);
  BOOST_CHECK_GT(t.metric("poisson_spikes_ratio"), 1);
  BOOST_CHECK_LT(t.metric("train_error"), 0.2);
}

BOOST_AUTO_TEST_CASE(the_seed_decides) {
  Trained a, b, c(2);
  BOOST_CHECK(a.rule.predict(a.x) == b.rule.predict(a.x));
  BOOST_CHECK(a.rule.predict(a.x) != c.rule.predict(a.x));
}

BOOST_AUTO_TEST_CASE(full_weights_answer_alike) {
  Trained factored, full(1, ",weights=full");
  const Rows a = factored.rule.predict(factored.x), b = full.rule.predict(full.x);
  int alike = 0;
  for (size_t r = 0; r < a.size(); ++r) {
    alike += std::ranges::max_element(a[r]) - a[r].begin() ==
                     std::ranges::max_element(b[r]) - b[r].begin()
                 ? 1
                 : 0;
  }
  BOOST_CHECK_GE(alike, 88);  // float rounding moves spikes, not answers
}

BOOST_AUTO_TEST_CASE(features_are_the_principal_components) {
  std::vector<int32_t> labels;
  const Matrix x = draw(1, labels);
  harness::Call call;
  call.begin();
  const Context ctx(harness::Host().abi(), call.abi());
  agon_task task{};
  task.inputs = kInputs;
  task.train_rows = kRows;
  task.seed = 1;
  ebn::Features features(task, kInputs, 1);
  features.prepare(ctx, agon::rows_of(x.view(), 0, 40), false);
  features.prepare(ctx, agon::rows_of(x.view(), 40, kRows), true);
  agon::Matrix u(kRows, kInputs);
  features.transform(ctx, x, u);
  // Uncorrelated, centred, ordered, rms length 1, and all variance in proportion.
  std::vector<double> variance;
  double length = 0, total = 0;
  for (int64_t p = 0; p < kInputs; ++p) {
    double mean = 0;
    for (int64_t r = 0; r < kRows; ++r) mean += static_cast<double>(u.at(r, p)) / kRows;
    BOOST_CHECK_SMALL(mean, 1e-5);
    for (int64_t q = 0; q <= p; ++q) {
      double product = 0;
      for (int64_t r = 0; r < kRows; ++r)
        product += static_cast<double>(u.at(r, p)) * static_cast<double>(u.at(r, q)) / kRows;
      if (p == q) {
        variance.push_back(product);
        length += product;
      } else {
        BOOST_CHECK_SMALL(product, 1e-5);
      }
    }
  }
  BOOST_CHECK_CLOSE(length, 1.0, 1e-3);
  BOOST_CHECK(std::ranges::is_sorted(variance, std::greater<>()));
  // A rotation and one scale: distances are kept up to that scale.
  const auto distance = [](const float* a, const float* b) {
    double sum = 0;
    for (int64_t i = 0; i < kInputs; ++i)
      sum += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
    return std::sqrt(sum);
  };
  total = distance(u.data(0), u.data(1)) / distance(x.row(0).data(), x.row(1).data());
  for (int64_t r = 2; r < kRows; r += 9) {
    BOOST_CHECK_CLOSE(distance(u.data(0), u.data(r)) / distance(x.row(0).data(), x.row(r).data()),
                      total, 1e-2);
  }
}

BOOST_AUTO_TEST_CASE(inputs_without_variance_are_no_error) {
  Matrix x(6, 4);
  x.fill(0.5f);
  RuleUnderTest rule(ebn_rule(), {.shape = {4}, .classes = 2, .max_batch = 6, .train_rows = 6},
                     "width=20,basis=10");
  rule.model().prepare(x, true);
  rule.fit(x, {0, 1, 0, 1, 0, 1});
  for (const auto& row : rule.predict(x)) {
    for (const double v : row) BOOST_CHECK(std::isfinite(v));
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_work_is_refused_with_its_fix) {
  const TaskSpec task{.shape = {4}, .classes = 2};
  const std::pair<const char*, const char*> refusals[] = {
      {"dt=0.05", "lambda*dt = 2.5 must be below 1; lower dt or lower lambda"},
      {"settle=80", "settle=80 leaves none of the steps=80"},
      {"read=81", "read=81 is more than the steps=80"},
      {"gamma=0.001", "raise spikes or gamma"},
  };
  for (const auto& [settings, says] : refusals) {
    const std::string reason = refused_at_planning(ebn_rule(), task, settings);
    BOOST_CHECK_MESSAGE(reason.find(says) != std::string::npos, says << " is not in: " << reason);
    BOOST_CHECK_EQUAL(refused_at_creation(ebn_rule(), task, settings), reason);
  }
  BOOST_CHECK_EQUAL(refused_at_planning(ebn_rule(), task, ""), "");
  const std::string wide = refused_at_planning(ebn_rule(), {.shape = {5000}, .classes = 2}, "");
  BOOST_CHECK(wide.find("5000 inputs") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(inputs_must_be_seen_first) {
  std::vector<int32_t> labels;
  const Matrix x = draw(1, labels);
  RuleUnderTest rule(ebn_rule(),
                     {.shape = {kInputs}, .classes = 3, .max_batch = kRows, .train_rows = kRows},
                     kSmall);
  BOOST_CHECK_THROW(rule.fit(x, labels), harness::RuleFailure);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::test
