// SPDX-License-Identifier: MIT
//
// What the theory promises: the light cone, the stability bound, the fixed point, the spectral
// radius; exact shares of types, Dale's law, and inputs that do not fit.
#include <fmt/format.h>

#include <Eigen/Dense>
#include <Eigen/Eigenvalues>
#include <bit>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>

#include "core/parallel.h"
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
      for (int64_t z = 0; z < 8; ++z) {
        bool dark = true;
        for (const char* name : {"e", "p"}) {
          const agon_mat state = rule.model().tensor(name).view;
          for (int64_t i = 64 * z; i < 64 * (z + 1); ++i) {
            for (const float v : agon::row_of(state, i).first(20))
              dark = dark && std::bit_cast<uint32_t>(v) == 0;
          }
        }
        BOOST_CHECK_EQUAL(dark, z >= steps);
      }
    }
  }
}

// Blocks of samples run side by side; the states that are shown are those of the last one.
BOOST_AUTO_TEST_CASE(threads_change_no_bit) {
  const TaskSpec task{.shape = {8, 8}, .classes = 10, .max_batch = 150};
  const Matrix x = matrix_of(images(150));
  const std::vector<int32_t> labels(150, 3);
  for (const char* settings :
       {"batch=150", "features=loss-all,batch=150", "xmode=leak,batch=150"}) {
    std::vector<Rows> alone;
    for (const unsigned threads : {1u, 2u, 4u}) {
      core::set_parallel(core::Backend::std_threads, threads);
      RuleUnderTest rule(monolith(), task, settings);
      rule.fit(x, labels);
      std::vector<Rows> now{rule.predict(x)};
      for (const char* name : {"e", "p", "o"}) now.push_back(rule.tensor(name));
      if (threads == 1) alone = now;
      BOOST_TEST((now == alone), settings << " on " << threads << " threads");
    }
  }
  core::set_parallel(core::Backend::serial, 1);
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

// With leak the residual stays: from (6), p = (eta / lambda) e.
BOOST_AUTO_TEST_CASE(with_leak_the_loss_settles_at_a_share_of_the_prediction) {
  RuleUnderTest rule(monolith(), kImages, "steps=400");
  rule.predict(matrix_of(images(16)));
  const Rows e = rule.tensor("e"), p = rule.tensor("p");
  BOOST_CHECK_GT(rms(e, 16), 1e-3);
  for (size_t i = 0; i < e.size(); ++i) {
    for (size_t n = 0; n < 16; ++n) BOOST_CHECK_SMALL(p[i][n] - 2.0 * e[i][n], 1e-4);
  }
}

// Prediction damps what grows steadily and promotes what alternates: too strong, it ends in a
// flicker of period 2, e_t = -e_{t-1}, for which the metric is 2.
BOOST_AUTO_TEST_CASE(a_prediction_that_is_too_strong_flickers) {
  const Matrix x = matrix_of(images(16));
  const auto flick = [&](const char* settings) {
    RuleUnderTest rule(monolith(), kImages, settings);
    rule.model().prepare(x, true);
    return rule.model().metrics()[1];
  };
  BOOST_CHECK_GT(flick("steps=120,eta=1.5"), 1.9);
  BOOST_CHECK_LT(flick("steps=120"), 1e-3);
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

// What check() says at planning, when no row has been read; "" when it takes the values.
std::string refusal(const std::vector<int64_t>& shape, const char* settings) {
  agon_task task{};
  task.struct_size = sizeof(agon_task);
  task.inputs = 1;
  for (const int64_t n : shape) task.inputs *= n;
  task.outputs = 10;
  task.shape = shape.data();
  task.shape_rank = static_cast<int64_t>(shape.size());
  harness::Call call;
  const auto values = values_of(monolith(), settings);
  const agon_status status =
      monolith().check(&monolith(), harness::Host().abi(), call.abi(), &task, values.data());
  BOOST_CHECK_EQUAL(status == AGON_OK, call.fail_text().empty());
  return call.fail_text();
}

BOOST_AUTO_TEST_CASE(what_cannot_run_is_refused_at_planning_and_at_create) {
  struct Case {
    std::vector<int64_t> shape;
    const char *settings, *reason;
  };
  const Case cases[] = {
      {{32, 20}, "", "does not fit into a layer of 8 x 8"},
      {{65}, "", "raise y and x"},
      {{8, 8}, "z=4,y=4,x=4", "set fit_input=pool"},
      {{9, 8}, "z=4,y=4,x=4,fit_input=pool", "into a layer of 4 x 4 sites; raise y and x"},
      {{8, 8}, "z=4,y=4,x=4,fit_input=stretch", "does not fit"},
      {{64}, "fit_input=stretch", "no height and width"},
      {{4}, "f_i=0.7,f_x=0.7", "exceeds 1"},
      {{4}, "lo=0.2", "hysteresis"},
      {{64}, "input=stream", "starts with time"},
      {{1}, "z=1,y=1,x=1", "no loop of synapses"},
      {{64}, "readout=ridge,epochs=0", "set epochs=1"},
      {{64}, "read_layer=8", "counted from 0"},
      {{64}, "skip_layers=8", "leaves none"},
      {{64}, "skip_layers=3,read_layer=2", "set one of them"},
  };
  for (const Case& c : cases) {
    BOOST_TEST_CONTEXT(c.settings) {
      const std::string reason = refusal(c.shape, c.settings);
      BOOST_CHECK_NE(reason.find(c.reason), std::string::npos);
      const auto create = [&] { RuleUnderTest rule(monolith(), {.shape = c.shape}, c.settings); };
      BOOST_CHECK_EXCEPTION(create(), harness::RuleFailure, [&](const harness::RuleFailure& f) {
        return std::string(f.what()) == reason;
      });
    }
  }
}

BOOST_AUTO_TEST_CASE(what_can_run_is_taken_at_planning) {
  for (const char* settings : {"", "z=4,y=4,x=4,fit_input=pool", "f_i=0.3,f_x=0.7",
                               "readout=ridge,epochs=0,updates=50", "read_layer=7", "z=1,y=8,x=8",
                               "z=2,y=9,x=12,fit_input=stretch", "readout=softmax,epochs=0"}) {
    BOOST_CHECK_EQUAL(refusal({8, 8}, settings), "");
  }
  BOOST_CHECK_EQUAL(refusal({20, 8, 8}, "input=stream"), "");
  BOOST_CHECK_EQUAL(refusal({1}, "z=1,y=1,x=1,boundary=periodic"), "");
}

// Warnings are for runs that still mean something; the defaults have none.
BOOST_AUTO_TEST_CASE(what_says_less_than_it_seems_to_is_in_the_log) {
  const auto log = [](const char* settings) {
    RuleUnderTest rule(monolith(), kImages, settings);
    return rule.log();
  };
  struct Case {
    const char *settings, *warning, *quiet;
  };
  const Case cases[] = {
      {"steps=7", "steps = 7 do not reach layer 7: its 64 sites stay 0", "steps=8"},
      {"steps=4", "do not reach the layers 4 to 7: their 256 sites", "steps=4,hops=2"},
      {"steps=3,boundary=periodic", "do not reach the layers 3 to 5", "steps=5,boundary=periodic"},
      {"f_x=0,xmode=leak", "xmode = leak has no effect", "f_x=0.1,xmode=leak"},
      {"lambda=0", "the last loss dies out", "lambda=0,features=loss-mean"},
      {"eta=0,features=state", "p stays 0", "eta=0"},
      {"rho=1.6", "the lattice will oscillate", "rho=1.3"},
      {"readout=ridge", "set epochs=1", "readout=ridge,epochs=1"},
  };
  BOOST_CHECK_EQUAL(log(""), "");
  for (const Case& c : cases) {
    BOOST_TEST_CONTEXT(c.settings) {
      BOOST_CHECK_NE(log(c.settings).find(c.warning), std::string::npos);
      BOOST_CHECK_EQUAL(log(c.quiet), "");
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::test
