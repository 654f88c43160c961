// SPDX-License-Identifier: MIT
//
// What bp and the controls reach on the embedded digits with their own defaults: fitted on train
// and validation, read once on test, mean of 3 seeds.
#include "digits.h"

#include <boost/test/unit_test.hpp>

#include "ridge_reference.h"

namespace agon::test {
namespace {

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
