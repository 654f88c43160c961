// SPDX-License-Identifier: MIT
//
// Pairs of weights in one walk: to the bit what two updates and a subtraction give.
#include <algorithm>

#include "reference.h"
#include "targets.h"

namespace agon::test {

BOOST_AUTO_TEST_SUITE(opposed)

// Two nets over the same rows of A, their columns of B 112 apart, as single calls would raise them. The
// second net has no rows that raise its upper half.
static void check_pairs(size_t m, size_t n) {
  constexpr size_t kNets = 2, kApart = 112;
  const Matrix a = random_matrix(40, m, 1), b = random_matrix(40, kNets * kApart, 2),
               sign = random_matrix(1, n, 3), before = random_matrix(kNets * 2 * m, n, 4);
  std::vector<int32_t> up(18), down{5, 3, 39, 0};
  for (size_t i = 0; i < up.size(); ++i) up[i] = static_cast<int32_t>(2 * i + 1);
  const std::vector<int64_t> up_first{0, 18, 18}, down_first{0, 1, 4};
  Matrix c = copy(before), one_by_one = copy(before), difference(m, kNets * kApart);
  core::affine(0.0f, 7.0f, difference);
  const size_t per_net = 2 * m * c.stride();
  const uint64_t macs = core::rank_k_opposed_each(
      kNets, {.b = kApart, .c = per_net}, a, {b.data(), 40, n, b.stride()},
      {up, down, up_first, down_first, sign.data(),
       core::View{difference.data(), m, n, difference.stride()}, kApart},
      0.3f, core::View{c.data(), 2 * m, n, c.stride()});
  BOOST_TEST(macs == m * n * (18 + 4));
  for (size_t net = 0; net < kNets; ++net) {
    const core::ConstView of_b{b.data() + net * kApart, 40, n, b.stride()};
    const auto some = [](const std::vector<int32_t>& rows, const std::vector<int64_t>& first,
                         size_t i) {
      return std::span(rows).subspan(static_cast<size_t>(first[i]),
                                     static_cast<size_t>(first[i + 1] - first[i]));
    };
    float* const upper = one_by_one.data() + net * per_net;
    core::rank_k(a, of_b, some(up, up_first, net), false, 0.3f, {upper, m, n, c.stride()});
    core::rank_k(a, of_b, some(down, down_first, net), false, 0.3f,
                 {upper + m * c.stride(), m, n, c.stride()});
    for (size_t i = 0; i < m; ++i) {
      for (size_t j = 0; j < n; ++j) {
        const float high = upper[i * c.stride() + j], low = upper[(m + i) * c.stride() + j];
        BOOST_REQUIRE_EQUAL(difference.at(i, net * kApart + j), sign.at(0, j) * (high - low));
      }
    }
  }
  BOOST_TEST(same_bits(c, one_by_one), "m " << m << " n " << n);
  BOOST_TEST(padding_is_zero(c));
}

BOOST_DATA_TEST_CASE(are_two_updates_and_their_difference, kTargets* kSizes, target, n) {
  const Pin pin(target);
  for (const size_t m : std::initializer_list<size_t>{1, 5, 12, 13, 64, 100}) check_pairs(m, n);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::test
