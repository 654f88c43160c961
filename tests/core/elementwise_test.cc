// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <limits>

#include "reference.h"
#include "targets.h"

namespace agon::test {
namespace {

using core::Activation;
using core::ActivationKind;

constexpr std::array kKinds{ActivationKind::identity, ActivationKind::sigmoid, ActivationKind::tanh,
                            ActivationKind::relu, ActivationKind::gelu};

double slope(Activation f, double a) {
  const double gain = static_cast<double>(f.gain), x = gain * a;
  switch (f.kind) {
    case ActivationKind::identity: return gain;
    case ActivationKind::sigmoid: return gain / (2 + std::exp(x) + std::exp(-x));
    case ActivationKind::tanh: return gain * (1 - std::tanh(x) * std::tanh(x));
    case ActivationKind::relu: return x - static_cast<double>(f.shift) > 0 ? gain : 0;
    case ActivationKind::gelu:
      return gain *
             (0.5 * std::erfc(-x / std::sqrt(2.0)) + x * std::exp(-x * x / 2) * 0.3989422804014327);
  }
  return 0;
}

// Values over [-100, 100], dense around 0.
Matrix wide(size_t cols) {
  Matrix a(3, cols);
  core::fill_uniform(11, 0, -1.0f, 1.0f, a.view());
  for (size_t r = 0; r < 3; ++r) {
    for (float& v : a.row(r)) v = std::copysign(std::pow(std::abs(v), 4.0f) * 100.0f, v);
  }
  return a;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(elementwise)

BOOST_DATA_TEST_CASE(activations_and_slopes_match_the_reference, kTargets* kSizes, target, n) {
  const Pin pin(target);
  const Matrix a = wide(n);
  for (const ActivationKind kind : kKinds) {
    for (const Activation f : {Activation{kind, 1.0f, 0.0f}, Activation{kind, 0.5f, 0.25f}}) {
      Matrix h(3, n), in_place = copy(a), g(3, n);
      BOOST_TEST(core::activate(f, a, h) == 3 * n);
      core::activate(f, in_place, in_place);
      BOOST_TEST(same_bits(h, in_place));
      BOOST_TEST(worst_error(h, [&](size_t r, size_t c) {
                   return activation(f, static_cast<double>(a.at(r, c)));
                 }) <= 2e-7);
      BOOST_TEST(core::derivative(f, a, h, g) == 3 * n);
      BOOST_TEST(worst_error(g, [&](size_t r, size_t c) {
                   return slope(f, static_cast<double>(a.at(r, c)));
                 }) <= 4e-7);
    }
  }
}

// A saturated sigmoid still has the right order of magnitude: its gradient a (1 - a) depends on it.
BOOST_DATA_TEST_CASE(tails_are_accurate_relative_to_themselves, kTargets, target) {
  const Pin pin(target);
  const size_t n = 20000;
  Matrix a(1, n), h(1, n);
  for (size_t i = 0; i < n; ++i)
    a.at(0, i) = -87.0f + 174.0f * static_cast<float>(i) / static_cast<float>(n - 1);
  const auto worst = [&](ActivationKind kind, double from, double to) {
    core::activate({kind, 1.0f, 0.0f}, a, h);
    double error = 0;
    for (size_t i = 0; i < n; ++i) {
      const double x = static_cast<double>(a.at(0, i));
      if (x < from || x > to) continue;
      const double want = activation({kind, 1.0f, 0.0f}, x);
      if (want != 0) error = std::max(error, std::abs(static_cast<double>(h.at(0, i)) / want - 1));
    }
    return error;
  };
  BOOST_TEST(worst(ActivationKind::sigmoid, -87, 87) <= 4e-7);
  BOOST_TEST(worst(ActivationKind::tanh, -87, 87) <= 4e-7);
  BOOST_TEST(worst(ActivationKind::gelu, -12, 87) <= 4e-6);
  BOOST_TEST(worst(ActivationKind::gelu, -1, 87) <= 6e-7);
}

BOOST_DATA_TEST_CASE(extremes_saturate_and_nan_stays_nan, kTargets, target) {
  const Pin pin(target);
  const float infinity = std::numeric_limits<float>::infinity(), big = 3e38f;
  Matrix a(1, 6), h(1, 6);
  std::ranges::copy(
      std::array{-infinity, -big, big, infinity, std::numeric_limits<float>::quiet_NaN(), 0.0f},
      a.row(0).begin());
  core::activate({ActivationKind::sigmoid}, a, h);
  BOOST_TEST(h.at(0, 0) == 0.0f);
  BOOST_TEST(h.at(0, 1) == 0.0f);
  BOOST_TEST(h.at(0, 2) == 1.0f);
  BOOST_TEST(h.at(0, 3) == 1.0f);
  BOOST_TEST(h.at(0, 5) == 0.5f);
  core::activate({ActivationKind::tanh}, a, h);
  BOOST_TEST(h.at(0, 0) == -1.0f);
  BOOST_TEST(h.at(0, 1) == -1.0f);
  BOOST_TEST(h.at(0, 2) == 1.0f);
  BOOST_TEST(h.at(0, 3) == 1.0f);
  BOOST_TEST(h.at(0, 5) == 0.0f);
  for (const ActivationKind kind : kKinds) {
    core::activate({kind}, a, h);
    BOOST_TEST(std::isnan(h.at(0, 4)));
  }
}

BOOST_DATA_TEST_CASE(relu_has_no_slope_at_the_kink, kTargets, target) {
  const Pin pin(target);
  Matrix a(1, 3), g(1, 3);
  std::ranges::copy(std::array{0.5f, 0.25f, 0.0f}, a.row(0).begin());
  core::derivative({ActivationKind::relu, 2.0f, 0.5f}, a, a, g);  // max(2 a - 0.5, 0)
  BOOST_TEST(g.at(0, 0) == 2.0f);
  BOOST_TEST(g.at(0, 1) == 0.0f);
  BOOST_TEST(g.at(0, 2) == 0.0f);
}

BOOST_DATA_TEST_CASE(axpy_multiply_affine_match_the_reference, kTargets* kSizes, target, n) {
  const Pin pin(target);
  const Matrix x = random_matrix(3, n, 1, kGarbage), y = random_matrix(3, n, 2, kGarbage);
  const auto d = [](const Matrix& m, size_t r, size_t c) {
    return static_cast<double>(m.at(r, c));
  };
  Matrix out = copy(y);
  BOOST_TEST(core::axpy(0.3f, x, out) == 3 * n);
  BOOST_TEST(worst_error(out, [&](size_t r, size_t c) { return 0.3f * d(x, r, c) + d(y, r, c); }) <=
             2e-7);
  Matrix product(3, n);
  BOOST_TEST(core::multiply(x, y, product) == 3 * n);
  BOOST_TEST(worst_error(product, [&](size_t r, size_t c) { return d(x, r, c) * d(y, r, c); }) <=
             1e-7);
  BOOST_TEST(padding_is_zero(product));
  Matrix scaled = copy(x);
  BOOST_TEST(core::affine(-2.0f, 0.5f, scaled) == 3 * n);
  BOOST_TEST(worst_error(scaled, [&](size_t r, size_t c) { return -2.0 * d(x, r, c) + 0.5; }) <=
             2e-7);
}

// Views of the first columns of a wider matrix: what stands behind the padded width stays
// untouched.
BOOST_DATA_TEST_CASE(clip_and_copy_match_the_reference, kTargets* kSizes, target, n) {
  const Pin pin(target);
  const Matrix x = random_matrix(3, n, 1, kGarbage);
  Matrix out(3, n);
  BOOST_TEST(core::copy(x, out) == 0u);
  BOOST_TEST(same_bits(x, out));
  BOOST_TEST(padding_is_zero(out));
  BOOST_TEST(core::clip(-0.25f, 0.5f, out) == 3 * n);
  BOOST_TEST(worst_error(out, [&](size_t r, size_t c) {
               return std::clamp(static_cast<double>(x.at(r, c)), -0.25, 0.5);
             }) == 0);
  if (n == 0) return;
  const float infinity = std::numeric_limits<float>::infinity();
  out.at(0, 0) = std::numeric_limits<float>::quiet_NaN();
  out.at(1, 0) = infinity;
  out.at(2, 0) = -infinity;
  core::clip(-1.0f, 1.0f, out);
  BOOST_TEST(std::isnan(out.at(0, 0)));
  BOOST_TEST(out.at(1, 0) == 1.0f);
  BOOST_TEST(out.at(2, 0) == -1.0f);
}

BOOST_DATA_TEST_CASE(writes_stay_inside_the_padded_width, kTargets* kSizes, target, n) {
  const Pin pin(target);
  if (n > 64) {
    BOOST_TEST(core::padded(n) > 96u);
    return;
  }
  Matrix wide_out(2, 96), x = random_matrix(2, n, 1);
  for (size_t r = 0; r < 2; ++r) std::ranges::fill(wide_out.row(r), kGarbage);
  core::activate({ActivationKind::sigmoid}, x, View{wide_out.data(), 2, n, wide_out.stride()});
  for (size_t r = 0; r < 2; ++r) {
    for (size_t c = core::padded(n); c < 96; ++c) BOOST_TEST(wide_out.at(r, c) == kGarbage);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::test
