// SPDX-License-Identifier: MIT
//
// agon check on the rules of the tree, as their authors would run it: all keep level 5, but for what
// plugins/agon-check.toml says.
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/shell.h"

using namespace agon::test;
using nlohmann::json;

BOOST_AUTO_TEST_CASE(all_rules_of_the_tree_keep_level_5) {
  TemporaryFolder folder;
  const std::string agon = std::getenv("AGON");
  const std::string cache = "XDG_CACHE_HOME='" + folder.path().string() + "' ";
  const json rules = json::parse(run(folder, "'" + agon + "' list rules --json").out);
  BOOST_TEST(rules.size() >= 9u);
  for (const json& rule : rules) {
    const std::string id = rule.at("id");
    const Ran ran = run(folder, cache + "'" + agon + "' check " + id + " --level 5 --json");
    BOOST_TEST_CONTEXT(id) {
      BOOST_TEST(ran.code == 0);
      const json all = json::parse(ran.out, nullptr, false);
      BOOST_TEST_REQUIRE(!all.is_discarded(), ran.out + ran.err);
      const json& found = all.at("rules").at(0);
      BOOST_TEST(found.at("level").get<int>() == 5);
      for (const json& check : found.at("checks")) {
        if (check.at("outcome") == "failed")
          BOOST_ERROR(check.at("check").get<std::string>() + ": " +
                      check.at("reason").get<std::string>());
      }
    }
  }
}
