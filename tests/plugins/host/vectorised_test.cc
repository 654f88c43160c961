// SPDX-License-Identifier: MIT
//
// A rule's own loops on the vectors of the machine: the level follows the target of the kernels, and
// every level gives the same bits.
#include "agon/vectorised.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "agon/ops.h"
#include "harness/plugins/call.h"
#include "harness/plugins/host.h"
#include "tests/core/targets.h"

namespace agon::harness {
namespace {

// Sums in 16 lanes, products and a square root: what loops of rules are made of.
std::vector<float> steps(const Context& ctx) {
  std::vector<float> x(160), y(160);
  for (size_t i = 0; i < x.size(); ++i) x[i] = std::sin(static_cast<float>(i));
  ctx.vectorised([&] {
    float lane[16] = {};
    for (size_t i = 0; i < x.size(); i += 16) {
      for (size_t l = 0; l < 16; ++l) lane[l] += x[i + l] * x[i + l];
    }
    for (size_t i = 0; i < x.size(); ++i) y[i] = x[i] * 0.3f + std::sqrt(lane[i % 16]);
  });
  return y;
}

// The widest vectors of this machine.
int32_t host_level() {
  Call call;
  return Host().kernels()->simd(call.abi());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(vectorised_loops)

BOOST_AUTO_TEST_CASE(follow_the_target_and_keep_their_bits) {
  std::vector<float> first;
  for (const std::string& target : core::simd_targets()) {
    const test::Pin pin(target);
    Call call;
    const Context ctx(Host().abi(), call.abi());
    const int32_t level = Host().kernels()->simd(call.abi());
    BOOST_TEST(level == (target.starts_with("AVX3")   ? AGON_SIMD_AVX512
                         : target.starts_with("AVX2") ? AGON_SIMD_AVX2
                                                      : AGON_SIMD_PLAIN));
    const std::vector<float> now = steps(ctx);
    if (first.empty()) first = now;
    BOOST_TEST((now == first), target);
  }
}

BOOST_AUTO_TEST_CASE(walk_whole_rows_of_matrices) {
  Call call;
  const Context ctx(Host().abi(), call.abi());
  for (const int64_t cols : {1, 16, 17}) {
    Matrix a(3, cols), b(3, cols), out(4, cols);
    ctx.random_uniform(1, 0, -1, 1, a);
    ctx.random_uniform(1, 1, -1, 1, b);
    out.fill(7.0f);
    ctx.vectorised([&] {
      combine(
          out.top(3), [](float x, float y) { return 2.0f * x - y; }, ConstView(a), ConstView(b));
    });
    for (int64_t c = 0; c < cols; ++c) {
      for (int64_t r = 0; r < 3; ++r) BOOST_TEST(out.at(r, c) == 2.0f * a.at(r, c) - b.at(r, c));
      BOOST_TEST(out.at(3, c) == 7.0f);
    }
  }
}

// With a choice in the loop, and arrays of which the compiler cannot know that they lie apart.
BOOST_AUTO_TEST_CASE(choose_in_lanes) {
  std::vector<float> x(64);
  for (size_t i = 0; i < x.size(); ++i) x[i] = std::sin(static_cast<float>(i));
  x[5] = std::nanf("");
  for (const int32_t level : {int32_t{AGON_SIMD_PLAIN}, host_level()}) {
    std::vector<float> values(x.size(), -1.0f);
    float* const out = values.data();
    const float* const in = x.data();
    vectorised(level, [&] {
      in_lanes<64>([&](int64_t l) { out[l] = in[l] > out[l] ? in[l] : out[l]; });
      in_lanes<8>([&](int64_t l) { out[l] += out[l + 8]; });
    });
    for (size_t i = 0; i < x.size(); ++i) {
      const auto larger = [&](size_t at) { return x[at] > -1.0f ? x[at] : -1.0f; };
      BOOST_TEST(out[i] == (i < 8 ? larger(i) + larger(i + 8) : larger(i)));
    }
  }
}

BOOST_AUTO_TEST_CASE(return_and_throw_what_fn_does) {
  Call call;
  const Context ctx(Host().abi(), call.abi());
  int calls = 0;
  BOOST_TEST(ctx.vectorised([&] { return ++calls; }) == 1);
  BOOST_CHECK_THROW(ctx.vectorised([] { throw std::runtime_error("no"); }), std::runtime_error);
  // A level that this header does not know is the plain one.
  BOOST_TEST(vectorised(1000, [&] { return ++calls; }) == 2);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::harness
