// SPDX-License-Identifier: MIT
#include "harness/plan/selector.h"

#include <boost/test/unit_test.hpp>

#include "core/error.h"
#include "harness/plan/suite.h"

using namespace agon::harness;

BOOST_AUTO_TEST_CASE(a_selector_is_a_name_with_factors) {
  const Selector s = parse_selector(
      "ed[lr=log(1e-3,1,4), depth=[1,4,16],update_norm=units+layers,deriv_scale=2/u0]", "-r");
  BOOST_TEST(s.name == "ed");
  BOOST_TEST_REQUIRE(s.factors.size() == 4u);
  const std::vector<std::string> rates{"0.001", "0.01", "0.1", "1"}, depths{"1", "4", "16"};
  BOOST_TEST(s.factors[0].values == rates, boost::test_tools::per_element());
  BOOST_TEST(s.factors[1].values == depths, boost::test_tools::per_element());
  BOOST_TEST(s.factors[2].values[0] == "units+layers");
  BOOST_TEST(s.factors[3].values[0] == "2/u0");
  BOOST_TEST(parse_selector("bp", "-r").factors.empty());
  BOOST_TEST(parse_selector("bp", "suite.toml", 7, 11).where(3) == "suite.toml:7:14");
}

BOOST_AUTO_TEST_CASE(malformed_selectors_are_errors) {
  for (const char* text : {"",
                           "[",
                           "ed[",
                           "ed[]",
                           "ed[lr]",
                           "ed[lr=]",
                           "ed[lr=1",
                           "ed[lr=1]x",
                           "ed[lr=[1]",
                           "ed[lr=1,]",
                           "ed[lr=1,lr=2]",
                           "ed[lr=log(1,2)]",
                           "ed[lr=log(0,1,3)]",
                           "ed[lr=log(1,2,1)]",
                           "ed[lr=log(1,2,2.5)]",
                           "ed[lr=log(a,2,3)]",
                           "ed[lr=log(1,inf,3)]",
                           "ed lr=1",
                           "ed[=1]",
                           "ed]"}) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_CHECK_EXCEPTION(parse_selector(text, "-r"), agon::Error, [](const agon::Error& e) {
        return e.exit() == agon::Exit::usage && e.thing().starts_with("-r '");
      });
    }
  }
}

// Any bytes are either a selector or an agon::Error.
BOOST_AUTO_TEST_CASE(mutated_selectors_and_suites_never_crash) {
  const std::string selector = "ed[lr=log(1e-3,1,5),depth=[1,4,16]]";
  const std::string suite =
      "schema = 1\nname = \"x\"\n[defaults]\nseeds = 2\n[[study]]\nname = \"accuracy\"\n[[study.grid]]\n"
      "tasks = [\"xor\"]\nrules = [\"bp[lr=0.1]\"]\nfactors = \"depth=[1,2]\"\n";
  uint32_t state = 12345;
  const auto random = [&](size_t n) {
    state = state * 1664525u + 1013904223u;
    return static_cast<size_t>(state >> 8) % n;
  };
  size_t parsed = 0;
  for (int round = 0; round < 4000; ++round) {
    const bool is_suite = round % 2 == 0;
    std::string text = is_suite ? suite : selector;
    for (size_t edits = random(4) + 1; edits > 0; --edits) {
      const size_t at = random(text.size());
      switch (random(3)) {
        case 0: text[at] = static_cast<char>(random(256)); break;
        case 1: text.erase(at, random(5) + 1); break;
        default: text.insert(at, 1, "[]=,()\"\n#"[random(9)]);
      }
      if (text.empty()) text = "x";
    }
    try {
      if (is_suite) {
        parse_suite(text, "suite.toml");
      } else {
        parse_selector(text, "-r");
      }
      ++parsed;
    } catch (const agon::Error& e) {
      BOOST_TEST((e.exit() == agon::Exit::usage));
    }
  }
  BOOST_TEST(parsed > 0u);
}
