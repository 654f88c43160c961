// SPDX-License-Identifier: MIT
//
// What every rule of the tree keeps: the checks of `agon check`, in this process, but for those that train
// or draw for long. All of them are run as a user would by tests/harness/check_test.cc.
#include <algorithm>
#include <array>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <string_view>

#include "checked.h"
#include "harness/conformance/expectations.h"
#include "harness/plugins/elf_file.h"

namespace agon::test {
namespace {

constexpr uint64_t kAny = ~uint64_t{0};
const auto kRules = boost::unit_test::data::make(rules_that(kAny));

BOOST_AUTO_TEST_CASE(all_rules_of_the_tree_are_here) {
  BOOST_CHECK_GE(rules_that(kAny).size(), 9u);
  BOOST_CHECK_GE(rules_that(AGON_CAN_REGRESS).size(), 6u);
  BOOST_CHECK_GE(rules_that(AGON_CAN_DYNAMICS).size(), 3u);
  BOOST_CHECK_GE(rules_that(AGON_CAN_SEQUENCE).size(), 4u);
}

constexpr std::array<std::string_view, 5> kLong{"learns", "beyond-linear", "extremes",
                                                "drawn-values", "drawn-shapes"};

// Stricter than the check: built with agon_add_plugin() not even the standard library shows.
BOOST_DATA_TEST_CASE(exactly_one_symbol_leaves_a_plugin, kRules) {
  const std::vector<std::string> only{AGON_PLUGIN_SYMBOL};
  BOOST_CHECK(harness::exported_symbols(sample.file) == only);
}

BOOST_DATA_TEST_CASE(a_rule_of_the_tree_keeps_what_is_asked, kRules) {
  const conformance::Subject subject = sample.subject();
  const auto expected = conformance::read_expectations(subject.file.parent_path());
  for (const conformance::Check& check : conformance::checks()) {
    if (std::ranges::find(kLong, check.id) != kLong.end()) continue;
    const conformance::Verdict verdict = conformance::judge(check, subject);
    const bool may_fail = expected.contains({sample.id(), check.id});
    const bool failed = verdict.outcome == conformance::Outcome::failed;
    BOOST_CHECK_MESSAGE(failed == may_fail, check.id << ": " << conformance::word(verdict.outcome)
                                                     << ", " << verdict.reason);
  }
}

}  // namespace
}  // namespace agon::test
