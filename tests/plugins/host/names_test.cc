// SPDX-License-Identifier: MIT
//
// What a rule may not declare because it would stand where the host writes, or could not be read:
// refused at load.
#include <fmt/format.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "core/error.h"
#include "core/text.h"
#include "harness/plugins/host_names.h"
#include "harness/plugins/instance.h"
#include "harness/plugins/loader.h"
#include "harness/plugins/manifest.h"

namespace agon::harness {
namespace {

std::filesystem::path bad(const std::string& name) {
  return std::filesystem::path(AGON_BAD_PLUGINS) / (name + ".agon.so");
}

void refused(const std::string& name, const std::string& reason) {
  BOOST_TEST_CONTEXT(name) {
    BOOST_CHECK_EXCEPTION(open_plugin(bad(name)), Error, [&](const Error& e) {
      BOOST_CHECK_MESSAGE(e.reason().find(reason) != std::string::npos, e.reason());
      return e.exit() == Exit::plugin && e.thing() == bad(name).string() && !e.fix().empty();
    });
  }
}

BOOST_AUTO_TEST_SUITE(names)

BOOST_AUTO_TEST_CASE(metrics_that_collide_or_cannot_be_read_are_refused) {
  BOOST_CHECK_NO_THROW(open_plugin(bad("metrics_sound")));
  refused("metric_key", "rule 'sound': metric 0 has no key of [a-z0-9_]");
  refused("metric_null", "metric 0 has no key of [a-z0-9_]");
  refused("metric_help", "metric 'first': its unit or help is NULL");
  refused("metric_twice", "metric 'second' stands twice");
  refused("metric_of_host", "metric 'nrmse' has the key of one that the host measures");
  refused("metric_of_forgetting", "metric 'a_kept' has the key of one that the host measures");
  refused("metric_count", "it has 257 metrics, at most 256 are taken");
  refused("metrics_read", "its agon.metrics/1 is not whole");
}

BOOST_AUTO_TEST_CASE(pictures_and_tensors_likewise) {
  refused("picture_of_host", "picture 'free_run' has the key of one that the host draws");
  refused("tensors_null", "its agon.tensors/1 is not whole");
}

BOOST_AUTO_TEST_CASE(numbers_that_no_model_has_are_refused) {
  refused("memory_nan", "its memory per parameter is nan");
  refused("memory_infinite", "its memory per parameter is inf");
  refused("memory_negative", "its memory per parameter is -1");
  refused("batch_min", "parameter 'batch': its minimum is 0, the host needs at least 1");
  refused("epochs_min", "parameter 'epochs': its minimum is -7, the host needs at least 0");
  BOOST_CHECK_NO_THROW(open_plugin(bad("updates_off")));  // 0 updates: the budget is in epochs
}

BOOST_AUTO_TEST_CASE(the_host_knows_its_own_names) {
  for (const char* key : {"nrmse", "horizon_s", "w1", "locked", "samples_to_match"})
    BOOST_TEST(is_host_metric(key));
  BOOST_TEST(!is_host_metric("energy_1"));
  BOOST_TEST(is_host_picture("generated"));
}

BOOST_AUTO_TEST_CASE(every_capability_and_status_has_its_word) {
  RuleManifest rule;
  for (int bit = 0; bit < 64; ++bit) {
    rule.capabilities = uint64_t{1} << bit;
    const bool known = (rule.capabilities & AGON_CAPABILITIES_KNOWN) != 0 ||
                       (bit >= 32 && rule.capabilities <= AGON_CONTROL);
    BOOST_TEST(rule.capability_words().size() == (known ? 1u : 0u), bit);
  }
  rule.capabilities = AGON_CAN_DYNAMICS;
  BOOST_TEST(rule.capability_words().at(0) == "dynamics");
  for (agon_status status = AGON_INTERNAL; status <= AGON_SINGULAR; ++status) {
    BOOST_TEST(std::string(status_words(status)) != "unknown status", status);
  }
}

BOOST_AUTO_TEST_CASE(a_description_of_another_shape_is_an_exception) {
  const nlohmann::json good = describe(AGON_BP_PLUGIN).at(0);
  const auto rejects = [&](auto&& change) {
    nlohmann::json j = good;
    change(j);
    BOOST_CHECK_THROW(manifest_from_json(j), std::exception);
  };
  rejects([](auto& j) { j = nlohmann::json::object(); });
  rejects([](auto& j) { j["memory_per_parameter"] = nullptr; });
  rejects([](auto& j) { j["capability_bits"] = "no number"; });
  rejects([](auto& j) { j["capability_bits"] = "0xfffffffffffffffffffff"; });
  rejects([](auto& j) { j["params"] = 5; });
  rejects([](auto& j) { j["params"][0]["type"] = "complex"; });
  for (auto& param : good.at("params")) {
    if (param.at("type") != "choice") continue;
    const auto at = static_cast<size_t>(&param - &good.at("params").at(0));
    rejects([&](auto& j) { j["params"][at]["default"] = "none of them"; });
  }
}

BOOST_AUTO_TEST_CASE(texts_of_rules_cannot_command_a_terminal) {
  BOOST_TEST(core::printable("plain, \xc3\xa9 and \xe2\x82\xac") ==
             "plain, \xc3\xa9 and \xe2\x82\xac");
  BOOST_TEST(core::printable("a\nb\tc\r") == "a\\nb\\tc\\r");
  BOOST_TEST(core::printable("\x1b[2J\x07\x7f") == "\\x1b[2J\\x07\\x7f");
  BOOST_TEST(core::printable(std::string_view("\0", 1)) == "\\x00");
  BOOST_TEST(core::printable("\xc2\x9b"
                             "31m") == "\\x9b31m");  // C1: a control sequence in one character
  BOOST_TEST(core::printable("\xe2\x80\xae"
                             "gnp") == "\\u202egnp");
  BOOST_TEST(core::printable("caf\xe9 \xc3") == "caf\\xe9 \\xc3");
  BOOST_TEST(core::printable("\xc0\xaf \xed\xa0\x80") ==
             "\\xc0\\xaf \\xed\\xa0\\x80");  // overlong, surrogate
  BOOST_TEST(core::printable("\xf0\x9f\x8f\x9f") == "\xf0\x9f\x8f\x9f");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::harness
