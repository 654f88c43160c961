// SPDX-License-Identifier: MIT
#include <limits>

#include "reference.h"

namespace agon::test {
BOOST_AUTO_TEST_SUITE(solve)

BOOST_AUTO_TEST_CASE(solution_satisfies_the_equation) {
  for (const size_t n : std::initializer_list<size_t>{1, 2, 17, 40}) {
    const size_t m = 3;
    const Matrix a = random_matrix(n, n, 1), y = random_matrix(n, m, 2);
    std::vector<double> g(n * n), b(n * m);
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < n; ++j) {
        for (size_t k = 0; k < n; ++k) {
          g[i * n + j] += static_cast<double>(a.at(k, i)) * static_cast<double>(a.at(k, j));
        }
      }
      for (size_t j = 0; j < m; ++j) b[i * m + j] = static_cast<double>(y.at(i, j));
    }
    BOOST_REQUIRE(core::solve_spd(g, n, 0.5, b, m));
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < m; ++j) {
        double left = 0.5 * b[i * m + j];
        for (size_t k = 0; k < n; ++k) left += g[i * n + k] * b[k * m + j];
        BOOST_TEST(std::abs(left - static_cast<double>(y.at(i, j))) <= 1e-10);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(refuses_what_is_not_positive_definite) {
  std::vector<double> g{1, 2, 2, 1}, b{1, 1};
  BOOST_TEST(!core::solve_spd(g, 2, 0.0, b, 1));
  BOOST_TEST(b[0] == 1.0);
  BOOST_TEST(core::solve_spd(g, 2, 2.0, b, 1));
  g[0] = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(!core::solve_spd(g, 2, 2.0, b, 1));
  BOOST_TEST(core::solve_spd({}, 0, 1.0, {}, 0));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace agon::test
