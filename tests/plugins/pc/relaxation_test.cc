// SPDX-License-Identifier: MIT
//
// What the theory says of a relaxation: it lowers the energy under the cap, without a clamp to 0,
// and leaves the forward pass alone where the output is free. And its options: the cap, momentum,
// an early end.
#include <boost/test/unit_test.hpp>

#include "driven.h"
#include "reference.h"

namespace agon::test {
namespace {

// max_l |w[l]|_2 from the second layer on, by long power iteration.
double spectral_norm(const PcReference& net, size_t from = 1) {
  double s = 0;
  for (size_t l = from; l < net.w.size(); ++l) {
    const Rows& w = net.w[l];
    Row u(w[0].size());
    for (size_t i = 0; i < u.size(); ++i) u[i] = 1 + 0.01 * static_cast<double>(i);
    double size = 0;
    for (int round = 0; round < 2000; ++round) {
      Row z(u.size(), 0.0);
      for (const Row& row : w) {
        double y = 0;
        for (size_t i = 0; i < u.size(); ++i) y += row[i] * u[i];
        for (size_t i = 0; i < u.size(); ++i) z[i] += row[i] * y;
      }
      size = 0;
      for (const double v : z) size += v * v;
      size = std::sqrt(size);
      for (size_t i = 0; i < u.size(); ++i) u[i] = z[i] / size;
    }
    s = std::max(s, std::sqrt(size));
  }
  return s;
}

std::vector<size_t> sizes_of(size_t width, size_t layers) {
  std::vector<size_t> sizes{12};
  sizes.insert(sizes.end(), layers - 1, width);
  sizes.push_back(5);
  return sizes;
}

BOOST_AUTO_TEST_CASE(energy_falls_at_the_cap_in_double) {
  for (const char* act : {"tanh", "identity"}) {
    for (const size_t width : {4, 16}) {
      for (const size_t layers : {2, 5}) {
        for (const double scale : {1.0, 2.0, 4.0}) {
          for (const bool pre : {false, true}) {
            for (unsigned seed = 1; seed <= 2; ++seed) {
              unsigned state = seed;
              PcReference net = drawn_net(sizes_of(width, layers), scale, state);
              net.act = act;
              net.pre = pre;
              net.begin(drawn(4, 12, state), drawn(4, 5, state));
              const double s = spectral_norm(net), gamma = 2 / ((1 + s) * (1 + s));
              double energy = net.energy();
              for (int t = 0; t < 100; ++t) {
                net.move(gamma);
                net.errors();
                const double next = net.energy();
                BOOST_TEST_CONTEXT(act << " width " << width << " L " << layers << " scale "
                                       << scale << (pre ? " pre" : " post") << " step " << t)
                BOOST_CHECK_LE(next, energy * (1 + 1e-12));
                energy = next;
              }
            }
          }
        }
      }
    }
  }
}

// The rule's own rate, from its own power iteration, on its own initial weights.
BOOST_AUTO_TEST_CASE(energy_falls_under_the_cap) {
  for (const char* act : {"tanh", "identity"}) {
    for (const char* gamma : {"0", "5"}) {  // automatic; far above the cap
      for (const int64_t width : {4, 16, 48}) {
        for (const int64_t depth : {1, 3, 6}) {
          for (const double scale : {1.0, 2.0, 4.0}) {
            for (uint64_t seed = 1; seed <= 2; ++seed) {
              const bool pre = seed == 2;
              BareModel model(
                  {.shape = {12}, .classes = 5, .seed = seed, .kind = AGON_REGRESS},
                  fmt::format(
                      "activation={},width={},depth={},w_scale={},place={},steps=60,gamma={},"
                      "lr=1e-7",
                      act, width, depth, scale, pre ? "pre" : "post", gamma));
              unsigned state = 40 + static_cast<unsigned>(seed);
              model.fit(matrix_of(drawn(8, 12, state)), matrix_of(drawn(8, 5, state)), nullptr);
              const Rows energies = model.energies();
              BOOST_REQUIRE_EQUAL(energies.size(), 4u);
              BOOST_REQUIRE_EQUAL(energies[1].size(), 61u);
              BOOST_TEST_CONTEXT(act << " gamma " << gamma << " width " << width << " depth "
                                     << depth << " scale " << scale) {
                for (size_t t = 1; t < energies[1].size(); ++t)
                  BOOST_CHECK_LE(energies[1][t], energies[1][t - 1] * (1 + 1e-6));
                BOOST_CHECK_LT(energies[1].back(), energies[1].front());
              }
            }
          }
        }
      }
    }
  }
}

// Hidden layers start without error; the output's share moves up into them.
BOOST_AUTO_TEST_CASE(the_picture_splits_the_energy) {
  BareModel model({.shape = {12}, .classes = 5, .kind = AGON_REGRESS}, "steps=30,depth=2,lr=1e-7");
  unsigned state = 4;
  BOOST_CHECK(model.energies().empty());
  model.fit(matrix_of(drawn(8, 12, state)), matrix_of(drawn(8, 5, state)), nullptr);
  const Rows p = model.energies();
  BOOST_CHECK_EQUAL(p[3][0], 0.0);
  BOOST_CHECK_GT(p[3].back(), 0.0);
  for (size_t t = 0; t < p[0].size(); ++t) {
    BOOST_CHECK_EQUAL(p[0][t], static_cast<double>(t));
    BOOST_CHECK_CLOSE_FRACTION(p[1][t], p[2][t] + p[3][t], 1e-5);
  }
}

BOOST_AUTO_TEST_CASE(without_a_clamp_the_energy_goes_to_zero) {
  for (const bool pre : {false, true}) {
    unsigned state = 9;
    PcReference net = drawn_net(sizes_of(16, 4), 1.0, state);
    net.pre = pre;
    const Rows x = drawn(8, 12, state), y = drawn(8, 5, state);
    DrivenPc rule(net, "clamp=none,steps=1000,gamma=0.1,lr=1e-7", 8);
    net.free_first = net.free_last = true;
    net.begin(x, y);
    const double before = net.energy();
    for (int t = 0; t < 1000; ++t) {
      net.move(0.1);
      net.errors();
    }
    BOOST_CHECK_LT(net.energy(), 1e-12 * before);
    rule.fit(x, y);
    BOOST_CHECK_CLOSE_FRACTION(rule.metric("energy_before"), before, 1e-4);
    BOOST_CHECK_LT(rule.metric("energy_after"), 1e-9 * before);
  }
}

// Every mask: the rule's free and clamped ends against the reference's.
BOOST_AUTO_TEST_CASE(clamps_are_those_of_the_equations) {
  for (const char* clamp : {"both", "input", "label", "none"}) {
    for (const bool generative : {false, true}) {
      unsigned state = 12;
      PcReference net = drawn_net(sizes_of(9, 3), 1.0, state);
      const Rows first = drawn(6, 12, state), last = drawn(6, 5, state);
      DrivenPc rule(net,
                    fmt::format("direction={},clamp={},steps=7,gamma=0.1,lr=1e-7",
                                generative ? "generative" : "discriminative", clamp),
                    6, generative);
      const std::string c = clamp;
      const bool input = c == "both" || c == "input", label = c == "both" || c == "label";
      net.free_first = generative ? !label : !input;
      net.free_last = generative ? !input : !label;
      net.begin(first, last);
      for (int t = 0; t < 7; ++t) {
        net.move(0.1);
        net.errors();
      }
      rule.fit(generative ? last : first, generative ? first : last);
      BOOST_TEST_CONTEXT(clamp << (generative ? " generative" : " discriminative")) {
        for (size_t l = 1; l <= 3; ++l) compare(rule.node("e", l, 6), net.e[l], 1e-4);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_free_output_makes_the_forward_pass_a_fixed_point) {
  for (const char* act : {"relu", "tanh", "sigmoid", "identity", "lrelu", "gelu"}) {
    for (const bool pre : {false, true}) {
      unsigned state = 21;
      PcReference net = drawn_net(sizes_of(16, 4), 1.5, state);
      net.act = act;
      net.pre = pre;
      const Rows x = drawn(8, 12, state);
      net.free_last = true;
      net.begin(x, {});
      BOOST_CHECK_EQUAL(net.move(0.3), 0.0);
      const Matrix in = matrix_of(x);
      const Rows forward = DrivenPc(net, "readout=forward", 8).rule().predict(in);
      const Rows relaxed = DrivenPc(net, "readout=relax,readout_steps=200", 8).rule().predict(in);
      BOOST_TEST_CONTEXT(act << (pre ? " pre" : " post")) BOOST_CHECK(forward == relaxed);
    }
  }
}

BOOST_AUTO_TEST_CASE(momentum_starts_anew_with_every_minibatch) {
  unsigned state = 2;
  PcReference net = drawn_net(sizes_of(10, 3), 1.0, state);
  const Rows x1 = drawn(4, 12, state), y1 = drawn(4, 5, state, 3);
  const Rows x2 = drawn(4, 12, state), y2 = drawn(4, 5, state, 3);
  DrivenPc rule(net, "momentum=0.8,steps=6,gamma=0.05,lr=1e-7,optimiser=sgd", 4);
  rule.fit(x1, y1);
  rule.fit(x2, y2);
  PcReference carried = net, plain = net;
  net.begin(x2, y2);
  net.pc(6, 0.05, 0.8);
  carried.begin(x1, y1);
  carried.pc(6, 0.05, 0.8);
  const std::vector<Rows> v = carried.v;
  carried.begin(x2, y2);
  carried.v = v;
  carried.pc(6, 0.05, 0.8);
  plain.begin(x2, y2);
  plain.pc(6, 0.05);
  for (size_t l = 1; l <= 2; ++l) {
    compare(rule.node("x", l, 4), net.x[l], 1e-4);
    BOOST_CHECK_GT(std::abs(carried.x[l][0][0] - net.x[l][0][0]), 1e-3);
    BOOST_CHECK_GT(std::abs(plain.x[l][0][0] - net.x[l][0][0]), 1e-3);
  }
}

BOOST_AUTO_TEST_CASE(relaxation_ends_early_when_it_has_settled) {
  unsigned state = 6;
  const PcReference net = drawn_net(sizes_of(10, 3), 1.0, state);
  const Rows x = drawn(4, 12, state), y = drawn(4, 5, state);
  const auto steps = [&](const char* settings) {
    DrivenPc rule(net, std::string("gamma=0.2,lr=1e-7,") + settings, 4);
    rule.fit(x, y);
    return std::pair(rule.metric("steps"), rule.metric("residual"));
  };
  BOOST_CHECK_EQUAL(steps("steps=300").first, 300);
  const auto [by_drive, residual] = steps("steps=300,tol=0.01");
  BOOST_CHECK_LT(by_drive, 300);
  BOOST_CHECK_GT(by_drive, 3);
  BOOST_CHECK_LE(residual, 0.01);
  const auto [by_energy, rest] = steps("steps=300,rtol=0.001");
  BOOST_CHECK_LT(by_energy, 300);
  BOOST_CHECK_GT(by_energy, 3);
  BOOST_CHECK_LT(steps("steps=5").first, by_energy + 300);
}

size_t count(const std::string& text, const std::string& words) {
  size_t n = 0;
  for (size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++n;
  return n;
}

BOOST_AUTO_TEST_CASE(the_cap_is_three_quarters_of_the_stable_rate) {
  unsigned state = 14;
  PcReference net = drawn_net(sizes_of(24, 4), 2.0, state);
  const Rows x = drawn(4, 12, state), y = drawn(4, 5, state);
  const double s = spectral_norm(net), bound = 2 / ((1 + s) * (1 + s));
  const auto look = [&](const std::string& settings, double gamma, double stable, size_t warnings) {
    DrivenPc rule(net, "optimiser=sgd,lr=1e-7," + settings, 4);
    for (int i = 0; i < 3; ++i) rule.fit(x, y);
    BOOST_TEST_CONTEXT(settings) {
      BOOST_CHECK_CLOSE_FRACTION(rule.metric("spectral_bound"), stable, 0.02);
      BOOST_CHECK_CLOSE_FRACTION(rule.metric("gamma"), gamma, 0.02);
      BOOST_CHECK_EQUAL(count(rule.rule().log(), "the largest state rate of sure descent"),
                        warnings);
    }
    return rule.metric("spectral");
  };
  BOOST_CHECK_CLOSE_FRACTION(look("gamma=0", 0.75 * bound, bound, 0), s, 0.02);
  look("gamma=1e-3", 1e-3, bound, 0);
  look("gamma=1", 0.75 * bound, bound, 1);
  look("gamma=1,cap=0,steps=3", 1, bound, 1);
  net.pi = {1, 4, 1, 1};  // the largest precision divides it
  look("gamma=0", 0.75 * bound / 4, bound / 4, 0);
  net.pi = {1, 1, 1, 1};
  look("gamma=1,schedule=fixedpred", 1, bound, 0);
  // A free node 0 brings the first layer in.
  const double all = spectral_norm(net, 0), wide = 2 / ((1 + all) * (1 + all));
  look("gamma=0,clamp=label", 0.75 * wide, wide, 0);
}

}  // namespace
}  // namespace agon::test
