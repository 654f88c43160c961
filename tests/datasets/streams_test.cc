// SPDX-License-Identifier: MIT
#include "datasets/generators/streams.h"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

using namespace agon::datasets;

namespace {

// Over the rows of one class, of every input.
std::vector<double> means(const Dataset& data, int32_t label) {
  std::vector<double> sums(data.x.cols());
  double rows = 0;
  for (size_t r = 0; r < data.x.rows(); ++r) {
    if (data.labels[r] != label) continue;
    rows += 1;
    for (size_t i = 0; i < sums.size(); ++i) sums[i] += static_cast<double>(data.x.at(r, i));
  }
  for (double& sum : sums) sum /= rows;
  return sums;
}

double farthest(const std::vector<double>& a, const std::vector<double>& b) {
  double most = 0;
  for (size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(streams)

BOOST_AUTO_TEST_CASE(a_bump_glides_at_the_speed_of_its_class) {
  const Dataset data = make_glides({.rows = 8, .noise = 0, .seed = 3});
  BOOST_TEST(data.shape == (std::vector<int64_t>{24, 64}), boost::test_tools::per_element());
  // The band of each place in the square of 8 x 8.
  const auto loudest = [&](size_t r, size_t t) {
    const auto frame = data.x.row(r).subspan(64 * t, 64);
    const auto at = static_cast<size_t>(std::ranges::max_element(frame) - frame.begin());
    return static_cast<int>(at / 8 % 2 == 0 ? at : at / 8 * 8 + 7 - at % 8);
  };
  constexpr std::array<int, 4> kVelocity{-2, -1, 1, 2};
  for (size_t r = 0; r < 8; ++r) {
    BOOST_TEST(data.labels[r] == static_cast<int32_t>(r % 4));
    const int moved = loudest(r, 20) - loudest(r, 10);
    BOOST_TEST(((moved - 10 * kVelocity[r % 4]) % 64 + 64) % 64 == 0);
  }
}

// All classes have the same mean frames: what a linear map of them could tell is noise.
BOOST_AUTO_TEST_CASE(no_mean_tells_the_class) {
  const Dataset glides = make_glides({.rows = 8000, .noise = 0.05, .seed = 1});
  const Dataset gaits = make_gaits({.rows = 8000, .noise = 0.15, .seed = 1});
  const Dataset couplings = make_couplings({.rows = 8000, .noise = 0.1, .seed = 1});
  BOOST_TEST(farthest(means(glides, 0), means(glides, 3)) < 0.06);
  BOOST_TEST(farthest(means(couplings, 0), means(couplings, 1)) < 0.1);
  for (int32_t label = 1; label < 4; ++label) {
    const auto first = means(gaits, 0), other = means(gaits, label);
    for (size_t i = 0; i < first.size(); ++i) {
      const size_t line = i % 64 / 8;  // the last two are sizes of vectors, which are not signed
      if (line < 6) BOOST_TEST(std::abs(first[i] - other[i]) < 0.1);
    }
  }
}

BOOST_AUTO_TEST_CASE(delays_repeat_the_past) {
  const Dataset gaits = make_gaits({.rows = 4, .noise = 0.15, .seed = 2});
  const Dataset couplings = make_couplings({.rows = 4, .noise = 0.1, .seed = 2});
  for (size_t r = 0; r < 4; ++r) {
    for (size_t line = 0; line < 8; ++line) {
      for (size_t t = 4; t < 20; ++t) {
        BOOST_TEST(gaits.x.at(r, 64 * t + 8 * line + 1) == gaits.x.at(r, 64 * (t - 2) + 8 * line));
        BOOST_TEST(couplings.x.at(r, 64 * t + 8 * line + 3) ==
                   couplings.x.at(r, 64 * (t - 3) + 8 * line));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(products_change_their_sign) {
  const Dataset data = make_couplings({.rows = 10, .noise = 0, .seed = 2});
  for (size_t r = 0; r < 10; ++r) {
    for (size_t t = 0; t < 30; ++t) {
      const auto now = [&](size_t line) {
        return static_cast<double>(data.x.at(r, 64 * t + 8 * line));
      };
      const double sign = data.labels[r] == 0 ? 2 : -2;
      BOOST_TEST(std::abs(now(2) - sign * now(0) * now(1)) < 1e-3);
      BOOST_TEST(std::abs(now(5) - sign * now(3) * now(4)) < 1e-3);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
