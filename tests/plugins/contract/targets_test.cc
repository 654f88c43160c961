// SPDX-License-Identifier: MIT
//
// Every rule of the tree on every SIMD target of this CPU: what it learns, answers and counts has the same
// bits on all that fuse multiply and add, its own loops (agon/vectorised.h) as much as the kernels.
#include "tests/core/targets.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <functional>

#include "checked.h"
#include "core/machine.h"
#include "harness/conformance/trial.h"

namespace agon::test {
namespace {

using conformance::Bits;
using conformance::Kind;
using conformance::Trial;

const auto kOfRows = boost::unit_test::data::make(rules_that(AGON_CAN_CLASSIFY | AGON_CAN_REGRESS));
const auto kDynamics = boost::unit_test::data::make(rules_that(AGON_CAN_DYNAMICS));

// The same from all of them; how many were compared.
void compare(const std::function<std::string()>& run) {
  std::string first;
  int compared = 0;
  for (const std::string& target : core::simd_targets()) {
    if (!has_fma(target)) continue;
    const Pin pin(target);
    const std::string now = run();
    if (compared++ == 0) first = now;
    BOOST_TEST((now == first), target << " differs from " << core::simd_targets().front());
  }
  BOOST_TEST_MESSAGE(compared << " targets with FMA");
}

void append(std::string& to, const Bits& bits) {
  to.append(reinterpret_cast<const char*>(bits.data()), bits.size() * sizeof(float));
}

BOOST_DATA_TEST_CASE(rows_have_the_same_bits, kOfRows) {
  for (const Kind kind : {Kind::classify, Kind::regress}) {
    if (!sample.can(kind == Kind::classify ? AGON_CAN_CLASSIFY : AGON_CAN_REGRESS)) continue;
    for (const int64_t batch : {1, 16}) {
      compare([&] {
        Trial m(sample.subject(), {.kind = kind, .rows = 40, .batch = batch});
        m.prepare();
        m.epochs(2);
        std::string all = m->save();
        append(all, m.answers());
        return all + std::to_string(m.call().macs()) + " " +
               std::to_string(m.call().work().read().weight_writes());
      });
    }
  }
}

BOOST_DATA_TEST_CASE(trajectories_have_the_same_bits, kDynamics) {
  compare([&] {
    Trial m(sample.subject(), {.kind = Kind::dynamics});
    m.epochs(1);
    std::string all = m->save();
    append(all, m.answers());
    return all;
  });
}

}  // namespace
}  // namespace agon::test
