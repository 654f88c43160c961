// SPDX-License-Identifier: MIT
//
// The published golden vectors, every step of every case: the double reference reproduces them to
// 1e-12, the rule, driven through the ABI, to 1e-5. Then all options against the double reference.
#include <fmt/format.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "reference.h"
#include "tests/plugins/golden/open_rule.h"
#include "tests/plugins/golden/read_json.h"

namespace agon::test {
namespace {

namespace data = boost::unit_test::data;
using nlohmann::json;

const agon_rule& monolith() {
  static const agon_rule& rule = open_rule(AGON_MONOLITH_PLUGIN);
  return rule;
}

std::string option(const json& kw, const char* key, const char* fallback) {
  return kw.contains(key) ? kw[key].get<std::string>() : fallback;
}

LatticeReference reference_of(const json& golden, const json& kw) {
  LatticeReference ref;
  for (const json& o : golden["offsets"]) ref.offsets.push_back({o[0], o[1], o[2]});
  ref.weights = golden["weights"].get<Rows>();
  for (const char c : golden["types"].get<std::string>())
    ref.types.push_back(c == 'E' ? 0 : c == 'I' ? 1 : 2);
  const json& p = golden["params"];
  ref.eta = p["eta"];
  ref.lambda = p["lam"];
  ref.gain = p["gain"];
  ref.alpha = p["alpha"];
  ref.kappa = p["kappa"];
  ref.theta = p["theta"];
  ref.hi = p["hi"];
  ref.lo = p["lo"];
  ref.xmode = option(kw, "xmode", "abs");
  ref.phi = option(kw, "phi_", "tanh");
  ref.activity = option(kw, "drive", "loss") == "act";
  ref.impulse = option(kw, "inp", "sustained") == "impulse";
  return ref;
}

std::string settings_of(const LatticeReference& r, int steps) {
  return fmt::format(
      "z={},y={},x={},neighbours={},steps={},eta={},lambda={},gain={},alpha={},kappa={},theta={},"
      "xor_theta={},hi={},"
      "lo={},xmode={},phi={},drive={},input={},boundary={}",
      r.Z, r.Y, r.X, r.offsets.size(), steps, r.eta, r.lambda, r.gain, r.alpha, r.kappa, r.theta,
      r.xor_theta, r.hi, r.lo, r.xmode, r.phi, r.activity ? "activity" : "loss",
      r.impulse ? "impulse" : "sustained", r.periodic ? "periodic" : "open");
}

void compare(const std::vector<double>& got, const std::vector<double>& want, double tolerance) {
  BOOST_REQUIRE_EQUAL(got.size(), want.size());
  for (size_t i = 0; i < got.size(); ++i) BOOST_CHECK_SMALL(got[i] - want[i], tolerance);
}

std::vector<double> lane(const Rows& rows, size_t n) {
  std::vector<double> out;
  for (const auto& row : rows) out.push_back(row[n]);
  return out;
}

BOOST_AUTO_TEST_SUITE(monolith_golden)

BOOST_AUTO_TEST_CASE(the_double_reference_reproduces_every_case) {
  const json golden = read_json(AGON_GOLDEN);
  BOOST_REQUIRE_EQUAL(golden["cases"].size(), 9u);
  const std::vector<double> u = golden["input_z0"];
  for (const auto& [name, c] : golden["cases"].items()) {
    BOOST_TEST_CONTEXT(name) {
      const auto steps = reference_of(golden, c["kw"]).run({u, u, u, u});
      for (size_t t = 0; t < steps.size(); ++t) {
        compare(steps[t].e, c["steps"][t]["e"], 1e-12);
        compare(steps[t].p, c["steps"][t]["p"], 1e-12);
        compare(steps[t].o, c["steps"][t]["o"], 1e-12);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_rule_reproduces_every_case) {
  const json golden = read_json(AGON_GOLDEN);
  const std::vector<double> u = golden["input_z0"];
  for (const auto& [name, c] : golden["cases"].items()) {
    BOOST_TEST_CONTEXT(name) {
      const LatticeReference ref = reference_of(golden, c["kw"]);
      for (int steps = 1; steps <= 4; ++steps) {
        RuleUnderTest rule(monolith(), {.shape = {3, 3}}, settings_of(ref, steps));
        rule.set("weights", ref.weights);
        rule.set("types", {ref.types});
        rule.predict(matrix_of({u}));
        const json& want = c["steps"][static_cast<size_t>(steps - 1)];
        compare(lane(rule.tensor("e"), 0), want["e"], 1e-5);
        compare(lane(rule.tensor("p"), 0), want["p"], 1e-5);
        compare(lane(rule.tensor("o"), 0), want["o"], 1e-5);
      }
    }
  }
}

const char* const kOptions[] = {
    "xmode=abs",
    "xmode=signed,boundary=periodic",
    "xmode=silent,neighbours=18",
    "xmode=leak,kappa=0.25,neighbours=6",
    "xmode=dead,phi=relutanh,boundary=periodic,neighbours=6",
    "xmode=ident,drive=activity,gain=1.5,alpha=0.5",
    "xmode=xor,xor_theta=-0.013,neighbours=18",
    "xmode=hyst,hi=-0.011,lo=-0.021",
    "xmode=abs,phi=linear,gain=0.75,input=impulse,dale=0",
    "xmode=abs,f_x=1,f_i=0",
};

std::string setting(const std::string& settings, const std::string& key,
                    const std::string& fallback) {
  const size_t at = fmt::format(",{}", settings).find(fmt::format(",{}=", key));
  if (at == std::string::npos) return fallback;
  const size_t begin = at + key.size() + 1;
  return settings.substr(begin, settings.find(',', begin) - begin);
}

// Own random weights and types, read by name, on a lattice of three unequal sides, two samples.
BOOST_DATA_TEST_CASE(every_option_agrees_with_the_double_reference, data::make(kOptions), options) {
  const std::string settings = fmt::format("z=3,y=4,x=5,steps=7,{}", options);
  RuleUnderTest rule(monolith(), {.shape = {3, 4}, .seed = 21}, settings);
  LatticeReference ref;
  ref.Z = 3, ref.Y = 4, ref.X = 5;
  ref.offsets = LatticeReference::neighbours(std::stoi(setting(settings, "neighbours", "26")));
  ref.weights = rule.tensor("weights");
  ref.types = rule.tensor("types")[0];
  ref.periodic = setting(settings, "boundary", "open") == "periodic";
  ref.activity = setting(settings, "drive", "loss") == "activity";
  ref.impulse = setting(settings, "input", "sustained") == "impulse";
  ref.phi = setting(settings, "phi", "tanh");
  ref.xmode = setting(settings, "xmode", "abs");
  ref.gain = std::stod(setting(settings, "gain", "1"));
  ref.alpha = std::stod(setting(settings, "alpha", "1"));
  ref.kappa = std::stod(setting(settings, "kappa", "0.5"));
  ref.xor_theta = std::stod(setting(settings, "xor_theta", "0"));
  ref.hi = std::stod(setting(settings, "hi", "0.1"));
  ref.lo = std::stod(setting(settings, "lo", "0"));

  Rows x(20);  // more than 16 samples: both lane widths run, the second when asked for 2 alone
  for (size_t b = 0; b < x.size(); ++b) {
    for (size_t i = 0; i < 12; ++i)
      x[b].push_back(static_cast<double>((5 * i + 3 * b) % 16) / 16.0);
  }
  for (const size_t rows : {size_t{20}, size_t{2}}) {
    rule.predict(matrix_of(Rows(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(rows))));
    for (const size_t b : {size_t{0}, rows - 1}) {
      std::vector<double> u(20);  // [3, 4] lies at y < 3, x < 4
      for (size_t i = 0; i < 12; ++i) u[i / 4 * 5 + i % 4] = x[b][i];
      const auto steps = ref.run(Rows(7, u));
      compare(lane(rule.tensor("e"), b), steps.back().e, 2e-5);
      compare(lane(rule.tensor("p"), b), steps.back().p, 2e-5);
      compare(lane(rule.tensor("o"), b), steps.back().o, 2e-5);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::test
