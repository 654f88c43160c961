// SPDX-License-Identifier: MIT
#include "reference.h"
#include "targets.h"

namespace agon::test {
namespace {
double d(const Matrix& m, size_t r, size_t c) { return static_cast<double>(m.at(r, c)); }
}  // namespace

BOOST_AUTO_TEST_SUITE(optimiser)

BOOST_DATA_TEST_CASE(sgd_and_momentum_match_the_reference, kTargets* kSizes, target, n) {
  const Pin pin(target);
  const Matrix g = random_matrix(2, n, 1, kGarbage), w0 = random_matrix(2, n, 2, kGarbage);
  const Matrix v0 = random_matrix(2, n, 3);
  const double lr = static_cast<double>(0.1f), mu = static_cast<double>(0.9f),
               decay = static_cast<double>(0.01f);
  Matrix w = copy(w0);
  BOOST_TEST(core::sgd(0.1f, 0.01f, g, w) == 2 * n);
  BOOST_TEST(worst_error(w, [&](size_t r, size_t c) {
               return (1 - lr * decay) * d(w0, r, c) - lr * d(g, r, c);
             }) <= 2e-7);
  w = copy(w0);
  Matrix v = copy(v0);
  BOOST_TEST(core::momentum(0.1f, 0.9f, 0.01f, g, v, w) == 4 * n);
  BOOST_TEST(worst_error(v, [&](size_t r, size_t c) { return mu * d(v0, r, c) + d(g, r, c); }) <=
             2e-7);
  BOOST_TEST(worst_error(w, [&](size_t r, size_t c) {
               return (1 - lr * decay) * d(w0, r, c) - lr * (mu * d(v0, r, c) + d(g, r, c));
             }) <= 3e-7);
}

// Without decay the step is exactly W - lr g in one FMA.
BOOST_DATA_TEST_CASE(plain_sgd_is_one_fma, kTargets, target) {
  const Pin pin(target);
  const Matrix g = random_matrix(3, 21, 1), w0 = random_matrix(3, 21, 2);
  Matrix w = copy(w0), want(3, 21);
  core::sgd(0.1f, 0.0f, g, w);
  for (size_t r = 0; r < 3; ++r) {
    for (size_t c = 0; c < 21; ++c) {
      const volatile float product = 0.1f * g.at(r, c);
      want.at(r, c) =
          has_fma(target) ? std::fma(-0.1f, g.at(r, c), w0.at(r, c)) : w0.at(r, c) - product;
    }
  }
  BOOST_TEST(same_bits(w, want));
}

BOOST_DATA_TEST_CASE(adam_matches_the_reference_over_steps, kTargets* kSizes, target, n) {
  const Pin pin(target);
  for (const bool keras : {false, true}) {
    Matrix m(2, n), v(2, n), w = random_matrix(2, n, 2);
    const Matrix w0 = copy(w);
    const core::Adam base{.lr = 0.01f,
                          .beta1 = 0.9f,
                          .beta2 = 0.999f,
                          .eps = 1e-7f,
                          .decay = 0.1f,
                          .step = 0,
                          .keras = keras};
    std::vector<Matrix> gradients;
    for (int64_t t = 1; t <= 3; ++t) {
      gradients.push_back(random_matrix(2, n, 20 + static_cast<uint64_t>(t)));
      core::Adam step = base;
      step.step = t;
      BOOST_TEST(core::adam(step, gradients.back(), m, v, w) == 8 * n);
    }
    const double lr = static_cast<double>(base.lr), b1 = static_cast<double>(base.beta1);
    const double b2 = static_cast<double>(base.beta2), eps = static_cast<double>(base.eps);
    const double keep = 1 - lr * static_cast<double>(base.decay);
    BOOST_TEST(worst_error(w, [&](size_t r, size_t c) {
                 double mean = 0, square = 0, weight = d(w0, r, c);
                 for (int t = 1; t <= 3; ++t) {
                   const double g = d(gradients[static_cast<size_t>(t - 1)], r, c);
                   mean = b1 * mean + (1 - b1) * g;
                   square = b2 * square + (1 - b2) * g * g;
                   const double c1 = 1 - std::pow(b1, t), c2 = 1 - std::pow(b2, t);
                   weight = keep * weight -
                            (keras ? lr * std::sqrt(c2) / c1 * mean / (std::sqrt(square) + eps)
                                   : lr * mean / c1 / (std::sqrt(square / c2) + eps));
                 }
                 return weight;
               }) <= 5e-7);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::test
