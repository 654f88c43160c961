// SPDX-License-Identifier: MIT
//
// What the program says of itself to shells, to man and to scripts follows from its verbs and options.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <regex>

#include "tests/support/shell.h"

using namespace agon::test;
using nlohmann::json;

namespace {

const std::filesystem::path kProgram = std::getenv("AGON");
const std::string kAgon = "'" + kProgram.string() + "' ";
const std::string kOnPath = "PATH='" + kProgram.parent_path().string() + "':\"$PATH\"\n";

bool has(const TemporaryFolder& folder, const std::string& program) {
  return run(folder, "command -v " + program).code == 0;
}

// What bash offers where these words stand, the last of them being typed.
std::string offered(const TemporaryFolder& folder, const std::string& words) {
  const Ran ran =
      run(folder, kOnPath + "source <(agon completion bash)\nCOMP_WORDS=(" + words +
                      ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_agon\necho \"${COMPREPLY[*]}\"");
  BOOST_TEST(ran.err == "");
  return ran.out.substr(0, ran.out.find('\n'));
}

// Verbs and their long options, as --help says them.
std::vector<std::string> words_of_help(const TemporaryFolder& folder) {
  std::vector<std::string> words;
  std::smatch found;
  const std::string all = run(folder, kAgon + "--help").out;
  const size_t from = all.find("Subcommands:");
  BOOST_TEST_REQUIRE(from != std::string::npos);
  for (const std::string& line : lines(all.substr(from))) {
    if (!std::regex_search(line, found, std::regex("^  ([a-z]+)"))) continue;
    const std::string verb = found[1];
    words.push_back(verb);
    for (const std::string& option : lines(run(folder, kAgon + verb + " --help").out)) {
      if (std::regex_search(option, found, std::regex("^  (?:-[a-z],)?(--[a-z-]+)")))
        words.push_back(found[1]);
    }
  }
  BOOST_TEST(words.size() > 40);
  return words;
}

BOOST_AUTO_TEST_CASE(bash_offers_verbs_options_and_names) {
  const TemporaryFolder folder;
  BOOST_TEST(offered(folder, "agon ru") == "run");
  BOOST_TEST(offered(folder, "agon run --shar") == "--shard");
  BOOST_TEST(offered(folder, "agon run -t digits-f") == "digits-folds");
  BOOST_TEST(offered(folder, "agon run qui") == "quick");
  BOOST_TEST(offered(folder, "agon run quick -r linea") == "linear");
  BOOST_TEST(offered(folder, "agon info monol") == "monolith monolith-memo");
  BOOST_TEST(offered(folder, "agon list ta") == "tasks");
  BOOST_TEST(offered(folder, "agon completion zs") == "zsh");
  BOOST_TEST(offered(folder, "agon report nothing-of-this-name") == "");
}

BOOST_AUTO_TEST_CASE(every_verb_and_option_is_known_to_every_shell_and_to_man) {
  const TemporaryFolder folder;
  const std::vector<std::string> words = words_of_help(folder);
  for (const char* what : {"bash", "zsh", "fish", "man"}) {
    std::string text = run(folder, kAgon + "completion " + what).out;
    text = std::regex_replace(text, std::regex(R"(\\-)"), "-");
    for (const std::string& word : words) {
      const bool fish = std::string(what) == "fish" && word.starts_with("--");
      BOOST_TEST(text.find(fish ? "-l " + word.substr(2) : word) != std::string::npos,
                 what << word);
    }
    for (const char* hidden : {"    worker)", "-a worker", "SS worker"})
      BOOST_TEST(text.find(hidden) == std::string::npos, what << hidden);
  }
}

BOOST_AUTO_TEST_CASE(the_shells_themselves_take_it) {
  const TemporaryFolder folder;
  for (const char* shell : {"bash", "zsh", "fish"}) {
    if (!has(folder, shell)) continue;
    const Ran ran =
        run(folder, kAgon + "completion " + shell + " -o agon.txt && " + shell + " -n agon.txt");
    BOOST_TEST(ran.code == 0, shell << ": " << ran.err);
    BOOST_TEST(ran.out + ran.err == "", shell);
  }
  if (has(folder, "groff")) {
    const Ran ran = run(folder, kAgon + "completion man | groff -man -ww -z");
    BOOST_TEST(ran.out + ran.err == "");
  }
  if (has(folder, "fish")) {
    const Ran ran = run(folder, kOnPath +
                                    "agon completion fish -o a.fish\n"
                                    "fish -c 'source a.fish; complete -C \"agon run --shar\"; "
                                    "complete -C \"agon list ta\"'");
    BOOST_TEST(ran.out.find("--shard") != std::string::npos, ran.out + ran.err);
    BOOST_TEST(ran.out.find("tasks") != std::string::npos, ran.out + ran.err);
  }
}

BOOST_AUTO_TEST_CASE(the_version_for_scripts) {
  const TemporaryFolder folder;
  const Ran ran = run(folder, kAgon + "--version --json");
  BOOST_TEST(ran.code == 0, ran.err);
  const json about = json::parse(ran.out);
  BOOST_TEST("agon " + about.at("version").get<std::string>() + "\n" ==
             run(folder, kAgon + "--version").out);
  BOOST_TEST(about.at("abi_minor").is_number());
  for (const char* key : {"compiler", "flags", "git_commit", "simd_target"})
    BOOST_TEST(about.at(key).is_string(), key);
  BOOST_TEST(run(folder, kAgon + "--json --version").out == ran.out);
}

BOOST_AUTO_TEST_CASE(no_such_shell) {
  const TemporaryFolder folder;
  const Ran ran = run(folder, kAgon + "completion tcsh");
  BOOST_TEST(ran.code == 2);
  BOOST_TEST(ran.err.find("no such shell") != std::string::npos, ran.err);
  BOOST_TEST(run(folder, kAgon + "completion bash -o no/such/folder").code == 6);
}

BOOST_AUTO_TEST_CASE(the_doctor_shows_the_variables) {
  const TemporaryFolder folder;
  const std::string out =
      run(folder, "AGON_DATA_DIR=/somewhere AGON_TASK_PATH='' " + kAgon + "doctor").out;
  for (const char* name : {"AGON_PLUGIN_PATH", "AGON_TASK_PATH", "AGON_DATA_DIR", "NO_COLOR"})
    BOOST_TEST(out.find(name) != std::string::npos, out);
  BOOST_TEST(out.find("/somewhere (folders with data sets") != std::string::npos, out);
}

}  // namespace
