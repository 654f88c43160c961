// SPDX-License-Identifier: MIT
//
// Claims in suite files: what is read, and what is refused with its place.
#include "harness/plan/claims.h"

#include <fmt/format.h>

#include <boost/test/unit_test.hpp>

#include "core/error.h"

using namespace agon::harness;

namespace {

RuleManifest alpha() {
  RuleManifest rule;
  rule.id = "alpha";
  rule.capabilities = AGON_CAN_CLASSIFY;
  ParamManifest depth;
  depth.key = "depth";
  depth.default_value.i = 1;
  depth.max.i = 100;
  rule.params = {depth};
  return rule;
}

constexpr const char* kSuite =
    "schema = 1\nname = \"t\"\n"
    "[[study]]\nname = \"deep\"\nkind = \"sweep\"\nby = \"depth\"\nseeds = 2\n"
    "[[study.grid]]\nrules = [\"alpha\"]\ntasks = [\"xor\"]\nfactors = \"depth=[1,2,4]\"\n"
    "[[claim]]\nsource = \"figure 1\"\ntext = \"It learns.\"\n";

std::string check(const std::string& lines) {
  return fmt::format("{}[[claim.check]]\nwhat = \"the worst seed\"\n{}", kSuite, lines);
}

// The refusal of parsing or, where that works, of planning.
std::string refusal(const std::string& text) {
  static const agon::datasets::Catalogue catalogue({});
  try {
    check_claims(make_plan(parse_suite(text, "t.toml"), {alpha()}, {}, catalogue));
  } catch (const agon::Error& e) {
    BOOST_TEST(static_cast<int>(e.exit()) == static_cast<int>(agon::Exit::usage));
    return e.thing() + ": " + e.reason();
  }
  return "";
}

void refused(const std::string& lines, const std::string& place, const std::string& reason) {
  const std::string text = refusal(check(lines));
  BOOST_TEST(text.starts_with("t.toml:" + place), text);
  BOOST_TEST(text.find(reason) != std::string::npos, text);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_claim_is_read_with_all_its_parts) {
  const Suite suite = parse_suite(
      check("study = \"deep\"\ncells = \"alpha[depth=[2,4]]\"\nminus = \"alpha[depth=1]\"\n"
            "take = \"min\"\nper = \"depth\"\nat_least = 0.5\nat_most = 1\n"),
      "t.toml");
  BOOST_TEST(suite.studies.at(0).by == "depth");
  const agon::reports::ClaimCard& claim = suite.claims.at(0).card;
  BOOST_TEST(claim.source == "figure 1");
  const agon::reports::ClaimCheck& c = claim.checks.at(0);
  BOOST_TEST(c.of.study == "deep");
  BOOST_TEST(c.of.rule == "alpha");
  BOOST_TEST(c.of.params.at(0).second.size() == 2u);
  BOOST_TEST(c.minus->study == "deep");
  BOOST_TEST(c.take == "min");
  BOOST_TEST(c.per == "depth");
  BOOST_TEST(c.at_least == 0.5);
  BOOST_TEST(c.at_most == 1.0);
  BOOST_TEST(refusal(check("study = \"deep\"\ncells = \"alpha[depth=4]\"\nat_least = 0.5\n")) ==
             "");
}

BOOST_AUTO_TEST_CASE(a_broken_claim_is_refused_with_its_place) {
  refused("cells = \"alpha\"\nat_least = 1\n", "15:1", "'study' is missing");
  refused("study = \"dep\"\ncells = \"alpha\"\nat_least = 1\n", "17:9", "no study 'dep'");
  refused("study = \"deep\"\ncells = \"alpha[\"\nat_least = 1\n", "18:16",
          "expected a parameter's name");
  refused("study = \"deep\"\ncells = \"alpha\"\n", "15:1", "needs a bound");
  refused("study = \"deep\"\ncells = \"alpha\"\nat_least = \"1\"\n", "19:12", "must be a number");
  refused("study = \"deep\"\ncells = \"alpha\"\nvalue = \"score\"\nat_least = 1\n", "19:9",
          "unknown value 'score'");
  refused("study = \"deep\"\ncells = \"alpha\"\ntake = \"best\"\nat_least = 1\n", "19:8",
          "unknown take 'best'");
  refused("study = \"deep\"\ncells = \"alpha\"\ntake = \"argmax\"\nat_least = 1\n", "15:1",
          "'by' is missing");
  refused(
      "study = \"deep\"\ncells = \"alpha\"\nminus = \"alpha\"\nover = \"alpha\"\nat_least = 1\n",
      "20:8", "minus or over, not both");
  refused("study = \"deep\"\ncells = \"alpha\"\nsurprise = 1\nat_least = 1\n", "19:1",
          "unknown key 'surprise'");
}

BOOST_AUTO_TEST_CASE(a_check_reads_what_is_left_under_a_harm_of_its_study) {
  std::string suite = kSuite;
  const std::string sweep = "kind = \"sweep\"\nby = \"depth\"\n";
  suite.replace(suite.find(sweep), sweep.size(),
                "kind = \"robustness\"\nharms.lesion = [0.1, 0.4]\n");
  const std::string head = suite +
                           "[[claim.check]]\nwhat = \"it\"\nstudy = \"deep\"\ncells = \"alpha\"\n" +
                           "at_most = 1.5\n";
  const Suite read =
      parse_suite(head + "value = \"nrmse@lesion=0.40\"\nover_value = \"m_nrmse\"\n", "t.toml");
  const agon::reports::ClaimCheck& check = read.claims.at(0).card.checks.at(0);
  BOOST_TEST(check.value == "nrmse@lesion=0.40");
  BOOST_TEST(check.over_value == "m_nrmse");
  for (const auto& [lines, reason] :
       {std::pair{"value = \"score@lesion=0.2\"\n", "no lesion at 0.2"},
        {"value = \"score@input-noise=0.1\"\n", "no input-noise"},
        {"over_value = \"score@lesion=0.2\"\n", "no lesion at 0.2"},
        {"value = \"score@lesions=0.4\"\n", "unknown value"},
        {"value = \"score@lesion=0\"\n", "unknown value"},
        {"value = \"loss@lesion=0.4\"\n", "unknown value"},
        {"over_value = \"nrmse\"\n", "unknown over_value 'nrmse'"}}) {
    const std::string text = refusal(head + lines);
    BOOST_TEST(text.starts_with("t.toml:20:"), text);
    BOOST_TEST(text.find(reason) != std::string::npos, text);
  }
  refused("study = \"deep\"\ncells = \"alpha\"\nvalue = \"score@lesion=0.4\"\nat_least = 1\n",
          "19:9", "no lesion");
}

BOOST_AUTO_TEST_CASE(a_check_that_reads_no_cell_is_refused) {
  refused("study = \"deep\"\ncells = \"alpha[depth=3]\"\nat_least = 1\n", "15:1", "reads no cell");
  refused("study = \"deep\"\ncells = \"beta\"\nat_least = 1\n", "15:1", "reads no cell");
  refused("study = \"deep\"\ncells = \"alpha\"\nover = \"alpha[width=2]\"\nat_least = 1\n", "15:1",
          "reads no cell");
}

BOOST_AUTO_TEST_CASE(a_sweep_names_what_it_varies) {
  const std::string text =
      "schema = 1\nname = \"t\"\n[[study]]\nname = \"s\"\nkind = \"sweep\"\n"
      "[[study.grid]]\nrules = [\"alpha\"]\ntasks = [\"xor\"]\n";
  BOOST_TEST(refusal(text).find("'by' is missing") != std::string::npos);
}
