// SPDX-License-Identifier: MIT
//
// What bp and the controls reach on the embedded digits with their own defaults: fitted on train
// and validation, read once on test, mean of 3 seeds.
#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "core/rng.h"
#include "datasets/task.h"
#include "harness/plugins/manifest.h"
#include "ridge_reference.h"
#include "tests/plugins/golden/open_rule.h"

namespace agon::test {
namespace {

const datasets::Task& digits() {
  static const datasets::Task task = [] {
    const datasets::Catalogue catalogue({});
    return catalogue.load(catalogue.info("digits"));
  }();
  return task;
}

Matrix gather(std::span<const int32_t> rows, std::vector<int32_t>& labels) {
  const auto& data = digits().data;
  Matrix x(static_cast<int64_t>(rows.size()), static_cast<int64_t>(data.x.cols()));
  labels.clear();
  for (size_t r = 0; r < rows.size(); ++r) {
    const size_t row = static_cast<size_t>(rows[r]);
    std::ranges::copy(data.x.row(row), x.row(static_cast<int64_t>(r)).begin());
    labels.push_back(data.labels[row]);
  }
  return x;
}

double test_accuracy(const std::string& plugin, const std::string& settings, uint64_t seed) {
  const agon_rule& rule = open_rule(plugin);
  const auto values = values_of(rule, settings);
  const harness::RuleManifest manifest =
      harness::manifest_of(agon_plugin{0, 0, 0, 0, "", "", "", "", nullptr}, rule, "");
  const int64_t batch = values[manifest.index_of("batch")].i,
                epochs = values[manifest.index_of("epochs")].i;

  const datasets::Split& split = digits().split;
  std::vector<int32_t> rows = split.train;
  rows.insert(rows.end(), split.validation.begin(), split.validation.end());
  RuleUnderTest model(rule,
                      {.shape = {8, 8},
                       .classes = 10,
                       .seed = seed,
                       .max_batch = std::max<int64_t>(batch, 400),
                       .train_rows = static_cast<int64_t>(rows.size())},
                      settings);
  std::vector<int32_t> labels;
  model.model().prepare(gather(rows, labels), true);
  std::vector<int32_t> order(rows.size());
  for (int64_t e = 0; e < epochs; ++e) {
    core::fill_permutation(seed, static_cast<uint64_t>(e), order);
    std::vector<int32_t> shuffled(rows.size());
    for (size_t i = 0; i < order.size(); ++i) shuffled[i] = rows[static_cast<size_t>(order[i])];
    for (size_t begin = 0; begin < rows.size(); begin += static_cast<size_t>(batch)) {
      const size_t n = std::min(rows.size() - begin, static_cast<size_t>(batch));
      const Matrix x = gather(std::span(shuffled).subspan(begin, n), labels);
      model.fit(x, labels);
    }
    model.model().end_epoch(e);
  }
  const Rows y = model.predict(gather(split.test, labels));
  double right = 0;
  for (size_t r = 0; r < y.size(); ++r) {
    right += std::ranges::max_element(y[r]) - y[r].begin() == labels[r] ? 1 : 0;
  }
  return right / static_cast<double>(y.size());
}

double mean_accuracy(const std::string& plugin, const std::string& settings) {
  double sum = 0;
  for (const uint64_t seed : {0u, 1u, 2u}) sum += test_accuracy(plugin, settings, seed) / 3;
  BOOST_TEST_MESSAGE(plugin << " " << settings << ": " << sum);
  return sum;
}

BOOST_AUTO_TEST_CASE(bp_reaches_its_expected_score) {
  BOOST_CHECK_GE(mean_accuracy(AGON_BP_PLUGIN, ""), 0.955);
}

BOOST_AUTO_TEST_CASE(linear_reaches_its_expected_score) {
  BOOST_CHECK_GE(mean_accuracy(AGON_LINEAR_PLUGIN, ""), 0.94);
}

BOOST_AUTO_TEST_CASE(linear_by_ridge_is_weaker) {
  const double score = mean_accuracy(AGON_LINEAR_PLUGIN, "readout=ridge,epochs=1");
  BOOST_CHECK_GE(score, 0.92);
  BOOST_CHECK_LT(score, mean_accuracy(AGON_LINEAR_PLUGIN, ""));
}

// Real rows have constant pixels and a Gram matrix that is far from well-conditioned.
BOOST_AUTO_TEST_CASE(linear_by_ridge_is_the_regression_of_its_rows) {
  const auto& split = digits().split;
  std::vector<int32_t> labels;
  const Matrix x = gather(split.train, labels);
  RuleUnderTest model(
      open_rule(AGON_LINEAR_PLUGIN),
      {.shape = {8, 8}, .classes = 10, .max_batch = x.rows(), .train_rows = x.rows()},
      "readout=ridge");
  model.model().prepare(x, true);
  for (int64_t begin = 0; begin < x.rows(); begin += 100) {
    const int64_t end = std::min(x.rows(), begin + 100);
    const Matrix target = one_hot({labels.begin() + begin, labels.begin() + end}, 10);
    model.fit(agon::rows_of(ConstView(x), begin, end), target, labels.data() + begin);
  }
  model.model().end_epoch(0);
  Rows rows(static_cast<size_t>(x.rows())), t;
  for (int64_t r = 0; r < x.rows(); ++r) {
    rows[static_cast<size_t>(r)].assign(x.row(r).begin(), x.row(r).end());
    t.emplace_back(10, -1.0);
    t.back()[static_cast<size_t>(labels[static_cast<size_t>(r)])] = 1;
  }
  const Ridge want = ridge_by_inner_part(standardised(rows), t).second;
  const Rows w = model.tensor("readout_W");
  for (size_t k = 0; k < 10; ++k) {
    for (size_t i = 0; i < 64; ++i) BOOST_CHECK_SMALL(w[k][i] - want.w[i][k], 1e-4);
  }
}

BOOST_AUTO_TEST_CASE(elm_reaches_its_expected_score) {
  BOOST_CHECK_GE(mean_accuracy(AGON_ELM_PLUGIN, ""), 0.965);
}

BOOST_AUTO_TEST_CASE(elm_by_softmax_learns_too) {
  BOOST_CHECK_GE(mean_accuracy(AGON_ELM_PLUGIN, "readout=softmax,epochs=20,batch=32"), 0.95);
}

}  // namespace
}  // namespace agon::test
