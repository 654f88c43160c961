// SPDX-License-Identifier: MIT
//
// agon catalogue build: three outside rules, one of them in Python, become cards; what is wrong with an entry
// is its own row and nobody else's.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/support/shell.h"

using namespace agon::test;
using nlohmann::json;

namespace {

const std::string kAgon = "'" + std::string(std::getenv("AGON")) + "' ";
const std::filesystem::path kEntries = std::getenv("AGON_CATALOGUE");  // plugins/catalogue
const bool kPython = std::string(std::getenv("AGON_HAS_PYTHON")) == "1";

void contains(const std::string& text, const std::vector<std::string>& parts) {
  for (const std::string& part : parts)
    BOOST_TEST(text.find(part) != std::string::npos, "no '" << part << "' in\n" << text);
}

// The examples as a repository of their own, in folder/rules; the name of its commit.
std::string repository(const TemporaryFolder& folder) {
  std::filesystem::copy(kEntries / "examples", folder / "rules",
                        std::filesystem::copy_options::recursive);
  const Ran made =
      run(folder,
          "cd rules && git init -q && git add . && git -c user.name=a -c user.email=a@b "
          "commit -q -m a && git rev-parse HEAD");
  BOOST_TEST_REQUIRE(made.code == 0, made.err);
  return lines(made.out).at(0);
}

// An entry of the test's repository, whose lines `other` replaces or, empty, leaves out.
std::string entry(const std::string& commit, std::map<std::string, std::string> other) {
  std::map<std::string, std::string> all{{"schema", "1"},
                                         {"repository", "\"../rules\""},
                                         {"commit", "\"" + commit + "\""},
                                         {"folder", "\"fa\""},
                                         {"licence", "\"MIT\""},
                                         {"paper", "\"a paper\""},
                                         {"maintainer", "\"somebody\""}};
  for (auto& [key, value] : other) all[key] = value;
  std::string text;
  for (const auto& [key, value] : all) {
    if (!value.empty()) text += key + " = " + value + "\n";
  }
  return text;
}

json rows(const TemporaryFolder& folder) {
  return json::parse(read_file(folder / "site/agon-catalogue.json")).at("rules");
}

Ran build(const TemporaryFolder& folder) {
  return run(folder, "XDG_CACHE_HOME=\"$PWD/cache\" " + kAgon + "catalogue build entries -o site");
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_bad_entry_is_one_row_with_its_reason) {
  const TemporaryFolder folder;
  const std::string commit = repository(folder), zeros(40, '0');
  std::filesystem::create_directories(folder / "entries");
  std::filesystem::create_directories(folder / "rules/broken");
  folder.write("rules/broken/CMakeLists.txt", read_file(kEntries / "examples/fa/CMakeLists.txt"));
  folder.write("rules/broken/fa.cc", "#include \"agon/rule.h\"\nint main( {\n");
  const Ran more =
      run(folder,
          "cd rules && git add . && git -c user.name=a -c user.email=a@b commit -q -m b && "
          "git rev-parse HEAD");
  const std::string second = lines(more.out).at(0);
  const std::map<std::string, std::pair<std::string, std::string>> bad{
      {"wrong-commit", {entry(zeros, {}), "the repository has no commit " + zeros}},
      {"short-commit", {entry("abc", {}), "all 40 hex digits"}},
      {"no-licence", {entry(commit, {{"licence", ""}}), "licence"}},
      {"other-name", {entry(commit, {}), "its sources make no rule 'other-name' but fa"}},
      {"fa",
       {entry(commit, {{"licence", "\"GPL-3.0-only\""}}), "the rule says that its licence is MIT"}},
      {"no-such-path", {entry(commit, {{"repository", "\"../nowhere\""}}), "cannot be fetched"}},
      {"no-such-folder", {entry(commit, {{"folder", "\"lost\""}}), "has no lost"}},
      {"leads-out", {entry(commit, {{"folder", "\"../../etc\""}}), "leads out of the repository"}},
      {"runs-a-command",
       {entry(commit, {{"repository", "\"ext::touch pwned\""}}), "neither a path nor an address"}},
      {"an-option", {entry(commit, {{"repository", "\"--upload-pack=touch\""}}), "neither a path"}},
      {"unknown-key", {entry(commit, {{"licenze", "\"MIT\""}}), "licenze"}},
      {"build-error", {entry(second, {{"folder", "\"broken\""}}), "fa.cc:2"}},
      {"no-plugin", {entry(commit, {{"folder", "\"ff-py\""}}), "its sources make no rule"}},
      {"Bad_Name", {entry(commit, {}), "is not called as a rule may be"}},
  };
  for (const auto& [name, about] : bad) folder.write("entries/" + name + ".toml", about.first);
  const Ran ran = build(folder);
  BOOST_TEST(ran.code == 1, ran.out + ran.err);
  const json all = rows(folder);
  BOOST_TEST(all.size() == bad.size());
  for (const json& row : all) {
    const auto rule = row.at("rule").get<std::string>(),
               failure = row.at("failure").get<std::string>();
    if (rule == "no-plugin")
      continue;  // of a folder without CMakeLists.txt: whatever the reason is
    BOOST_TEST(failure.find(bad.at(rule).second) != std::string::npos, rule << ": " << failure);
    BOOST_TEST(std::filesystem::exists(folder / ("site/rules/" + rule + "/index.html")));
  }
  BOOST_TEST(!std::filesystem::exists(folder / "pwned"));
  contains(read_file(folder / "site/index.html"),
           {"wrong-commit", "failed", "the repository has no commit"});
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_no_catalogue_is_refused) {
  const TemporaryFolder folder;
  BOOST_TEST(run(folder, kAgon + "catalogue build nowhere -o site").code == 2);
  std::filesystem::create_directories(folder / "entries");
  contains(run(folder, kAgon + "catalogue build entries -o site").err, {"holds no entry"});
  folder.write("entries/fa.toml", "schema = 1\n");
  std::filesystem::create_directories(folder / "mine");
  folder.write("mine/thesis.txt", "years of work");
  const Ran other = run(folder, kAgon + "catalogue build entries -o mine");
  BOOST_TEST(other.code == 2);
  contains(other.err, {"holds something else than a catalogue of agon: thesis.txt"});
  contains(run(folder, kAgon + "catalogue build entries").err, {"add -o SITE"});
  contains(run(folder, kAgon + "catalogue burn entries -o site").err, {"agon catalogue build"});
}

// The entries of the tree name the trees of its examples as they are.
BOOST_AUTO_TEST_CASE(entries_of_the_tree_are_of_its_examples) {
  const TemporaryFolder folder;
  repository(folder);
  for (const char* name : {"fa", "pepita", "ff-py"}) {
    const Ran tree = run(folder, std::string("cd rules && git rev-parse HEAD:") + name);
    BOOST_TEST_REQUIRE(tree.code == 0, tree.err);
    contains(read_file(kEntries / (std::string(name) + ".toml")),
             {"commit = \"" + lines(tree.out).at(0) + "\""});
  }
}

BOOST_AUTO_TEST_CASE(three_outside_rules_become_cards, *boost::unit_test::timeout(600)) {
  const TemporaryFolder folder;
  const std::string commit = repository(folder);
  std::filesystem::create_directories(folder / "entries");
  const std::string digits = "[[expected]]\ntask = \"digits\"\nat_least = ";
  folder.write("entries/fa.toml", entry(commit, {{"level", "4"}}) + digits + "0.95\n");
  folder.write("entries/pepita.toml",
               entry(commit, {{"folder", "\"pepita\""},
                              {"repository", "\"file://" + (folder / "rules").string() + "\""}}) +
                   digits + "0.999\n");
  size_t rules = 2;
  if (kPython) {
    ++rules;
    folder.write(
        "entries/ff-py.toml",
        entry(commit, {{"folder", "\"ff-py\""}, {"source", "\"ff_py.py\""}}) + digits + "0.9\n");
  }
  const Ran ran = build(folder);
  BOOST_TEST(ran.code == 1, ran.out + ran.err);
  const json all = rows(folder);
  BOOST_TEST_REQUIRE(all.size() == rules);
  for (const json& row : all) {
    const auto rule = row.at("rule").get<std::string>();
    const auto failure = row.at("failure").get<std::string>();
    if (rule == "pepita")
      contains(failure, {"on digits, the entry expects at least 0.999"});
    else
      BOOST_TEST(failure.empty(), rule << ": " << failure);
    BOOST_TEST(row.at("scores").at("digits").at("mean").get<double>() > 0.9, rule);
    BOOST_TEST(row.at("scores").at("digits").at("seeds") == 5, rule);
    const std::string page = read_file(folder / ("site/rules/" + rule + "/index.html"));
    contains(page, {"<math ", "Known limits", commit, "report.html", "somebody"});
    BOOST_TEST(std::filesystem::exists(folder / ("site/rules/" + rule + "/report.html")));
  }
  // The same again takes the place of what was there.
  std::filesystem::remove(folder / "entries/pepita.toml");
  std::filesystem::remove(folder / "entries/ff-py.toml");
  BOOST_TEST(build(folder).code == 0);
  BOOST_TEST(rows(folder).size() == 1);
}
