// SPDX-License-Identifier: MIT
#include "harness/plugins/manifest.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "core/hash.h"
#include "harness/plugins/loader.h"

namespace agon::harness {
namespace {

RuleManifest bp() { return manifest_from_json(describe(AGON_BP_PLUGIN).at(0)); }

BOOST_AUTO_TEST_SUITE(manifest)

BOOST_AUTO_TEST_CASE(describes_a_rule_fully) {
  const RuleManifest m = bp();
  BOOST_CHECK_EQUAL(m.id, "bp");
  BOOST_CHECK_EQUAL(m.plugin_path, AGON_BP_PLUGIN);
  BOOST_CHECK_EQUAL(m.license, "MIT");
  BOOST_CHECK_EQUAL(m.build_id, core::hash_file(AGON_BP_PLUGIN));
  BOOST_CHECK_EQUAL(m.phases, 2u);
  BOOST_CHECK_EQUAL(m.memory_per_parameter, 2.0);
  const std::vector<std::string> words{"classify", "regress", "weight transport"};
  BOOST_CHECK(m.capability_words() == words);
  BOOST_REQUIRE(m.param("lr") != nullptr);
  BOOST_CHECK_EQUAL(m.param("lr")->default_value.r, 0.003);
  BOOST_CHECK(m.param("lr")->has(AGON_PARAM_LOG) && m.param("lr")->has(AGON_PARAM_TUNABLE));
  BOOST_CHECK_EQUAL(m.param("batch")->default_value.i, 32);
  BOOST_CHECK(m.param("batch")->has(AGON_PARAM_HOST));
  BOOST_CHECK_EQUAL(m.param("activation")->choices.at(2), "relu");
  BOOST_CHECK_EQUAL(m.param("activation")->default_value.i, 2);
  BOOST_CHECK(m.param("nothing") == nullptr);
  BOOST_CHECK(m.preset("keras") != nullptr);
  BOOST_CHECK_EQUAL(m.defaults().size(), m.params.size());
}

// Text -> manifest -> text loses nothing.
BOOST_AUTO_TEST_CASE(json_round_trip) {
  const nlohmann::json first = describe(AGON_BP_PLUGIN).at(0);
  const std::string text = first.dump();
  BOOST_CHECK_EQUAL(to_json(manifest_from_json(nlohmann::json::parse(text))).dump(), text);
}

BOOST_AUTO_TEST_CASE(broken_json_is_an_exception) {
  nlohmann::json j = describe(AGON_BP_PLUGIN).at(0);
  j.erase("params");
  BOOST_CHECK_THROW(manifest_from_json(j), nlohmann::json::exception);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::harness
