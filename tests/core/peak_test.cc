// SPDX-License-Identifier: MIT
#include "core/peak.h"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cmath>
#include <thread>

#include "core/cpu_time.h"
#include "core/neighbours.h"
#include "tests/core/targets.h"

using namespace agon;

// Rates of the same loop on other vectors; what they are is the machine's.
BOOST_AUTO_TEST_CASE(every_target_has_a_peak) {
  for (const std::string& target : core::simd_targets()) {
    const test::Pin pin(target);
    BOOST_TEST(core::fma_rate() > 1e8, target);
    BOOST_TEST(core::read_rate() > 1e8, target);
  }
}

BOOST_AUTO_TEST_CASE(a_thread_s_seconds_are_those_it_computes) {
  const double start = core::thread_seconds();
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  BOOST_TEST(core::thread_seconds() - start < 0.02);
  const double before = core::thread_seconds();
  core::fma_rate();
  BOOST_TEST(core::thread_seconds() > before);
}

BOOST_AUTO_TEST_CASE(neighbours_are_shares) {
  const core::Neighbours neighbours;
  const double load = core::Neighbours::load_per_core();
  BOOST_TEST((std::isnan(load) || load >= 0));
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  const double stolen = neighbours.stolen();
  BOOST_TEST((std::isnan(stolen) || (stolen >= 0 && stolen <= 1)));
}
