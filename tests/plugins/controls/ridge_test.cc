// SPDX-License-Identifier: MIT
//
// agon/ridge.h alone: its two forms against each other and against the reference from the rows, on
// data with many more features than rows as well; what it takes, and what happens to the rest.
#include "agon/ridge.h"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "harness/plugins/call.h"
#include "harness/plugins/host.h"
#include "ridge_reference.h"
#include "tests/plugins/golden/open_rule.h"

namespace agon::test {
namespace {

namespace data = boost::unit_test::data;

constexpr int64_t kClasses = 3;

// z-scored rows as floats, and the same for the reference; noise: how much does not follow from the
// class.
struct Data {
  Matrix z;
  Rows rows, targets;
  std::vector<int32_t> labels;
  Data(int64_t n, int64_t d, double noise) {
    unsigned state = 3;
    const auto next = [&] {
      return static_cast<double>((state = state * 1664525u + 1013904223u) >> 8) / 16777216.0 - 0.5;
    };
    for (int64_t r = 0; r < n; ++r) {
      labels.push_back(static_cast<int32_t>((r + r / 5) % kClasses));
      targets.emplace_back(kClasses, -1.0);
      targets.back()[static_cast<size_t>(labels.back())] = 1;
      rows.emplace_back();
      for (int64_t i = 0; i < d; ++i)
        rows.back().push_back((i % 7 == labels.back() ? 1 : 0) + noise * next());
    }
    z = matrix_of(standardised(rows));
    rows = rows_of(z.view());
  }
};

struct Solution {
  Rows w, b;
  double lambda;
};

// train_rows at least the features: the primal form; the rows come in minibatches of 20.
Solution solve(const Data& d, int64_t train_rows, double lambda, bool dual) {
  harness::Call call;
  const Context ctx(harness::Host().abi(), call.abi());
  agon::Ridge form(d.z.cols(), kClasses, train_rows, lambda);
  BOOST_CHECK_EQUAL(form.dual(), dual);
  for (int64_t begin = 0; begin < d.z.rows(); begin += 20) {
    const int64_t end = std::min(begin + 20, d.z.rows());
    form.add(ctx, agon::rows_of(d.z.view(), begin, end), d.labels.data() + begin);
  }
  Matrix w(kClasses, d.z.cols()), b(1, kClasses);
  BOOST_CHECK(form.solve(ctx, w, b));
  return {rows_of(w.view()), rows_of(b.view()), form.lambda()};
}

void compare(const Rows& a, const Rows& b, double tolerance) {
  BOOST_REQUIRE_EQUAL(a.size(), b.size());
  for (size_t k = 0; k < a.size(); ++k) {
    BOOST_REQUIRE_EQUAL(a[k].size(), b[k].size());
    for (size_t i = 0; i < a[k].size(); ++i) BOOST_CHECK_SMALL(a[k][i] - b[k][i], tolerance);
  }
}

// The primal form's d x d sums are singular here but for lambda, so that their rounding weighs
// 1/lambda; the dual form's n x n sums are not, and the reference below holds it to 1e-5
// throughout.
double tolerance(double lambda) { return 1e-5 + 4e-6 / lambda; }

const std::vector<double> kNoise{0.1, 1.0, 3.0, 20.0};

BOOST_DATA_TEST_CASE(both_forms_are_one_regression, data::make(kNoise)) {
  for (const int64_t features : {150, 203}) {
    const Data d(130, features, sample);
    for (const double lambda : {0.01, 1.0, 100.0}) {
      const Solution primal = solve(d, features, lambda, false), dual = solve(d, 130, lambda, true);
      compare(primal.w, dual.w, tolerance(lambda));
      compare(primal.b, dual.b, 1e-12);
    }
    const Solution primal = solve(d, features, 0, false), dual = solve(d, 130, 0, true);
    BOOST_CHECK_EQUAL(primal.lambda, dual.lambda);
    compare(primal.w, dual.w, tolerance(dual.lambda));
    const auto [lambda, want] = ridge_by_inner_part(d.rows, d.targets);
    BOOST_CHECK_EQUAL(dual.lambda, lambda);
    for (size_t k = 0; k < kClasses; ++k) {
      BOOST_CHECK_SMALL(dual.b[0][k] - want.b[k], 1e-6);
      for (size_t i = 0; i < want.w.size(); ++i)
        BOOST_CHECK_SMALL(dual.w[k][i] - want.w[i][k], 1e-5);
    }
  }
}

// Real targets, in both forms, with a given penalty and with the chosen one.
BOOST_AUTO_TEST_CASE(real_targets_are_regressed_like_classes) {
  for (const int64_t features : {int64_t{40}, int64_t{150}}) {
    const bool dual = features > 130;
    const Data d(130, features, 1.0);
    Rows t;
    for (const auto& row : d.rows) {
      const double noise = row[5] * row[6];
      t.push_back({3 * row[0] - row[1] + 20, row[2] + 2 * noise, 0.01 * row[3] - 5});
    }
    t = rows_of(matrix_of(t).view());
    const Matrix targets = matrix_of(t);
    for (const double lambda : {0.01, 1.0, 100.0, 0.0}) {
      harness::Call call;
      const Context ctx(harness::Host().abi(), call.abi());
      agon::Ridge form(features, kClasses, 130, lambda);
      BOOST_CHECK_EQUAL(form.dual(), dual);
      for (int64_t begin = 0; begin < 130; begin += 20) {
        const int64_t end = std::min<int64_t>(begin + 20, 130);
        form.add(ctx, agon::rows_of(d.z.view(), begin, end),
                 agon::rows_of(targets.view(), begin, end));
      }
      Matrix w(kClasses, features), b(1, kClasses);
      BOOST_REQUIRE(form.solve(ctx, w, b));
      const auto [chosen, want] =
          lambda > 0 ? std::pair(lambda, ridge(d.rows, t, lambda)) : ridge_by_inner_part(d.rows, t);
      BOOST_CHECK_EQUAL(form.lambda(), chosen);
      for (size_t k = 0; k < kClasses; ++k) {
        BOOST_CHECK_SMALL(b.at(0, static_cast<int64_t>(k)) - want.b[k], 2e-6);
        for (size_t i = 0; i < want.w.size(); ++i) {
          BOOST_CHECK_SMALL(w.at(static_cast<int64_t>(k), static_cast<int64_t>(i)) - want.w[i][k],
                            3e-5);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_penalty_follows_the_noise_in_the_dual_form) {
  const double clean = solve(Data(90, 120, 0.1), 90, 0, true).lambda,
               noisy = solve(Data(90, 120, 20.0), 90, 0, true).lambda;
  BOOST_CHECK_LT(clean, noisy);
}

// More rows than blocks and chunks have, and fewer rows than were announced.
BOOST_AUTO_TEST_CASE(sizes_around_the_blocks) {
  for (const int64_t rows : {2, 3, 4, 5, 31, 33, 63, 64, 65, 127, 129, 200}) {
    const Data d(rows, 70, 1.0);
    const Solution primal = solve(d, std::max<int64_t>(rows, 70), 1.0, false);
    const auto want = ridge(d.rows, d.targets, 1.0);
    for (size_t k = 0; k < kClasses; ++k) {
      for (size_t i = 0; i < 70; ++i) BOOST_CHECK_SMALL(primal.w[k][i] - want.w[i][k], 1e-5);
    }
    if (rows < 70) compare(primal.w, solve(d, 69, 1.0, true).w, 1e-5);
  }
}

BOOST_AUTO_TEST_CASE(rows_beyond_the_training_set_are_a_second_pass) {
  const Data d(40, 50, 1.0), more(60, 50, 1.0);  // the same first 40 classes, other z-scores
  harness::Call call;
  const Context ctx(harness::Host().abi(), call.abi());
  for (const int64_t features : {int64_t{50}, int64_t{30}}) {  // dual, primal
    agon::Ridge once(features, kClasses, 40, 1.0), twice(features, kClasses, 40, 1.0);
    ConstView z = d.z.view();
    z.cols = features;
    once.add(ctx, z, d.labels.data());
    twice.add(ctx, z, d.labels.data());
    ConstView rest = more.z.view();
    rest.cols = features;
    twice.add(ctx, rest, more.labels.data());
    Matrix w1(kClasses, features), w2(kClasses, features), b(1, kClasses);
    BOOST_CHECK(once.solve(ctx, w1, b));
    BOOST_CHECK(twice.solve(ctx, w2, b));
    BOOST_CHECK(rows_of(w1.view()) == rows_of(w2.view()));
  }
}

BOOST_AUTO_TEST_CASE(without_rows_nothing_is_solved) {
  harness::Call call;
  const Context ctx(harness::Host().abi(), call.abi());
  for (const int64_t rows : {5, 500}) {
    agon::Ridge none(50, kClasses, rows, 0);
    Matrix w(kClasses, 50), b(1, kClasses);
    BOOST_CHECK(!none.solve(ctx, w, b));
  }
}

}  // namespace
}  // namespace agon::test
