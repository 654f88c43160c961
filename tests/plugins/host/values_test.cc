// SPDX-License-Identifier: MIT
#include "harness/plugins/values.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace agon::harness {
namespace {

agon_value whole(int64_t i) {
  agon_value v{};
  v.i = i;
  return v;
}
agon_value real(double r) {
  agon_value v{};
  v.r = r;
  return v;
}

const ParamManifest kLr{"lr", "", "", AGON_REAL, 0, real(0.1), real(1e-3), real(10), {}};
const ParamManifest kDepth{"depth", "", "", AGON_INT, 0, whole(1), whole(0), whole(5000), {}};
const ParamManifest kFlag{"dale", "", "", AGON_BOOL, 0, whole(0), whole(0), whole(1), {}};
const ParamManifest kMode{"mode",   "",       "",       AGON_CHOICE,     0,
                          whole(0), whole(0), whole(1), {"slow", "fast"}};

const ParamManifest kWidths{"width",    "", "", AGON_INT, AGON_PARAM_LIST, whole(0), whole(1),
                            whole(512), {}, 1,  3};
const ParamManifest kNote{"note", "", "", AGON_TEXT, 0, whole(0), whole(0), whole(0), {}, 1, 20};

void refused(const ParamManifest& p, const char* text, const std::string& words) {
  BOOST_CHECK_EXCEPTION(parse_value(p, text), std::invalid_argument,
                        [&](const std::invalid_argument& e) { return e.what() == words; });
}

BOOST_AUTO_TEST_SUITE(values)

BOOST_AUTO_TEST_CASE(text_becomes_values) {
  BOOST_CHECK_EQUAL(parse_value(kLr, "0.5").r, 0.5);
  BOOST_CHECK_EQUAL(parse_value(kLr, "1e-3").r, 1e-3);
  BOOST_CHECK_EQUAL(parse_value(kDepth, "4").i, 4);
  BOOST_CHECK_EQUAL(parse_value(kDepth, "1e3").i, 1000);
  BOOST_CHECK_EQUAL(parse_value(kDepth, "+4").i, 4);
  BOOST_CHECK_EQUAL(parse_value(kFlag, "true").i, 1);
  BOOST_CHECK_EQUAL(parse_value(kMode, "fast").i, 1);
}

BOOST_AUTO_TEST_CASE(text_that_is_no_value_is_explained) {
  refused(kLr, "fast", "lr is a number, got 'fast'");
  refused(kLr, "", "lr is a number, got ''");
  refused(kLr, "1e-3x", "lr is a number, got '1e-3x'");
  refused(kLr, "-0.5", "lr must be in [0.001, 10], got -0.5");
  refused(kLr, "nan", "lr must be in [0.001, 10], got nan");
  refused(kDepth, "1.5", "depth is a whole number, got '1.5'");
  refused(kDepth, "5001", "depth must be in [0, 5000], got 5001");
  refused(kFlag, "yes", "dale is true or false, got 'yes'");
  refused(kMode, "fats", "'fats' is no value of mode; did you mean 'fast'?");
}

BOOST_AUTO_TEST_CASE(json_round_trip) {
  for (const auto& [param, text] :
       {std::pair{kLr, "0.1"}, {kDepth, "7"}, {kFlag, "true"}, {kMode, "fast"}}) {
    const agon_value value = parse_value(param, text);
    const nlohmann::json json = nlohmann::json::parse(value_to_json(param, value).dump());
    BOOST_CHECK_EQUAL(value_from_json(param, json).i, value.i);  // the union's bits
  }
  BOOST_CHECK_THROW(value_from_json(kDepth, 1.5), std::invalid_argument);
  BOOST_CHECK_THROW(value_from_json(kLr, "0.1"), std::invalid_argument);
  BOOST_CHECK_THROW(value_from_json(kDepth, 5001), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(lists_are_values_of_their_own) {
  const agon_value v = parse_value(kWidths, "[128,64]");
  BOOST_REQUIRE_EQUAL(v.list->count, 2);
  BOOST_CHECK_EQUAL(v.list->items[1].i, 64);
  BOOST_CHECK_EQUAL(value_text(kWidths, v), "[128,64]");
  BOOST_CHECK_EQUAL(value_to_json(kWidths, v).dump(), "[128,64]");
  BOOST_CHECK_EQUAL(value_from_json(kWidths, nlohmann::json::parse("[128,64]")).list, v.list);
  BOOST_CHECK_EQUAL(parse_value(kWidths, "32").list->count, 1);
  refused(kWidths, "[]", "width takes 1 to 3 values, got 0");
  refused(kWidths, "[1,2,3,4]", "width takes 1 to 3 values, got 4");
  refused(kWidths, "[8,0]", "width must be in [1, 512], got 0");
  refused(kWidths, "[8,x]", "width is a whole number, got 'x'");
  refused(kWidths, "[8,]", "width is a whole number, got ''");
  BOOST_CHECK_THROW(value_from_json(kWidths, 8), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(texts_are_values_of_their_own) {
  const agon_value v = parse_value(kNote, "\"two words, a comma\"");
  BOOST_CHECK_EQUAL(v.text, std::string("two words, a comma"));
  BOOST_CHECK_EQUAL(value_text(kNote, v), "\"two words, a comma\"");
  BOOST_CHECK_EQUAL(value_from_json(kNote, value_to_json(kNote, v)).text, v.text);
  BOOST_CHECK_EQUAL(parse_value(kNote, "word").text, std::string("word"));
  refused(kNote, "\"\"", "note takes 1 to 20 bytes, got 0");
  refused(kNote, "a\\b", "note is UTF-8 without quotes, backslashes and control characters");
  for (const char* text : {"a\nb", "\x7f", "caf\xe9"})
    refused(kNote, text, "note is UTF-8 without quotes, backslashes and control characters");
  BOOST_CHECK_EQUAL(parse_value(kNote, "caf\u00e9").text, std::string("caf\u00e9"));
}

BOOST_AUTO_TEST_CASE(settings_hold_lists_and_texts) {
  const auto pairs = parse_settings("width=[128,64],note=\"a,b\",lr=1");
  BOOST_REQUIRE_EQUAL(pairs.size(), 3u);
  BOOST_CHECK_EQUAL(pairs[0].second, "[128,64]");
  BOOST_CHECK_EQUAL(pairs[1].second, "\"a,b\"");
}

BOOST_AUTO_TEST_CASE(settings_are_split) {
  BOOST_CHECK(parse_settings("").empty());
  const auto pairs = parse_settings("lr=0.8,mode=fast");
  BOOST_REQUIRE_EQUAL(pairs.size(), 2u);
  BOOST_CHECK_EQUAL(pairs[0].first, "lr");
  BOOST_CHECK_EQUAL(pairs[1].second, "fast");
  for (const char* text : {"lr", "=1", "lr=", "lr=1,", ",", "lr=1,,mode=fast"}) {
    BOOST_CHECK_THROW(parse_settings(text), std::invalid_argument);
  }
}

BOOST_AUTO_TEST_CASE(a_preset_overrides_defaults) {
  RuleManifest rule;
  rule.params = {kLr, kMode};
  const auto values = preset_values(rule, {"p", "", "mode=fast"});
  BOOST_CHECK_EQUAL(values[0].r, 0.1);
  BOOST_CHECK_EQUAL(values[1].i, 1);
  BOOST_CHECK_THROW(preset_values(rule, {"p", "", "speed=1"}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::harness
