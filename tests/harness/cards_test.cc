// SPDX-License-Identifier: MIT
//
// Cards of rules and tasks: what `agon info` shows of them, and their page.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/support/shell.h"

using namespace agon::test;
using nlohmann::json;

namespace {

const std::string kAgon = "'" + std::string(std::getenv("AGON")) + "' ";
const std::string kOutside = std::getenv("AGON_TEST_PLUGINS");  // a rule of few words: versioned-1

void contains(const std::string& text, const std::vector<std::string>& parts) {
  for (const std::string& part : parts)
    BOOST_TEST(text.find(part) != std::string::npos, "no '" << part << "' in\n" << text);
}

// The file that a rule of outside lies in, with an expected.toml beside it.
std::string outside(const TemporaryFolder& folder, const std::string& expected) {
  std::filesystem::copy(kOutside + "/versioned-1.agon.so", folder / "one.agon.so",
                        std::filesystem::copy_options::overwrite_existing);
  folder.write("expected.toml", expected);
  return "--plugin one.agon.so ";
}

BOOST_AUTO_TEST_CASE(every_rule_of_the_tree_has_equations_that_can_be_set) {
  const TemporaryFolder folder;
  for (const json& rule : json::parse(run(folder, kAgon + "list rules --json").out)) {
    const std::string id =
        rule.is_string() ? rule.get<std::string>() : rule.at("id").get<std::string>();
    const json all = json::parse(run(folder, kAgon + "info " + id + " --json").out);
    BOOST_TEST(all.at("equations").size() >= 4, id);
    BOOST_TEST(all.at("limits").size() >= 1, id);
    const Ran page = run(folder, kAgon + "info " + id + " --html");
    BOOST_TEST(page.code == 0, page.err);
    size_t equations = 0;
    for (size_t at = 0; (at = page.out.find("<math ", at)) != std::string::npos; ++at) ++equations;
    BOOST_TEST(equations == all.at("equations").size(),
               id << ": some stand there as they were written");
    contains(page.out, {"<!doctype html>", "Default", "</html>"});
    BOOST_TEST(page.out.find("<script") == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(the_page_goes_where_it_is_told) {
  const TemporaryFolder folder;
  const Ran ran = run(folder, kAgon + "info bp --html -o bp.html");
  BOOST_TEST(ran.code == 0, ran.err);
  BOOST_TEST(ran.out == "bp.html\n");
  contains(read_file(folder / "bp.html"),
           {"<mi>δ</mi>", "Backpropagation", "width 4", "learning rate"});
  contains(run(folder, kAgon + "info digits --html").out, {"<h1>", "digits", "class=\"card\""});
  for (const auto& [arguments, words] : std::vector<std::pair<std::string, std::string>>{
           {"info quick --html", "a suite has no card"},
           {"info bp --html --json", "it does not go with --json"},
           {"info bp -o bp.html", "only a page is written to a file"},
           {"info bp --html -o no/such/place.html", "no/such"}}) {
    const Ran bad = run(folder, kAgon + arguments);
    BOOST_TEST(bad.code != 0, arguments);
    contains(bad.err, {words});
  }
}

BOOST_AUTO_TEST_CASE(what_a_rule_lacks_is_said) {
  const TemporaryFolder folder;
  const std::string plugin =
      outside(folder,
              "suite = \"s\"\nscores = [[\"versioned\", \"xor\", \"default\", "
              "\"accuracy\", 5, 0.75, 0.7, 0.8, nan, \"lr <b>\"]]\n");
  const Ran text = run(folder, kAgon + "info versioned " + plugin);
  contains(text.out, {"It shows no tensors()", "xor", "0.750 [0.700, 0.800] over 5 seeds"});
  const Ran page = run(folder, kAgon + "info versioned --html " + plugin);
  contains(page.out, {"It shows no tensors()", "Expected scores, by the suite s", "0.750",
                      "lr &lt;b&gt;", "not counted"});
  const Ran task = run(folder, kAgon + "info xor --html " + plugin);
  contains(task.out, {"Expected scores, by the suite standard-1", "versioned", " by s<"});
}

BOOST_AUTO_TEST_CASE(a_broken_table_of_scores_is_named_on_the_card) {
  const TemporaryFolder folder;
  for (
      const auto& [text, words] : std::vector<std::pair<std::string, std::string>>{
          {"suite = 3\nscores = []", "expected.toml:1"},
          {"suite = \"s\"\nscores = [[\"versioned\"]]", "another number of columns"},
          {"suite = \"s\"\nscores = [[\"versioned\", \"xor\", \"default\", \"accuracy\", 5, 1, 1, 1, \"no\"]]",
           "is no number"},
          {"suite = \"s\"\nruns = 3\nscores = [[]]", "runs"}}) {
    const Ran ran = run(folder, kAgon + "info versioned " + outside(folder, text));
    BOOST_TEST(ran.code == 0, ran.err);
    contains(ran.out, {words});
  }
}

}  // namespace
