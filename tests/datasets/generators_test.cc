// SPDX-License-Identifier: MIT
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "data_hash.h"
#include "datasets/generators/friedman.h"
#include "datasets/generators/parity.h"
#include "datasets/generators/sine.h"
#include "datasets/generators/spirals.h"

using namespace agon::datasets;

namespace {

constexpr Spirals kSpirals{.points_per_class = 500, .turns = 1, .noise = 0.02, .seed = 1};

// Accuracy of the least-squares line w0 + w1 x + w2 y = +-1 on its own data: the best a linear rule
// of squared loss can do. Normal equations by Cramer's rule.
double linear_accuracy(const Dataset& data) {
  using Vector = std::array<double, 3>;
  std::array<Vector, 3> g{};
  Vector b{};
  const auto row = [&data](size_t r) {
    return Vector{1, static_cast<double>(data.x.at(r, 0)), static_cast<double>(data.x.at(r, 1))};
  };
  const auto sign = [&data](size_t r) { return data.labels[r] == 1 ? 1.0 : -1.0; };
  for (size_t r = 0; r < data.labels.size(); ++r) {
    const Vector v = row(r);
    for (size_t i = 0; i < 3; ++i) {
      for (size_t j = 0; j < 3; ++j) g[i][j] += v[i] * v[j];
      b[i] += v[i] * sign(r);
    }
  }
  const auto determinant = [](const std::array<Vector, 3>& m) {
    return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
           m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
           m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
  };
  Vector w{};
  for (size_t k = 0; k < 3; ++k) {
    auto replaced = g;
    for (size_t i = 0; i < 3; ++i) replaced[i][k] = b[i];
    w[k] = determinant(replaced) / determinant(g);
  }
  size_t right = 0;
  for (size_t r = 0; r < data.labels.size(); ++r) {
    const Vector v = row(r);
    if ((w[0] * v[0] + w[1] * v[1] + w[2] * v[2]) * sign(r) > 0) ++right;
  }
  return static_cast<double>(right) / static_cast<double>(data.labels.size());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(generators)

BOOST_AUTO_TEST_CASE(xor_truth_table) {
  const Dataset data = make_parity({.bits = 2});
  BOOST_TEST_REQUIRE(data.x.rows() == 4u);
  const float inputs[4][2] = {{0, 0}, {1, 0}, {0, 1}, {1, 1}};
  const int32_t labels[4] = {0, 1, 1, 0};
  for (size_t p = 0; p < 4; ++p) {
    BOOST_TEST(data.x.at(p, 0) == inputs[p][0]);
    BOOST_TEST(data.x.at(p, 1) == inputs[p][1]);
    BOOST_TEST(data.labels[p] == labels[p]);
  }
}

BOOST_AUTO_TEST_CASE(parity_truth_tables) {
  for (const int32_t bits : {1, 3, 4, 8}) {
    const Dataset data = make_parity({.bits = bits});
    BOOST_TEST_REQUIRE(data.x.rows() == size_t{1} << bits);
    BOOST_TEST(data.x.cols() == static_cast<size_t>(bits));
    BOOST_TEST(data.shape == (std::vector<int64_t>{bits}), boost::test_tools::per_element());
    size_t ones = 0;
    for (size_t p = 0; p < data.x.rows(); ++p) {
      int32_t set = 0;
      size_t number = 0;
      for (size_t l = 0; l < data.x.cols(); ++l) {
        BOOST_TEST_REQUIRE((data.x.at(p, l) == 0.0f || data.x.at(p, l) == 1.0f));
        set += data.x.at(p, l) == 1.0f ? 1 : 0;
        number += data.x.at(p, l) == 1.0f ? size_t{1} << l : 0;
      }
      BOOST_TEST(number == p);  // all patterns, in binary order
      BOOST_TEST(data.labels[p] == set % 2);
      ones += data.labels[p] == 1 ? 1 : 0;
    }
    BOOST_TEST(2 * ones == data.x.rows());
  }
}

BOOST_AUTO_TEST_CASE(spirals_are_balanced_and_inside_the_unit_square) {
  const Dataset data = make_spirals(kSpirals);
  BOOST_TEST(data.x.rows() == 1000u);
  BOOST_TEST(data.x.cols() == 2u);
  BOOST_TEST(std::count(data.labels.begin(), data.labels.end(), 0) == 500);
  BOOST_TEST(std::count(data.labels.begin(), data.labels.end(), 1) == 500);
  float low = 1, high = 0;
  for (size_t r = 0; r < data.x.rows(); ++r) {
    for (const float v : data.x.row(r)) {
      low = std::min(low, v);
      high = std::max(high, v);
    }
  }
  BOOST_TEST(low >= 0.0f);
  BOOST_TEST(low < 0.1f);
  BOOST_TEST(high <= 1.0f);
  BOOST_TEST(high > 0.9f);
}

BOOST_AUTO_TEST_CASE(no_line_separates_the_spirals) {
  const double accuracy = linear_accuracy(make_spirals(kSpirals));
  BOOST_TEST(accuracy > 0.45);
  BOOST_TEST(accuracy < 0.55);
}

// Learnable all the same: the nearest other point is of the same class for nearly all points.
BOOST_AUTO_TEST_CASE(neighbours_on_a_spiral_agree) {
  const Dataset data = make_spirals(kSpirals);
  size_t agree = 0;
  for (size_t r = 0; r < data.x.rows(); ++r) {
    size_t nearest = r;
    float best = 10;
    for (size_t s = 0; s < data.x.rows(); ++s) {
      const float d =
          std::hypot(data.x.at(r, 0) - data.x.at(s, 0), data.x.at(r, 1) - data.x.at(s, 1));
      if (s != r && d < best) {
        best = d;
        nearest = s;
      }
    }
    agree += data.labels[nearest] == data.labels[r] ? 1 : 0;
  }
  BOOST_TEST(agree > 980u);
}

BOOST_AUTO_TEST_CASE(spirals_depend_on_their_seed_only) {
  const auto hash = [](const Spirals& spirals) {
    return testing::data_hash(make_spirals(spirals), {});
  };
  Spirals other = kSpirals;
  BOOST_TEST(hash(kSpirals) == hash(other));
  other.seed = 2;
  BOOST_TEST(hash(kSpirals) != hash(other));
}

BOOST_AUTO_TEST_CASE(friedmans_targets_are_his_function_and_noise) {
  const Dataset quiet = make_friedman({.rows = 500, .noise = 0, .seed = 3});
  const Dataset noisy = make_friedman({.rows = 500, .noise = 1, .seed = 3});
  double square = 0;
  for (size_t r = 0; r < 500; ++r) {
    std::array<double, 10> x{};
    for (size_t i = 0; i < 10; ++i) {
      x[i] = static_cast<double>(quiet.x.at(r, i));
      BOOST_TEST_REQUIRE((x[i] >= 0 && x[i] < 1));
      BOOST_TEST_REQUIRE(noisy.x.at(r, i) == quiet.x.at(r, i));
    }
    const double y = 10 * std::sin(std::acos(-1.0) * x[0] * x[1]) +
                     20 * (x[2] - 0.5) * (x[2] - 0.5) + 10 * x[3] + 5 * x[4];
    BOOST_TEST(std::fabs(static_cast<double>(quiet.targets.at(r, 0)) - y) < 2e-4);
    square += std::pow(static_cast<double>(noisy.targets.at(r, 0)) - y, 2);
  }
  BOOST_TEST(std::fabs(std::sqrt(square / 500) - 1) < 0.1);
}

BOOST_AUTO_TEST_CASE(a_sine_has_its_periods_and_noise) {
  const Dataset data = make_sine({.rows = 500, .periods = 2, .noise = 0.1, .seed = 3});
  double square = 0;
  for (size_t r = 0; r < 500; ++r) {
    const double y = std::sin(4 * std::acos(-1.0) * static_cast<double>(data.x.at(r, 0)));
    square += std::pow(static_cast<double>(data.targets.at(r, 0)) - y, 2);
  }
  BOOST_TEST(std::fabs(std::sqrt(square / 500) - 0.1) < 0.01);
}

BOOST_AUTO_TEST_SUITE_END()
