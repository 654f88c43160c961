// SPDX-License-Identifier: MIT
//
// How costs are shared out over parts.
#include "harness/plan/balance.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <vector>

#include "core/rng.h"

using agon::harness::Balance;

namespace {

// The heaviest load over the mean.
double spread(const std::vector<double>& loads) {
  const double sum = std::accumulate(loads.begin(), loads.end(), 0.0);
  return *std::ranges::max_element(loads) * static_cast<double>(loads.size()) / sum;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(balance)

BOOST_AUTO_TEST_CASE(costs_over_three_decades_are_shared_evenly) {
  agon::core::Stream random(1, 2);
  std::vector<double> costs(2000);
  for (double& cost : costs) cost = std::pow(10.0, 3 * random.uniform());
  std::ranges::sort(costs, std::greater<>());
  Balance eight(8);
  const std::vector<uint32_t> parts = eight.add(costs);
  BOOST_TEST(spread(eight.loads()) < 1.001);
  std::vector<double> sums(8);
  for (size_t i = 0; i < costs.size(); ++i) sums[parts[i]] += costs[i];
  BOOST_TEST(sums == eight.loads(), boost::test_tools::per_element());
}

// A family's numbers of cells are even whatever the others cost, so that a rule whose cost nobody knows is.
BOOST_AUTO_TEST_CASE(every_family_is_shared_evenly) {
  Balance four(4);
  for (const auto& [cost, cells] : std::map<double, size_t>{{1000, 3}, {7, 9}, {1, 40}, {0, 6}}) {
    std::vector<size_t> numbers(4);
    for (const uint32_t part : four.add(std::vector<double>(cells, cost))) ++numbers[part];
    BOOST_TEST(*std::ranges::max_element(numbers) - *std::ranges::min_element(numbers) <= 1u, cost);
  }
}

// What cannot be divided, a family each, goes where there is least.
BOOST_AUTO_TEST_CASE(single_units_level_the_loads) {
  Balance two(2);
  std::vector<double> one(1);
  for (const double cost : {8.0, 5.0, 4.0, 3.0, 2.0}) {
    one[0] = cost;
    two.add(one);
  }
  BOOST_TEST(spread(two.loads()) == 1.0);
}

BOOST_AUTO_TEST_CASE(more_parts_than_costs) {
  Balance many(100'000);
  const std::vector<uint32_t> parts = many.add(std::vector<double>{3, 2, 1});
  BOOST_TEST((parts == std::vector<uint32_t>{0, 1, 2}));
}

BOOST_AUTO_TEST_SUITE_END()
