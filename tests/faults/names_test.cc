// SPDX-License-Identifier: MIT
//
// An id means one rule: what an outside plugin may not be called, and that a file with a wrong name
// or a nonsense description is one refused file, which disables nothing.
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/shell.h"

using namespace agon::test;
using nlohmann::json;

namespace {

const std::string kAgon = "'" + std::string(std::getenv("AGON")) + "' ";
const std::string kNamed = std::getenv("AGON_NAMED_PLUGINS");

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string plugin_of(const json& rules, const std::string& id) {
  for (const json& rule : rules) {
    if (rule.at("id") == id) return rule.at("plugin");
  }
  return "";
}

// A named file is refused with path, reason and a fix.
void refused(const std::string& folder, const std::string& reason, const std::string& fix) {
  TemporaryFolder here;
  const std::string file = kNamed + "/" + folder + "/named-" + folder + ".agon.so";
  for (const char* verb :
       {"list rules", "doctor", "run quick -t xor --study accuracy -s 1 -r linear -o out"}) {
    const Ran ran = run(here, kAgon + verb + " --plugin '" + file + "'");
    BOOST_TEST_CONTEXT(folder << ": " << verb << ": " << ran.err) {
      BOOST_TEST(ran.code == 4);
      BOOST_TEST(has(ran.err, "error: " + file + ": "));
      BOOST_TEST(has(ran.err, reason));
      BOOST_TEST(has(ran.err, "fix: " + fix));
    }
  }
  BOOST_TEST(!std::filesystem::exists(here / "out"));
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_name_that_is_taken_is_refused_with_a_way_out) {
  const std::string fix = "rename the rule, or load it under another name: --plugin NAME=";
  refused("bp", "its rule 'bp' cannot be called so: it is built in (", fix);
  refused("task", "its rule 'xor' cannot be called so: a task has this name", fix);
  refused("suite", "its rule 'quick' cannot be called so: a suite has this name", fix);
}

BOOST_AUTO_TEST_CASE(a_file_that_says_nothing_or_nonsense_is_refused) {
  const std::string fix = "rebuild or remove this plugin";
  for (const char* folder : {"silent", "object", "array", "types", "error", "text"}) {
    refused(folder, "its description makes no sense", fix);
  }
}

// Beside good rules, from --plugin DIR and from the environment: a warning each, and nothing else
// changes.
BOOST_AUTO_TEST_CASE(one_bad_file_disables_nothing) {
  TemporaryFolder folder;
  std::string path;
  for (const char* name :
       {"bp", "task", "suite", "silent", "object", "array", "types", "error", "text"}) {
    path += (path.empty() ? "" : ":") + kNamed + "/" + name;
  }
  const std::string built_in =
      plugin_of(json::parse(run(folder, kAgon + "list rules --json").out), "bp");
  BOOST_TEST_REQUIRE(!built_in.empty());
  const Ran listed = run(folder, "AGON_PLUGIN_PATH='" + path + "' " + kAgon + "list rules --json");
  BOOST_TEST(listed.code == 0);
  BOOST_TEST(plugin_of(json::parse(listed.out), "bp") == built_in);
  BOOST_TEST(plugin_of(json::parse(listed.out), "xor").empty());
  size_t warnings = 0;
  for (const std::string& line : lines(listed.err))
    warnings += has(line, "warning: plugin refused: /") ? 1 : 0;
  BOOST_TEST(warnings == 9u, listed.err);
  BOOST_TEST(run(folder, "AGON_PLUGIN_PATH='" + path + "' " + kAgon + "doctor").code == 0);
  BOOST_TEST(
      has(run(folder, "AGON_PLUGIN_PATH='" + path + "' " + kAgon + "info xor").out, "metric"));
  const std::string cells = "run quick -t xor --study accuracy -s 1 -r bp -r linear -o ";
  BOOST_TEST(run(folder, kAgon + cells + "without").code == 0);
  const Ran ran = run(
      folder, kAgon + cells + "with --plugin '" + kNamed + "/bp' --plugin '" + kNamed + "/types'");
  BOOST_TEST(ran.code == 0, ran.err);
  const Table without(folder / "without/cells.csv"), with(folder / "with/cells.csv");
  BOOST_TEST_REQUIRE(with.size() == without.size());
  for (size_t r = 0; r < with.size(); ++r) {
    for (const char* column : {"rule", "plugin_build", "status", "score_test", "loss_final"}) {
      BOOST_TEST(with.at(r, column) == without.at(r, column));
    }
  }
}

// What is built in is described by one child: a file that ends it costs the others nothing.
BOOST_AUTO_TEST_CASE(one_bad_built_in_file_disables_nothing) {
  TemporaryFolder folder;
  const std::filesystem::path agon = std::getenv("AGON");
  std::filesystem::create_directories(folder / "plugins");
  std::filesystem::copy_file(agon, folder / "agon");
  for (const char* rule : {"bp", "linear"}) {
    const std::string file = std::string(rule) + ".agon.so";
    std::filesystem::copy_file(agon.parent_path().parent_path() / "plugins" / file,
                               folder / "plugins" / file);
  }
  for (const char* bad : {"silent", "text"}) {
    const std::string file = std::string("named-") + bad + ".agon.so";
    std::filesystem::copy_file(kNamed + "/" + bad + "/" + file, folder / "plugins" / file);
    const Ran listed = run(folder, "./agon list rules --json");
    BOOST_TEST(listed.code == 0);
    const json rules = json::parse(listed.out);
    BOOST_TEST(!plugin_of(rules, "bp").empty());
    BOOST_TEST(!plugin_of(rules, "linear").empty());
    BOOST_TEST(has(listed.err, file + ": its description makes no sense"), listed.err);
  }
}

BOOST_AUTO_TEST_CASE(of_two_outside_files_the_first_has_the_name) {
  TemporaryFolder folder;
  for (const auto& [first, second] : {std::pair{"twin", "other"}, std::pair{"other", "twin"}}) {
    const Ran ran = run(folder, kAgon + "list rules --json --plugin '" + kNamed + "/" + first +
                                    "' --plugin '" + kNamed + "/" + second + "'");
    BOOST_TEST(ran.code == 0);
    BOOST_TEST(has(plugin_of(json::parse(ran.out), "twin"), std::string("named-") + first));
    BOOST_TEST(has(ran.err, std::string("named-") + second +
                                ".agon.so: its rule 'twin' cannot be called so: "),
               ran.err);
  }
}

BOOST_AUTO_TEST_CASE(a_rule_can_be_loaded_under_another_name) {
  TemporaryFolder folder;
  const std::string file = "'" + kNamed + "/bp/named-bp.agon.so'";
  const Ran ran = run(
      folder,
      kAgon + "run quick -t xor --study accuracy -s 1 -r bp -r mine -o out --plugin mine=" + file);
  BOOST_TEST(ran.code == 0, ran.err);
  const Table cells(folder / "out/cells.csv");
  BOOST_TEST(cells.where("rule", "mine").size() == 1u);
  BOOST_TEST(cells.where("rule", "bp").size() == 1u);
  BOOST_TEST(cells.where("status", "ok").size() == 2u);
  BOOST_TEST(has(run(folder, kAgon + "info mine --plugin mine=" + file).out, "An outside bp"));
  // Neither as something that is taken, nor for a folder or nothing.
  BOOST_TEST(run(folder, kAgon + "list rules --plugin ed=" + file).code == 4);
  BOOST_TEST(run(folder, kAgon + "list rules --plugin xor=" + file).code == 4);
  BOOST_TEST(run(folder, kAgon + "list rules --plugin mine='" + kNamed + "/bp'").code == 4);
  BOOST_TEST(run(folder, kAgon + "list rules --plugin mine=nothing.agon.so").code == 4);
}

BOOST_AUTO_TEST_CASE(a_plugin_path_is_absolute_and_bytes) {
  TemporaryFolder folder;
  const std::filesystem::path odd = folder / "caf\xe9 =x";
  std::filesystem::create_directory(odd);
  std::filesystem::copy_file(kNamed + "/twin/named-twin.agon.so", odd / "twin.agon.so");
  const Ran listed = run(folder, kAgon + "list rules --json --plugin $'caf\\xe9 =x'");
  BOOST_TEST(listed.code == 0, listed.err);
  const std::string path = plugin_of(json::parse(listed.out), "twin");
  BOOST_TEST(path.starts_with('/'), path);
  BOOST_TEST(has(run(folder, kAgon + "info twin --plugin $'caf\\xe9 =x'").out, "The first twin"));
}

BOOST_AUTO_TEST_CASE(texts_of_rules_reach_the_terminal_escaped) {
  TemporaryFolder folder;
  const std::string plugin = " --plugin '" + kNamed + "/escape'";
  const Ran info = run(folder, kAgon + "info escape" + plugin);
  BOOST_TEST(has(info.out, "\\x1b[31mred\\x1b[0m"), info.out);
  BOOST_TEST(!has(info.out, "\x1b"));
}
