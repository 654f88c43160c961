// SPDX-License-Identifier: MIT
//
// The published golden vectors: the raster and every number of the plain reference and of the
// network in double, the raster in float, and the shipped rule through the ABI.
#include <boost/test/unit_test.hpp>

#include "dynamic_model.h"
#include "plugins/ebn/network.h"
#include "reference.h"
#include "tests/plugins/golden/read_json.h"

namespace agon::test {
namespace {

using nlohmann::json;
using Raster = std::vector<std::pair<int, int>>;

const json& golden() {
  static const json all = read_json(AGON_GOLDEN);
  return all;
}

template <typename Real>
ebn::Network<Real> network(bool full) {
  const json& g = golden();
  const json& p = g["params"];
  ebn::Shape shape;
  shape.neurons = p["N"];
  shape.dims = shape.seen = p["K"];
  shape.basis = p["Nb"];
  shape.dt = p["dt"];
  shape.lambda = p["lam"];
  shape.mu = p["mu"];
  shape.full = full;
  ebn::Network<Real> net(shape);
  for (int64_t i = 0; i < shape.neurons; ++i) {
    for (int64_t q = 0; q < 2; ++q)
      net.decoders.at(i, q) =
          static_cast<Real>(g["DT"][static_cast<size_t>(i)][static_cast<size_t>(q)].get<double>());
  }
  for (int64_t j = 0; j < shape.basis; ++j) {
    for (int64_t q = 0; q < 2; ++q)
      net.M.at(q, j) =
          static_cast<Real>(g["M"][static_cast<size_t>(j)][static_cast<size_t>(q)].get<double>());
    net.theta.at(0, j) = static_cast<Real>(g["theta"][static_cast<size_t>(j)].get<double>());
  }
  net.connect();
  return net;
}

template <typename Real>
struct Run {
  Raster spikes;
  Rows xhat;
};

template <typename Real>
Run<Real> run(ebn::Network<Real>& net, ebn::State<Real>& s, bool train) {
  const json& g = golden();
  Run<Real> out;
  const Real c[2] = {static_cast<Real>(g["c"][0].get<double>()),
                     static_cast<Real>(g["c"][1].get<double>())};
  for (size_t n = 0; n < g["x"].size(); ++n) {
    const Real x[2] = {static_cast<Real>(g["x"][n][0].get<double>()),
                       static_cast<Real>(g["x"][n][1].get<double>())};
    ebn::Input<Real> in;
    in.c = c;
    if (train) {
      in.x = x;
      in.k = static_cast<Real>(g["params"]["k"].get<double>());
      in.eta = static_cast<Real>(g["params"]["eta"].get<double>());
    }
    net.step(s, in,
             [&](int64_t i) { out.spikes.emplace_back(static_cast<int>(n), static_cast<int>(i)); });
    out.xhat.push_back(
        {static_cast<double>(s.xhat.at(0, 0)), static_cast<double>(s.xhat.at(0, 1))});
  }
  net.settle(s);
  return out;
}

template <typename Block>
void compare(const Block& got, const json& want, double tolerance) {
  BOOST_REQUIRE_EQUAL(static_cast<size_t>(got.rows()), want.size());
  for (int64_t r = 0; r < got.rows(); ++r) {
    for (int64_t c = 0; c < got.cols(); ++c) {
      BOOST_CHECK_SMALL(static_cast<double>(got.at(r, c)) -
                            want[static_cast<size_t>(r)][static_cast<size_t>(c)].get<double>(),
                        tolerance);
    }
  }
}
template <typename Block>
void compare_row(const Block& got, const json& want, double tolerance) {
  compare(got, json::array({want}), tolerance);
}
void compare_track(const Rows& got, const json& want, double tolerance) {
  BOOST_REQUIRE_EQUAL(got.size(), want.size());
  for (size_t n = 0; n < got.size(); ++n) {
    for (size_t q = 0; q < 2; ++q)
      BOOST_CHECK_SMALL(got[n][q] - want[n][q].get<double>(), tolerance);
  }
}
Raster raster(const json& section) { return section["spikes"].get<Raster>(); }

BOOST_AUTO_TEST_SUITE(ebn_golden)

BOOST_AUTO_TEST_CASE(the_published_raster_is_the_specified_one) {
  const Raster want{{4, 0},  {10, 1}, {17, 0}, {24, 0}, {30, 1},
                    {34, 7}, {38, 2}, {39, 7}, {44, 1}, {49, 0}};
  BOOST_CHECK(raster(golden()["train_factored"]) == want);
  BOOST_CHECK_EQUAL(raster(golden()["open_loop"]).size(), 7u);
}

BOOST_AUTO_TEST_CASE(the_reference_reproduces_training) {
  const json& g = golden();
  EbnReference ref;
  ref.DT = g["DT"].get<Rows>();
  ref.M = g["M"].get<Rows>();
  ref.theta = g["theta"].get<std::vector<double>>();
  ref.psi0.assign(ref.theta.size(), 0);
  ref.mu = g["params"]["mu"];
  ref.k = g["params"]["k"];
  ref.eta = g["params"]["eta"];
  ref.begin();
  for (const json& x : g["x"])
    ref.step(g["c"].get<std::vector<double>>(), x.get<std::vector<double>>());
  BOOST_CHECK(ref.spikes == raster(g["train_factored"]));
  BOOST_CHECK_GT(ref.margin, 1e-5);
  for (size_t i = 0; i < ref.V.size(); ++i) {
    BOOST_CHECK_SMALL(ref.V[i] - g["train_factored"]["V_final"][i].get<double>(), 1e-13);
    for (size_t j = 0; j < ref.theta.size(); ++j)
      BOOST_CHECK_SMALL(ref.W[i][j] - g["train_full_W_final"][i][j].get<double>(), 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(training_in_double_factored) {
  const json& want = golden()["train_factored"];
  auto net = network<double>(false);
  ebn::State<double> s(net.shape);
  const auto got = run(net, s, true);
  BOOST_CHECK(got.spikes == raster(want));
  compare_track(got.xhat, want["xhat"], 1e-13);
  compare_row(s.xhat, want["xhat_final"], 1e-13);
  compare_row(s.V, want["V_final"], 1e-13);
  compare_row(s.r, want["r_final"], 1e-12);
  compare(net.A, want["A_final"], 1e-13);
}

BOOST_AUTO_TEST_CASE(training_in_double_full) {
  auto net = network<double>(true);
  ebn::State<double> s(net.shape);
  const auto got = run(net, s, true);
  BOOST_CHECK(got.spikes == raster(golden()["train_factored"]));
  compare_row(s.V, golden()["train_factored"]["V_final"], 1e-13);
  compare(net.W, golden()["train_full_W_final"], 1e-13);
}

BOOST_AUTO_TEST_CASE(open_loop_in_double) {
  const json& want = golden()["open_loop"];
  auto net = network<double>(false);
  ebn::State<double> s(net.shape);
  const auto got = run(net, s, false);
  BOOST_CHECK(got.spikes == raster(want));
  compare_track(got.xhat, want["xhat"], 1e-13);
  compare_row(s.V, want["V_final"], 1e-13);
}

BOOST_AUTO_TEST_CASE(float_has_the_same_rasters) {
  for (const bool full : {false, true}) {
    auto net = network<float>(full);
    ebn::State<float> s(net.shape);
    const auto got = run(net, s, true);
    BOOST_CHECK(got.spikes == raster(golden()["train_factored"]));
    compare_track(got.xhat, golden()["train_factored"]["xhat"], 1e-6);
    if (!full) compare(net.A, golden()["train_factored"]["A_final"], 1e-6);
  }
  auto net = network<float>(false);
  ebn::State<float> s(net.shape);
  BOOST_CHECK(run(net, s, false).spikes == raster(golden()["open_loop"]));
}

BOOST_AUTO_TEST_CASE(the_shipped_rule_learns_the_same_weights) {
  const json& g = golden();
  const json& p = g["params"];
  Rows M(2);  // the rule keeps M transposed
  for (const json& row : g["M"]) {
    for (size_t q = 0; q < 2; ++q) M[q].push_back(row[q]);
  }
  Rows drive;
  for (size_t n = 0; n < g["x"].size(); ++n) drive.push_back(g["c"].get<std::vector<double>>());
  const Matrix c = matrix_of(drive), x = matrix_of(g["x"].get<Rows>());
  for (const bool full : {false, true}) {
    DynamicModel model(
        open_rule(AGON_EBN_PLUGIN), {},
        fmt::format(
            "width=8,basis=4,dendrites=gauss,gamma=0.1,mu={},lambda=10,k=50,eta=20,spikes=1,"
            "centre=0,weights={}",
            p["mu"].get<double>() / 0.01, full ? "full" : "factored"));
    model.set("DT", g["DT"].get<Rows>());
    model.set("M", M);
    model.set("theta", {g["theta"].get<std::vector<double>>()});
    model.fit(c.view(), x.view());
    const Rows got = model.tensor(full ? "W" : "A");
    const json& want = full ? g["train_full_W_final"] : g["train_factored"]["A_final"];
    BOOST_REQUIRE_EQUAL(got.size(), want.size());
    for (size_t r = 0; r < got.size(); ++r) {
      for (size_t j = 0; j < 4; ++j) BOOST_CHECK_SMALL(got[r][j] - want[r][j].get<double>(), 1e-6);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::test
