// SPDX-License-Identifier: MIT
#include <algorithm>
#include <limits>

#include "reference.h"
#include "targets.h"

namespace agon::test {
namespace {
double d(const Matrix& m, size_t r, size_t c) { return static_cast<double>(m.at(r, c)); }

double exp_sum(const Matrix& x, size_t r) {
  double most = d(x, r, 0), sum = 0;
  for (size_t c = 0; c < x.cols(); ++c) most = std::max(most, d(x, r, c));
  for (size_t c = 0; c < x.cols(); ++c) sum += std::exp(d(x, r, c) - most);
  return most + std::log(sum);
}
}  // namespace

BOOST_AUTO_TEST_SUITE(reduce)

BOOST_DATA_TEST_CASE(sums_match_the_reference, kTargets* kSizes, target, n) {
  const Pin pin(target);
  const Matrix x = random_matrix(5, n, 1, kGarbage), y = random_matrix(5, n, 2, kGarbage);
  double sum = 0, dot = 0;
  std::vector<double> columns(n);
  for (size_t r = 0; r < 5; ++r) {
    for (size_t c = 0; c < n; ++c) {
      sum += d(x, r, c);
      dot += d(x, r, c) * d(y, r, c);
      columns[c] += d(x, r, c);
    }
  }
  double got = -1;
  BOOST_TEST(core::sum(x, &got) == 5 * n);
  BOOST_TEST(std::abs(got - sum) <= 1e-12);
  BOOST_TEST(core::dot(x, y, &got) == 5 * n);
  BOOST_TEST(std::abs(got - dot) <= 1e-12);
  std::vector<float> out(n, 3.0f);
  BOOST_TEST(core::column_sums(x, 0.5f, false, out.data()) == 5 * n);
  for (size_t c = 0; c < n; ++c)
    BOOST_TEST(std::abs(static_cast<double>(out[c]) - 0.5 * columns[c]) <= 1e-6);
  core::column_sums(x, -0.5f, true, out.data());
  for (size_t c = 0; c < n; ++c) BOOST_TEST(std::abs(static_cast<double>(out[c])) <= 1e-6);
}

BOOST_DATA_TEST_CASE(row_sums_and_norms_match_the_reference, kTargets* kSizes, target, n) {
  const Pin pin(target);
  const Matrix x = random_matrix(5, n, 1, kGarbage);
  std::vector<float> sums(5, 3.0f), norms(5, 3.0f);
  BOOST_TEST(core::row_sums(x, 0.5f, false, sums.data()) == 5 * n);
  BOOST_TEST(core::row_norms(x, norms.data()) == 5 * n);
  for (size_t r = 0; r < 5; ++r) {
    double sum = 0, square = 0;
    for (size_t c = 0; c < n; ++c) {
      sum += d(x, r, c);
      square += d(x, r, c) * d(x, r, c);
    }
    BOOST_TEST(sums[r] == static_cast<float>(0.5 * sum), boost::test_tools::tolerance(1e-6f));
    BOOST_TEST(norms[r] == static_cast<float>(std::sqrt(square)),
               boost::test_tools::tolerance(1e-6f));
  }
  const std::vector<float> once = sums;
  core::row_sums(x, 0.5f, true, sums.data());
  for (size_t r = 0; r < 5; ++r) BOOST_TEST(sums[r] == 2 * once[r]);
}

BOOST_DATA_TEST_CASE(softmax_and_cross_entropy_match_the_reference, kTargets* kSizes, target, n) {
  const Pin pin(target);
  Matrix x = random_matrix(4, n, 1, kGarbage), target_rows(4, n), out(4, n), delta(4, n);
  for (size_t r = 0; r < 4; ++r) {
    for (float& v : x.row(r)) v *= r == 0 ? 60.0f : 3.0f;
    if (n > 0) target_rows.at(r, (3 * r) % n) = 1.0f;
    if (n > 1 && r == 2) {  // a soft target
      target_rows.at(r, (3 * r) % n) = 0.75f;
      target_rows.at(r, (3 * r + 1) % n) = 0.25f;
    }
  }
  BOOST_TEST(core::softmax(x, out) == 4 * n);
  BOOST_TEST(worst_error(out, [&](size_t r, size_t c) {
               return std::exp(d(x, r, c) - exp_sum(x, r));
             }) <= 2e-7);
  double want = 0;
  for (size_t r = 0; r < 4; ++r) {
    for (size_t c = 0; c < n; ++c) want += d(target_rows, r, c) * (exp_sum(x, r) - d(x, r, c)) / 4;
  }
  double loss = -1;
  BOOST_TEST(core::softmax_cross_entropy(x, target_rows, delta, &loss) == 4 * n);
  if (n > 0) BOOST_TEST(std::abs(loss - want) <= 1e-6 * std::max(1.0, want));
  BOOST_TEST(worst_error(delta, [&](size_t r, size_t c) {
               return std::exp(d(x, r, c) - exp_sum(x, r)) - d(target_rows, r, c);
             }) <= 2e-7);
  BOOST_TEST(padding_is_zero(delta));
}

BOOST_DATA_TEST_CASE(softmax_survives_large_logits_and_shows_nan, kTargets, target) {
  const Pin pin(target);
  Matrix x(1, 3), wanted(1, 3), delta(1, 3);
  x.at(0, 0) = 3e38f;
  x.at(0, 1) = -3e38f;
  wanted.at(0, 0) = 1.0f;
  double loss = -1;
  core::softmax_cross_entropy(x, wanted, delta, &loss);
  BOOST_TEST(loss == 0.0);
  BOOST_TEST(delta.at(0, 0) == 0.0f);
  x.at(0, 2) = std::numeric_limits<float>::quiet_NaN();
  core::softmax_cross_entropy(x, wanted, delta, &loss);
  BOOST_TEST(std::isnan(loss));
  x.at(0, 2) = std::numeric_limits<float>::infinity();
  core::softmax_cross_entropy(x, wanted, delta, &loss);
  BOOST_TEST(!std::isfinite(loss));
  core::softmax_cross_entropy(Matrix(0, 3), Matrix(0, 3), Matrix(0, 3), &loss);
  BOOST_TEST(loss == 0.0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::test
