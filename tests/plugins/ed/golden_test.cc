// SPDX-License-Identifier: MIT
//
// The published golden vectors: the double reference reproduces them to 1e-12, the rule, driven
// through the ABI, to 1e-5. Built again for the rule in Python (../python).
#include <boost/test/unit_test.hpp>

#include "harness/plugins/loader.h"
#include "layout.h"
#include "reference.h"
#include "tests/plugins/golden/open_rule.h"
#include "tests/plugins/golden/read_json.h"

namespace agon::test {
namespace {

using nlohmann::json;

EdReference reference_of(const json& c) {
  EdReference ref;
  const json& o = c["opts"];
  ref.o.u0 = o["u0"];
  ref.o.beta = o["bias"];
  ref.o.lr = o["lr"];
  ref.o.c = o["deriv_scale"];
  ref.o.relu = o["act"] == "relu";
  ref.o.ce = o["loss"] == "ce";
  for (size_t k = 0; k < c["K"]; ++k) {
    std::vector<EdLayer> net;
    for (size_t l = 0; l < c["M_plus"].size(); ++l) {
      net.push_back({c["M_plus"][l][k].get<Rows>(), c["M_minus"][l][k].get<Rows>(),
                     c["sign_out"][l].get<std::vector<double>>(), o["norm"][l]});
    }
    ref.nets.push_back(net);
  }
  return ref;
}

std::string settings_of(const json& c, const EdReference& ref) {
  const double nu = c["opts"]["norm"][0];
  const size_t width = c["hidden"][0], depth = c["hidden"].size();
  const std::string norm = nu == 1.0                          ? "none"
                           : nu == static_cast<double>(width) ? "fan-out"
                                                              : "units+layers";
  return fmt::format(
      "depth={},width={},lr={},u0={},beta={},update_norm={},deriv_scale={},loss={},activation={}",
      depth, width, ref.o.lr, ref.o.u0, ref.o.beta, norm, ref.o.c == 1.0 ? "1" : "2/u0",
      ref.o.ce ? "ce" : "mse", ref.o.relu ? "relu" : "sigmoid");
}

void compare(const Rows& got, const Rows& want, double tolerance) {
  BOOST_REQUIRE_EQUAL(got.size(), want.size());
  for (size_t r = 0; r < got.size(); ++r) {
    BOOST_REQUIRE_EQUAL(got[r].size(), want[r].size());
    for (size_t i = 0; i < got[r].size(); ++i) BOOST_CHECK_SMALL(got[r][i] - want[r][i], tolerance);
  }
}

// dM of the golden file against what changed from `before` to `after`.
void compare_updates(const json& c, const EdReference& before, const EdReference& after,
                     double tolerance) {
  for (size_t k = 0; k < before.nets.size(); ++k) {
    for (size_t l = 0; l < before.nets[k].size(); ++l) {
      for (const bool plus : {true, false}) {
        Rows moved = plus ? after.nets[k][l].plus : after.nets[k][l].minus;
        const Rows& from = plus ? before.nets[k][l].plus : before.nets[k][l].minus;
        for (size_t i = 0; i < moved.size(); ++i) {
          for (size_t j = 0; j < moved[i].size(); ++j) moved[i][j] -= from[i][j];
        }
        compare(moved, c[plus ? "dM_plus" : "dM_minus"][l][k].get<Rows>(), tolerance);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE(ed_golden)

BOOST_AUTO_TEST_CASE(the_double_reference_reproduces_every_case) {
  const json golden = read_json(AGON_GOLDEN);
  BOOST_REQUIRE_EQUAL(golden["cases"].size(), 5u);
  for (const json& c : golden["cases"]) {
    BOOST_TEST_CONTEXT(c["name"]) {
      EdReference ref = reference_of(c);
      const EdReference before = ref;
      compare(ref.predict(c["x"]), c["y_before"], 1e-12);
      ref.fit(c["x"], c["target"]);
      compare_updates(c, before, ref, 1e-12);
      compare(ref.predict(c["x"]), c["y_after"], 1e-12);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_rule_reproduces_every_case) {
  const json golden = read_json(AGON_GOLDEN);
  const agon_rule& plugin = *harness::open_plugin(AGON_ED_PLUGIN).rules[0];
  for (const json& c : golden["cases"]) {
    BOOST_TEST_CONTEXT(c["name"]) {
      const EdReference before = reference_of(c);
      const size_t nets = before.nets.size(), inputs = c["n_in"];
      const Rows t = c["target"];
      std::vector<int32_t> labels;  // one net stands for two classes
      for (const auto& row : t) {
        int32_t label = nets == 1 ? static_cast<int32_t>(row[0]) : 0;
        for (size_t k = 1; k < nets; ++k) label = row[k] > 0 ? static_cast<int32_t>(k) : label;
        labels.push_back(label);
      }
      RuleUnderTest rule(plugin,
                         {.shape = {static_cast<int64_t>(inputs)},
                          .classes = nets == 1 ? 2 : static_cast<int64_t>(nets)},
                         settings_of(c, before));
      EdReference now = before;
      exchange<true>(rule, now.nets, inputs, true);
      const Matrix x = matrix_of(c["x"]);
      const auto scores = [&] {
        Rows y = rule.predict(x);
        for (auto& row : y) {
          if (nets != 1) continue;
          BOOST_CHECK_SMALL(row[0] + row[1] - 1.0, 1e-6);
          row = {row[1]};
        }
        return y;
      };
      compare(scores(), c["y_before"], 1e-5);
      rule.fit(x, labels);
      exchange<false>(rule, now.nets, inputs, true);
      compare_updates(c, before, now, 1e-5);
      compare(scores(), c["y_after"], 1e-5);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::test
