// SPDX-License-Identifier: MIT
//
// What the theory promises of the network, in double, on random shapes: agreement with the plain
// reference, xhat = D r, W = D^T A, V = D^T (z - xhat) - mu r, spikes that lower the cost.
#include "plugins/ebn/network.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "reference.h"
#include "teachers.h"

namespace agon::test {
namespace {

namespace data = boost::unit_test::data;
using Net = ebn::Network<double>;
using Raster = std::vector<std::pair<int, int>>;

struct Case {
  const char* phi;
  ebn::Dendrite dendrite;
  int64_t neurons, dims, seen, basis, cap;
  double mu;
};
std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.phi << " N=" << c.neurons << " S=" << c.cap;
}

const Case kCases[] = {{"gauss", ebn::Dendrite::gauss, 20, 2, 2, 9, 4, 1e-4},
                       {"tanh", ebn::Dendrite::tanh, 37, 5, 3, 18, 8, 0},
                       {"exp", ebn::Dendrite::exp, 16, 3, 3, 5, 2, 4e-3},
                       {"linear", ebn::Dendrite::linear, 11, 2, 2, 2, 1, 1e-3}};

ebn::Shape shape_of(const Case& c, bool full) {
  ebn::Shape s;
  s.neurons = c.neurons;
  s.dims = c.dims;
  s.seen = c.seen;
  s.basis = c.basis;
  s.cap = c.cap;
  s.lambda = 20;
  s.mu = c.mu;
  s.dendrite = c.dendrite;
  s.full = full;
  return s;
}

Net network(const Case& c, bool full) {
  Net net(shape_of(c, full));
  Random random(5);
  for (int64_t i = 0; i < c.neurons; ++i) {
    double square = 0;
    for (int64_t q = 0; q < c.dims; ++q) {
      net.decoders.at(i, q) = random.normal();
      square += net.decoders.at(i, q) * net.decoders.at(i, q);
    }
    for (int64_t q = 0; q < c.dims; ++q) net.decoders.at(i, q) *= 0.1 / std::sqrt(square);
  }
  for (int64_t j = 0; j < c.basis; ++j) {
    for (int64_t q = 0; q < c.seen; ++q)
      net.M.at(q, j) = c.dendrite == ebn::Dendrite::linear ? (q == j) : random.normal();
    if (c.dendrite == ebn::Dendrite::linear) continue;
    net.theta.at(0, j) = random.uniform(-1, 1);
    net.psi0.at(0, j) = random.uniform(0, 0.5);
  }
  net.connect();
  return net;
}

EbnReference reference(const Net& net, const Case& c) {
  EbnReference ref;
  for (int64_t i = 0; i < c.neurons; ++i)
    ref.DT.emplace_back(net.decoders.data(i), net.decoders.data(i) + c.dims);
  for (int64_t j = 0; j < c.basis; ++j) {
    ref.M.emplace_back();
    for (int64_t q = 0; q < c.seen; ++q) ref.M.back().push_back(net.M.at(q, j));
  }
  ref.theta.assign(net.theta.data(), net.theta.data() + c.basis);
  ref.psi0.assign(net.psi0.data(), net.psi0.data() + c.basis);
  ref.phi = c.phi;
  ref.lambda = 20;
  ref.mu = c.mu;
  ref.cap = static_cast<int>(c.cap);
  ref.begin();
  return ref;
}

// A wave through all dimensions that the network should follow, and its drive.
std::vector<double> target(const Case& c, int n) {
  std::vector<double> x;
  for (int64_t q = 0; q < c.dims; ++q)
    x.push_back(0.8 * std::sin(0.02 * n + static_cast<double>(q)));
  return x;
}
std::vector<double> command(const Case& c, int n) {
  std::vector<double> out = target(c, n);
  for (double& v : out) v *= 9;
  return out;
}

constexpr int kSteps = 400;
constexpr double kGain = 60, kRate = 30;

template <typename Spiked>
void learn_step(Net& net, ebn::State<double>& s, const Case& c, int n, Spiked&& spiked) {
  const auto x = target(c, n), u = command(c, n);
  ebn::Input<double> in;
  in.c = u.data();
  in.x = x.data();
  in.k = kGain;
  in.eta = kRate;
  net.step(s, in, spiked);
}

BOOST_AUTO_TEST_SUITE(ebn_network)

BOOST_DATA_TEST_CASE(factored_and_full_have_the_raster_of_the_reference, data::make(kCases), c) {
  Net factored = network(c, false), full = network(c, true);
  ebn::State<double> a(factored.shape), b(full.shape);
  EbnReference ref = reference(factored, c);
  ref.k = kGain;
  ref.eta = kRate;
  Raster of_a, of_b;
  for (int n = 0; n < kSteps; ++n) {
    learn_step(factored, a, c, n, [&](int64_t i) { of_a.emplace_back(n, static_cast<int>(i)); });
    learn_step(full, b, c, n, [&](int64_t i) { of_b.emplace_back(n, static_cast<int>(i)); });
    ref.step(command(c, n), target(c, n));
  }
  factored.settle(a);
  BOOST_REQUIRE_GT(ref.margin, 1e-11);  // no decision hangs on rounding
  BOOST_CHECK_GT(ref.spikes.size(), 40u);
  BOOST_CHECK(of_a == ref.spikes);
  BOOST_CHECK(of_b == ref.spikes);
  for (int64_t i = 0; i < c.neurons; ++i) {
    BOOST_CHECK_SMALL(a.V.at(0, i) - ref.V[static_cast<size_t>(i)], 1e-11);
    for (int64_t j = 0; j < c.basis; ++j) {
      double product = 0;  // (D^T A)_ij
      for (int64_t q = 0; q < c.dims; ++q)
        product += factored.decoders.at(i, q) * factored.A.at(q, j);
      BOOST_CHECK_SMALL(full.W.at(i, j) - product, 1e-12);
    }
  }
}

// Whether A takes what was learnt at once, in the walk of the next step, or at the end, is the same to
// the bit; steps that do not learn stand between.
BOOST_DATA_TEST_CASE(learning_may_be_settled_whenever, data::make(kCases), c) {
  Net at_once = network(c, false), late = network(c, false);
  ebn::State<double> a(at_once.shape), b(late.shape);
  for (int n = 0; n < kSteps; ++n) {
    learn_step(at_once, a, c, n, [](int64_t) {});
    at_once.settle(a);
    learn_step(late, b, c, n, [](int64_t) {});
    if (n % 7 != 6) continue;
    const auto u = command(c, n);
    ebn::Input<double> in;
    in.c = u.data();
    at_once.step(a, in);
    late.step(b, in);
  }
  double learnt = 0;
  late.settle(b);
  for (int64_t q = 0; q < c.dims; ++q) {
    BOOST_REQUIRE_EQUAL(a.xhat.at(0, q), b.xhat.at(0, q));
    for (int64_t j = 0; j < c.basis; ++j) {
      BOOST_REQUIRE_EQUAL(at_once.A.at(q, j), late.A.at(q, j));
      learnt += std::abs(late.A.at(q, j));
    }
  }
  BOOST_CHECK_GT(learnt, 0);
}

BOOST_DATA_TEST_CASE(the_membrane_is_the_projected_coding_error, data::make(kCases), c) {
  Net net = network(c, false);
  ebn::State<double> s(net.shape);
  std::vector<double> z(static_cast<size_t>(c.dims));
  for (int n = 0; n < kSteps; ++n) {
    learn_step(net, s, c, n, [](int64_t) {});
    for (int64_t q = 0; q < c.dims; ++q)
      z[static_cast<size_t>(q)] = (1 - 20 * 1e-3) * z[static_cast<size_t>(q)] + 1e-3 * s.u.at(0, q);
    for (int64_t q = 0; q < c.dims; ++q) {
      double decoded = 0;  // D r
      for (int64_t i = 0; i < c.neurons; ++i) decoded += net.decoders.at(i, q) * s.r.at(0, i);
      BOOST_REQUIRE_SMALL(s.xhat.at(0, q) - decoded, 1e-13);
    }
    for (int64_t i = 0; i < c.neurons; ++i) {
      double ideal = -c.mu * s.r.at(0, i);
      for (int64_t q = 0; q < c.dims; ++q)
        ideal += net.decoders.at(i, q) * (z[static_cast<size_t>(q)] - s.xhat.at(0, q));
      BOOST_REQUIRE_SMALL(s.V.at(0, i) - ideal, 1e-12);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_start_is_reached_by_spikes_that_each_lower_the_cost) {
  const Case& c = kCases[0];
  Net net = network(c, false);
  ebn::State<double> s(net.shape);
  const double x[2] = {0.7, -0.4};
  BOOST_REQUIRE(net.start(s, x));
  // No neuron is left above threshold, so no further spike would lower |x - xhat|^2 + mu |r|^2.
  const auto cost = [&](int64_t extra) {
    double sum = 0;
    for (int64_t q = 0; q < 2; ++q) {
      const double off = x[q] - s.xhat.at(0, q) - (extra < 0 ? 0 : net.decoders.at(extra, q));
      sum += off * off;
    }
    for (int64_t i = 0; i < c.neurons; ++i) {
      const double r = s.r.at(0, i) + (i == extra ? 1 : 0);
      sum += c.mu * r * r;
    }
    return sum;
  };
  for (int64_t i = 0; i < c.neurons; ++i) BOOST_CHECK_GE(cost(i), cost(-1) - 1e-12);
  BOOST_CHECK_LT(cost(-1), 0.02);
}

BOOST_AUTO_TEST_CASE(the_dead_integrate_and_never_spike) {
  const Case& c = kCases[0];
  Net net = network(c, false), whole = network(c, false);
  for (const int64_t i : {0, 3, 4, 11}) net.kill(i);
  ebn::State<double> s(net.shape), t(whole.shape);
  bool moved = false;
  int of_the_dead = 0;
  for (int n = 0; n < kSteps; ++n) {
    learn_step(net, s, c, n,
               [](int64_t i) { BOOST_REQUIRE(i != 0 && i != 3 && i != 4 && i != 11); });
    moved = moved || s.V.at(0, 3) != 0;
    learn_step(whole, t, c, n,
               [&](int64_t i) { of_the_dead += i == 0 || i == 3 || i == 4 || i == 11; });
  }
  BOOST_CHECK(moved);
  BOOST_CHECK_GT(of_the_dead, 0);
  net.revive();
  for (int64_t i = 0; i < c.neurons; ++i)
    BOOST_CHECK_EQUAL(net.threshold.at(0, i), whole.threshold.at(0, i));
}

BOOST_AUTO_TEST_CASE(a_step_that_wants_more_spikes_than_allowed_says_so) {
  Case c = kCases[0];
  c.cap = 2;
  Net net = network(c, false);
  ebn::State<double> s(net.shape);
  const double calm[2] = {0, 0}, storm[2] = {400, 0};
  ebn::Input<double> in;
  in.c = storm;
  int spikes = 0;
  net.step(s, in, [&](int64_t) { ++spikes; });
  BOOST_CHECK_EQUAL(spikes, 2);
  BOOST_CHECK(s.capped);
  in.c = calm;
  for (int n = 0; n < 50; ++n) net.step(s, in);
  BOOST_CHECK(!s.capped);
}

// (10) From resets alone the fast weights become those of the decoders, and the code follows.
BOOST_AUTO_TEST_CASE(learnt_fast_weights_come_close_to_the_decoders_products) {
  const Case c{"gauss", ebn::Dendrite::gauss, 20, 2, 2, 9, 4, 1e-3};
  Net net = network(c, false);
  const Net ideal = network(c, false);
  net.forget_fast();
  net.fast_learning.rate = 0.01;
  ebn::State<double> s(net.shape);
  const auto likeness = [&] {  // correlation of the off-diagonal weights
    double ab = 0, aa = 0, bb = 0;
    for (int64_t i = 0; i < c.neurons; ++i) {
      for (int64_t j = 0; j < c.neurons; ++j) {
        if (i == j) continue;
        ab += net.fast.at(i, j) * ideal.fast.at(i, j);
        aa += net.fast.at(i, j) * net.fast.at(i, j);
        bb += ideal.fast.at(i, j) * ideal.fast.at(i, j);
      }
    }
    return aa > 0 ? ab / std::sqrt(aa * bb) : 0.0;
  };
  Random random(9);
  const auto error = [&](bool learning) {
    double sum = 0;
    constexpr int kLong = 60'000;
    std::vector<double> z(2), u(2);
    for (int n = 0; n < kLong; ++n) {
      if (n % 20 == 0) u = {12 * random.normal(), 12 * random.normal()};
      for (size_t q = 0; q < 2; ++q) z[q] = (1 - 20 * 1e-3) * z[q] + 1e-3 * u[q];
      ebn::Input<double> in;
      in.c = u.data();
      in.x = s.xhat.data();  // no error: the slow weights stay 0
      in.eta = learning ? 1 : 0;
      net.step(s, in);
      for (size_t q = 0; q < 2; ++q)
        sum += std::pow(z[q] - s.xhat.at(0, static_cast<int64_t>(q)), 2);
    }
    return sum / kLong;
  };
  const double before = error(false);
  error(true);
  error(true);
  const double after = error(false);
  BOOST_TEST_MESSAGE("likeness " << likeness() << ", squared error " << before << " before, "
                                 << after << " after");
  BOOST_CHECK_GT(likeness(), 0.8);
  BOOST_CHECK_LT(after, 0.2 * before);
}

BOOST_AUTO_TEST_CASE(the_float_exponential_is_exact_to_rounding) {
  BOOST_CHECK_EQUAL(ebn::exponential(0.0f), 1.0f);
  for (float x = -87.0f; x < 88.0f; x += 0.0137f) {
    const double want = std::exp(static_cast<double>(x));
    BOOST_REQUIRE_SMALL(static_cast<double>(ebn::exponential(x)) / want - 1, 2.5e-7);
  }
  for (const float s : {-100.0f, -9.0f, -1.0f, -1e-4f, 0.0f, 1e-4f, 1.0f, 9.0f, 100.0f}) {
    const double tanh =
        static_cast<double>(ebn::Tanh::value(ebn::exponential(ebn::Tanh::argument(s))));
    BOOST_CHECK_SMALL(tanh - std::tanh(static_cast<double>(s)), 2e-7);
  }
  for (const float s : {-1e30f, -87.5f, 0.0f, 9.4f, 1e30f}) {  // far out it is as small as e^-87
    const double bell =
        static_cast<double>(ebn::Gauss::value(ebn::exponential(ebn::Gauss::argument(s))));
    BOOST_CHECK_SMALL(bell - std::exp(-static_cast<double>(s) * static_cast<double>(s)), 2e-7);
  }
  const float nothing = std::numeric_limits<float>::quiet_NaN();
  BOOST_TEST(std::isnan(ebn::exponential(ebn::Gauss::argument(nothing))));
  BOOST_TEST(std::isnan(ebn::exponential(ebn::Exp::argument(nothing))));
}

BOOST_AUTO_TEST_CASE(the_next_to_spike_is_the_first_with_the_largest_distance) {
  alignas(64) float lane[16], a[48], b[48];
  const float nothing = std::numeric_limits<float>::quiet_NaN();
  for (int i = 0; i < 48; ++i) a[i] = static_cast<float>(i % 7), b[i] = 1.0f;
  a[40] = a[23] = a[37] = 9.0f;
  a[2] = nothing;  // passed over
  BOOST_CHECK_EQUAL(ebn::first_at(a, b, 48, 8.0f), 23);
  std::copy_n(a, 16, lane);
  BOOST_CHECK_EQUAL(ebn::fold_largest(lane), 6.0f);
  std::copy_n(a + 32, 16, lane);
  BOOST_CHECK_EQUAL(ebn::fold_largest(lane), 9.0f);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::test
