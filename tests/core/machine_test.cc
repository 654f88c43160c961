// SPDX-License-Identifier: MIT
#include "core/machine.h"

#include <sched.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "core/error.h"

namespace agon::test {

BOOST_AUTO_TEST_SUITE(machine)

BOOST_AUTO_TEST_CASE(describes_this_machine) {
  const core::Machine m = core::machine();
  BOOST_TEST(!m.cpu.empty());
  BOOST_TEST(m.cores >= 1u);
  BOOST_TEST(m.memory_mib > 0u);
  BOOST_TEST(!m.os.empty());
  BOOST_TEST(!m.governor.empty());
  BOOST_TEST(m.host_id.size() == 16u);
  BOOST_TEST(core::compiler().find("++ ") != std::string::npos);
}

#if defined(__linux__)
BOOST_AUTO_TEST_CASE(cores_follow_the_affinity_and_the_host_id_does_not) {
  const core::Machine before = core::machine();
  cpu_set_t all, one;
  BOOST_REQUIRE(sched_getaffinity(0, sizeof(all), &all) == 0);
  CPU_ZERO(&one);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &all)) {
      CPU_SET(cpu, &one);
      break;
    }
  }
  BOOST_REQUIRE(sched_setaffinity(0, sizeof(one), &one) == 0);
  const core::Machine pinned = core::machine();
  BOOST_REQUIRE(sched_setaffinity(0, sizeof(all), &all) == 0);
  BOOST_TEST(pinned.cores == 1u);
  BOOST_TEST(pinned.host_id == before.host_id);
}
#endif

BOOST_AUTO_TEST_CASE(targets_are_pinned_by_name) {
  const std::vector<std::string> targets = core::simd_targets();
  BOOST_REQUIRE(!targets.empty());
  core::detect_simd_target();
  BOOST_TEST(core::simd_target() == targets.front());
  for (const std::string& target : targets) {
    core::pin_simd_target(target);
    BOOST_TEST(core::simd_target() == target);
    BOOST_TEST((core::simd_targets() == targets));
    core::detect_simd_target();  // keeps the pin
    BOOST_TEST(core::simd_target() == target);
  }
  core::pin_simd_target(targets.front());
  BOOST_CHECK_EXCEPTION(core::pin_simd_target("MMX"), Error, [&](const Error& e) {
    return e.fix().find(targets.front()) != std::string::npos;
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::test
