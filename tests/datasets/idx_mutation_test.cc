// SPDX-License-Identifier: MIT
//
// Thousands of damaged copies of a small file: each gives a value or an agon::Error, never a crash
// or another exception. The damage is drawn from fixed seeds, so a failure repeats.
#include <boost/test/unit_test.hpp>

#include "core/error.h"
#include "core/rng.h"
#include "datasets/readers/idx.h"
#include "testing.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

struct Outcomes {
  int values = 0, errors = 0;
};

Outcomes mutate(const std::string& good, uint64_t stream, int count) {
  agon::core::Stream random(20240425, stream);
  Outcomes outcomes;
  for (int i = 0; i < count; ++i) {
    const std::string bytes = damaged(good, random);
    try {
      const Idx idx = parse_idx(bytes, "mutant");
      size_t size = 1;
      for (const size_t dim : idx.dims) size *= dim;
      BOOST_TEST_REQUIRE(size == idx.payload.size(), "mutant " << i);
      ++outcomes.values;
    } catch (const agon::Error& error) {
      BOOST_TEST_REQUIRE((error.exit() == agon::Exit::data && error.thing() == "mutant"),
                         "mutant " << i);
      ++outcomes.errors;
    }
  }
  return outcomes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(idx_mutation)

BOOST_AUTO_TEST_CASE(plain) {
  const Outcomes outcomes = mutate(idx_bytes({4, 3, 5}, counting(60)), 1, 6000);
  BOOST_TEST(outcomes.values > 500);  // flips in the payload leave a valid file
  BOOST_TEST(outcomes.errors > 2000);
}

BOOST_AUTO_TEST_CASE(gzip) {
  const Outcomes outcomes = mutate(gzipped(idx_bytes({4, 3, 5}, counting(60))), 2, 6000);
  BOOST_TEST(outcomes.errors > 4000);  // the CRC sees nearly all
}

BOOST_AUTO_TEST_SUITE_END()
