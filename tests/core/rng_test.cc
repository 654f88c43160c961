// SPDX-License-Identifier: MIT
#include "core/rng.h"

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace agon::test {
namespace {
using core::Matrix;
using Words = std::array<uint32_t, 4>;
}  // namespace

BOOST_AUTO_TEST_SUITE(rng)

// Known-answer vectors of Random123 (kat_vectors, philox4x32 10).
BOOST_AUTO_TEST_CASE(philox_gives_the_known_answers) {
  constexpr uint32_t kOnes = 0xffffffffu;
  BOOST_TEST((core::philox({0, 0, 0, 0}, {0, 0}) ==
              Words{0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u}));
  BOOST_TEST((core::philox({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}) ==
              Words{0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu}));
  BOOST_TEST((core::philox({0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u},
                           {0xa4093822u, 0x299f31d0u}) ==
              Words{0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u}));
}

BOOST_AUTO_TEST_CASE(streams_start_with_block_zero_and_differ) {
  core::Stream s(0, 0);
  for (const uint32_t word : core::philox({0, 0, 0, 0}, {0, 0})) BOOST_TEST(s.next() == word);
  BOOST_TEST(s.next() == core::philox({1, 0, 0, 0}, {0, 0})[0]);
  core::Stream a(1, 2), b(1, 3), c(2, 2);
  const uint32_t first = a.next();
  BOOST_TEST(first != b.next());
  BOOST_TEST(first != c.next());
  // seed and stream use all 64 bits
  BOOST_TEST(core::Stream(uint64_t{1} << 40, 0).next() != core::Stream(0, 0).next());
  BOOST_TEST(core::Stream(0, uint64_t{1} << 40).next() != core::Stream(0, 0).next());
}

BOOST_AUTO_TEST_CASE(element_is_the_draw_of_its_number_whatever_the_shape) {
  for (const bool normal : {false, true}) {
    const auto fill = [&](core::View out) {
      normal ? core::fill_normal(5, 9, 2.0f, out) : core::fill_uniform(5, 9, -2.0f, 3.0f, out);
    };
    Matrix row(1, 60), tall(60, 1), odd(4, 15);
    fill(row);
    fill(tall);
    fill(odd);
    for (size_t i = 0; i < 60; ++i) {
      BOOST_TEST(row.at(0, i) == tall.at(i, 0));
      BOOST_TEST(row.at(0, i) == odd.at(i / 15, i % 15));
    }
    for (size_t r = 0; r < 4; ++r)
      BOOST_TEST(odd.data()[r * odd.stride() + 15] == 0.0f);  // padding stays
    core::Stream s(5, 9);
    for (size_t i = 0; i < 60; ++i) {
      const float want = normal ? static_cast<float>(2.0 * s.normal())
                                : static_cast<float>(-2.0 + 5.0 * static_cast<double>(s.uniform()));
      BOOST_TEST(row.at(0, i) == want);
    }
  }
}

BOOST_AUTO_TEST_CASE(moments_are_right) {
  const size_t n = 200000;
  Matrix u(1, n), g(1, n);
  core::fill_uniform(1, 0, 0.0f, 1.0f, u);
  core::fill_normal(1, 1, 1.0f, g);
  double mean = 0, normal_mean = 0, square = 0, fourth = 0;
  for (size_t i = 0; i < n; ++i) {
    const double v = static_cast<double>(u.at(0, i)), z = static_cast<double>(g.at(0, i));
    BOOST_REQUIRE((v >= 0 && v < 1 && std::isfinite(z)));
    mean += v / static_cast<double>(n);
    normal_mean += z / static_cast<double>(n);
    square += z * z / static_cast<double>(n);
    fourth += z * z * z * z / static_cast<double>(n);
  }
  // five standard errors
  BOOST_TEST(std::abs(mean - 0.5) < 5 * 0.2887 / std::sqrt(static_cast<double>(n)));
  BOOST_TEST(std::abs(normal_mean) < 5 / std::sqrt(static_cast<double>(n)));
  BOOST_TEST(std::abs(square - 1) < 5 * std::sqrt(2.0 / static_cast<double>(n)));
  BOOST_TEST(std::abs(fourth - 3) < 5 * std::sqrt(96.0 / static_cast<double>(n)));
}

BOOST_AUTO_TEST_CASE(uniform_never_reaches_its_upper_end) {
  Matrix u(1, 4096);
  const float low = 1.0f, high = std::nextafter(1.0f, 2.0f);
  core::fill_uniform(3, 0, low, high, u);
  for (const float v : u.row(0)) BOOST_REQUIRE(v == low);
  core::fill_uniform(3, 0, 2.0f, 2.0f, u);
  for (const float v : u.row(0)) BOOST_REQUIRE(v == 2.0f);
}

BOOST_AUTO_TEST_CASE(below_is_unbiased_and_permutations_are_permutations) {
  core::Stream s(4, 4);
  std::array<int, 6> count{};
  for (int i = 0; i < 60000; ++i) ++count[s.below(6)];
  double chi = 0;
  for (const int c : count) chi += (c - 10000.0) * (c - 10000.0) / 10000.0;
  BOOST_TEST(chi < 20.5);  // chi-squared with 5 degrees of freedom, p = 0.001
  BOOST_TEST(core::Stream(1, 1).below(1) == 0u);
  for (const size_t n : std::initializer_list<size_t>{0, 1, 2, 100}) {
    std::vector<int32_t> order(n), again(n);
    core::fill_permutation(8, 3, order);
    core::fill_permutation(8, 3, again);
    BOOST_TEST(order == again);
    std::sort(again.begin(), again.end());
    for (size_t i = 0; i < n; ++i) BOOST_TEST(again[i] == static_cast<int32_t>(i));
  }
}

BOOST_AUTO_TEST_CASE(integers_are_the_draws_below_a_width) {
  constexpr int32_t kLow = std::numeric_limits<int32_t>::min();
  constexpr int32_t kHigh = std::numeric_limits<int32_t>::max();
  for (const auto& [low, high] : {std::pair{-3, 4}, {0, 1}, {kLow, kHigh}, {kHigh - 5, kHigh}}) {
    std::vector<int32_t> all(1000), few(10);
    core::fill_integers(4, 4, low, high, all);
    core::fill_integers(4, 4, low, high, few);
    BOOST_TEST(std::equal(few.begin(), few.end(), all.begin()));
    core::Stream s(4, 4);
    const int64_t width = int64_t{high} - low;
    for (const int32_t v : all) {
      BOOST_REQUIRE((v >= low && v < high));
      BOOST_REQUIRE(int64_t{v} == low + int64_t{s.below(static_cast<uint32_t>(width))});
    }
  }
  core::fill_integers(4, 4, 0, 1, {});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::test
