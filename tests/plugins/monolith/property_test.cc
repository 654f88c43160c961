// SPDX-License-Identifier: MIT
//
// What the theory promises: the light cone, the stability bound, the fixed point, the spectral
// radius; exact shares of types, Dale's law, and inputs that do not fit.
#include <fmt/format.h>

#include <Eigen/Dense>
#include <Eigen/Eigenvalues>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>

#include "reference.h"
#include "tests/plugins/golden/open_rule.h"

namespace agon::test {
namespace {

const agon_rule& monolith() {
  static const agon_rule& rule = open_rule(AGON_MONOLITH_PLUGIN);
  return rule;
}

// `count` images of 8 x 8 in [0, 1].
Rows images(size_t count) {
  uint64_t state = 12;
  Rows x(count, std::vector<double>(64));
  for (auto& row : x) {
    for (double& v : row) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      v = static_cast<double>(state >> 40) / static_cast<double>(1u << 24);
    }
  }
  return x;
}

double rms(const Rows& e, size_t lanes) {
  double square = 0;
  for (const auto& row : e) {
    for (size_t n = 0; n < lanes; ++n) square += row[n] * row[n];
  }
  return std::sqrt(square / static_cast<double>(e.size() * lanes));
}

double largest(const Rows& e) {
  double out = 0;
  for (const auto& row : e) {
    for (const double v : row) out = std::max(out, std::abs(v));
  }
  return out;
}

const TaskSpec kImages{.shape = {8, 8}, .classes = 10};

BOOST_AUTO_TEST_SUITE(monolith_property)

// The bits, not a bound: layer z is +0 until step z + 1 and some site of it is not from then on.
BOOST_AUTO_TEST_CASE(the_input_climbs_one_layer_per_step) {
  const Matrix x = matrix_of(images(20));
  for (const char* xmode : {"abs", "ident", "xor", "hyst", "leak"}) {
    for (int steps = 1; steps <= 8; ++steps) {
      RuleUnderTest rule(monolith(), kImages, fmt::format("steps={},xmode={}", steps, xmode));
      rule.predict(x);
      const Rows e = rule.tensor("e"), p = rule.tensor("p");
      for (size_t z = 0; z < 8; ++z) {
        bool dark = true;
        for (size_t i = 64 * z; i < 64 * (z + 1); ++i) {
          for (size_t n = 0; n < 20; ++n) dark = dark && e[i][n] == 0.0 && p[i][n] == 0.0;
        }
        BOOST_CHECK_EQUAL(dark, static_cast<int>(z) >= steps);
      }
    }
  }
}

// A wrapped lattice has no such cone: the last layer is a neighbour of the first.
BOOST_AUTO_TEST_CASE(a_periodic_lattice_reaches_its_last_layer_in_two_steps) {
  RuleUnderTest rule(monolith(), kImages, "steps=2,boundary=periodic");
  rule.predict(matrix_of(images(1)));
  const Rows e = rule.tensor("e");
  double last = 0;
  for (size_t i = 64 * 7; i < 512; ++i) last += std::abs(e[i][0]);
  BOOST_CHECK_GT(last, 0.0);
}

BOOST_AUTO_TEST_CASE(the_stability_bound_separates_bounded_from_growing) {
  const Matrix x = matrix_of(images(16));
  RuleUnderTest below(monolith(), kImages, "phi=linear,f_i=0.5,f_x=0,rho=0.85,steps=1000");
  below.predict(x);
  BOOST_CHECK_LT(largest(below.tensor("e")), 10.0);
  BOOST_CHECK_EQUAL(below.log(), "");
  RuleUnderTest above(monolith(), kImages, "phi=linear,f_i=0.5,f_x=0,rho=1.2,steps=120");
  above.predict(x);
  BOOST_CHECK_GT(largest(above.tensor("e")), 100.0);
  BOOST_CHECK_NE(above.log().find("stability bound"), std::string::npos);
  BOOST_CHECK_CLOSE(above.model().metrics()[0], 1 - 0.2 / 1.9, 1e-4);
}

// lambda = 0 and a static input: the fixed point is a perfect prediction.
BOOST_AUTO_TEST_CASE(without_leak_the_loss_dies) {
  RuleUnderTest rule(monolith(), kImages, "lambda=0,steps=100");
  rule.predict(matrix_of(images(16)));
  BOOST_CHECK_LT(rms(rule.tensor("e"), 16), 1e-3);
}

BOOST_AUTO_TEST_CASE(the_weights_have_the_spectral_radius_asked_for) {
  for (const char* settings : {"z=4,y=4,x=4,rho=0.9", "z=4,y=4,x=4,rho=1.3,boundary=periodic",
                               "z=5,y=3,x=4,rho=0.5,neighbours=18,dale=0"}) {
    RuleUnderTest rule(monolith(), {.shape = {3, 3}, .seed = 5}, settings);
    const auto values = values_of(monolith(), settings);
    std::map<std::string, agon_value> by_key;
    for (uint32_t i = 0; i < monolith().param_count; ++i)
      by_key[monolith().params[i]->key] = values[i];
    const int Z = static_cast<int>(by_key["z"].i), Y = static_cast<int>(by_key["y"].i),
              X = static_cast<int>(by_key["x"].i);
    const bool periodic = by_key["boundary"].i == 1;
    const auto offsets = LatticeReference::neighbours(by_key["neighbours"].i == 0 ? 26 : 18);
    const Rows w = rule.tensor("weights");
    Eigen::MatrixXd dense = Eigen::MatrixXd::Zero(Z * Y * X, Z * Y * X);
    for (int i = 0; i < Z * Y * X; ++i) {
      for (size_t k = 0; k < offsets.size(); ++k) {
        int z = i / (Y * X) + offsets[k][0], y = i / X % Y + offsets[k][1],
            x = i % X + offsets[k][2];
        if (periodic) z = (z + Z) % Z, y = (y + Y) % Y, x = (x + X) % X;
        if (z < 0 || z >= Z || y < 0 || y >= Y || x < 0 || x >= X) continue;
        dense(i, (z * Y + y) * X + x) += w[static_cast<size_t>(i)][k];
      }
    }
    BOOST_CHECK_CLOSE(dense.eigenvalues().cwiseAbs().maxCoeff(), by_key["rho"].r, 0.5);  // per cent
  }
}

BOOST_AUTO_TEST_CASE(types_have_exact_shares_and_sources_one_sign) {
  RuleUnderTest rule(monolith(), kImages, "f_i=0.3,f_x=0.1");
  const std::vector<double> types = rule.tensor("types")[0];
  int count[3] = {};
  for (const double t : types) ++count[static_cast<int>(t)];
  BOOST_CHECK_EQUAL(count[1], 154);  // .3 of 512
  BOOST_CHECK_EQUAL(count[2], 51);
  const Rows w = rule.tensor("weights");
  const auto offsets = LatticeReference::neighbours(26);
  std::vector<int> sign(512);
  for (int i = 0; i < 512; ++i) {
    for (size_t k = 0; k < 26; ++k) {
      const int z = i / 64 + offsets[k][0], y = i / 8 % 8 + offsets[k][1],
                x = i % 8 + offsets[k][2];
      const double v = w[static_cast<size_t>(i)][k];
      if (z < 0 || z > 7 || y < 0 || y > 7 || x < 0 || x > 7) {
        BOOST_CHECK_EQUAL(v, 0.0);
        continue;
      }
      const size_t j = static_cast<size_t>((z * 8 + y) * 8 + x);
      const int s = v > 0 ? 1 : -1;
      BOOST_CHECK(sign[j] == 0 || sign[j] == s);
      sign[j] = s;
      if (types[j] != 2.0) BOOST_CHECK_EQUAL(s, types[j] == 0.0 ? 1 : -1);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_boundary_does_not_change_the_draws) {
  RuleUnderTest open(monolith(), kImages, "boundary=open"),
      wrapped(monolith(), kImages, "boundary=periodic");
  const Rows a = open.tensor("weights"), b = wrapped.tensor("weights");
  const double ratio = a[219][3] / b[219][3];  // an inner site: (3, 3, 3)
  for (size_t k = 0; k < 26; ++k) BOOST_CHECK_CLOSE(a[219][k] / b[219][k], ratio, 1e-3);
}

BOOST_AUTO_TEST_CASE(what_cannot_run_is_refused_with_the_reason) {
  const auto says = [](const char* part) {
    return [part](const harness::RuleFailure& f) {
      return std::string(f.what()).find(part) != std::string::npos;
    };
  };
  const auto open = [](const TaskSpec& spec, const char* settings) {
    RuleUnderTest rule(monolith(), spec, settings);
  };
  BOOST_CHECK_EXCEPTION(open({.shape = {32, 20}}, ""), harness::RuleFailure,
                        says("does not fit into a layer of 8 x 8"));
  BOOST_CHECK_EXCEPTION(open({.shape = {65}}, ""), harness::RuleFailure, says("raise y and x"));
  BOOST_CHECK_EXCEPTION(open({.shape = {4}}, "f_i=0.7,f_x=0.7"), harness::RuleFailure,
                        says("exceeds 1"));
  BOOST_CHECK_EXCEPTION(open({.shape = {4}}, "lo=0.2"), harness::RuleFailure, says("hysteresis"));
  BOOST_CHECK_EXCEPTION(open({.shape = {64}}, "input=stream"), harness::RuleFailure,
                        says("starts with time"));
  BOOST_CHECK_EXCEPTION(open({.shape = {1}}, "z=1,y=1,x=1"), harness::RuleFailure,
                        says("no loop of synapses"));
  BOOST_CHECK_NO_THROW(open({.shape = {64}}, ""));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::test
