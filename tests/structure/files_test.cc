// SPDX-License-Identifier: MIT
#include <boost/test/unit_test.hpp>
#include <regex>
#include <set>

#include "tests/structure/tree.h"

namespace agon::structure {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = AGON_SOURCE_DIR;

constexpr size_t kReadmeLines = 40;
constexpr size_t kSourceLines = 450;
constexpr size_t kTestLines = 600;

// What a person writes and reads as code. Data, golden vectors and lock files are none.
bool is_source(const std::string& path) {
  static const std::set<std::string, std::less<>> kEndings{
      ".h", ".hpp", ".c", ".cc", ".cpp", ".S", ".sh", ".py", ".js", ".mjs", ".css"};
  static const std::set<std::string, std::less<>> kCommands{"run.sh", "test.sh", ".ci/run"};
  return kCommands.contains(path) || kEndings.contains(fs::path(path).extension().string());
}

// Folders of the machine of whoever wrote a file, and of nobody else. Built from parts, so that
// this file does not match itself.
const std::regex& absolute_path() {
  static const std::regex pattern(std::string(R"re((^|[\s"'`=(:,\[])/)re") + "(wo" + "rk|ro" +
                                  "ot|ho" + R"re(me)($|[/\s"'`),:;\]]))re");
  return pattern;
}

// A path that leaves the repository for a folder beside it.
const std::string kOutside = std::string("../sha") + "red";

BOOST_AUTO_TEST_SUITE(files)

BOOST_AUTO_TEST_CASE(every_top_level_folder_has_a_short_readme) {
  std::set<std::string> folders{""};
  for (const std::string& file : project_files(kRoot)) {
    const size_t slash = file.find('/');
    // Hidden folders belong to tools, which say themselves what they are.
    if (slash != std::string::npos && file[0] != '.') folders.insert(file.substr(0, slash));
  }
  BOOST_TEST(folders.size() > 5u);
  for (const std::string& folder : folders) {
    const fs::path readme = kRoot / folder / "README.md";
    BOOST_TEST_CONTEXT("folder '" << folder << "'") {
      BOOST_TEST(fs::exists(readme), "README.md is missing");
      if (folder.empty() || !fs::exists(readme)) continue;  // the front page may be longer
      const size_t n = lines_of(read_file(readme)).size();
      BOOST_TEST(n <= kReadmeLines, "README.md has " << n << " lines, at most " << kReadmeLines);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_source_file_names_its_licence_and_is_short) {
  for (const std::string& file : project_files(kRoot)) {
    if (!is_source(file)) continue;
    const std::string text = read_file(kRoot / file);
    const auto lines = lines_of(text);
    bool licensed = false;
    for (size_t i = 0; i < lines.size() && i < 5; ++i) {
      licensed = licensed || lines[i].find("SPDX-License-Identifier:") != std::string_view::npos;
    }
    BOOST_TEST(licensed, file << ": no SPDX-License-Identifier in its first 5 lines");
    const size_t most = file.starts_with("tests/") ? kTestLines : kSourceLines;
    BOOST_TEST(lines.size() <= most,
               file << ": " << lines.size() << " lines, at most " << most << ": split it");
  }
}

BOOST_AUTO_TEST_CASE(no_file_names_a_folder_of_one_machine) {
  for (const std::string& file : project_files(kRoot)) {
    const std::string text = read_file(kRoot / file);
    if (is_binary(text)) continue;
    size_t number = 0;
    for (std::string_view line : lines_of(text)) {
      ++number;
      // Minified assets and data have lines of megabytes; a path in one is not what this looks for.
      if (line.size() > 4096) continue;
      const bool absolute =
          std::regex_search(line.data(), line.data() + line.size(), absolute_path());
      const bool outside = line.find(kOutside) != std::string_view::npos;
      BOOST_TEST(!absolute, file << ":" << number << ": a path of one machine: " << line);
      BOOST_TEST(!outside, file << ":" << number << ": a path outside the repository: " << line);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_lint_check_that_is_off_has_a_reason) {
  const std::string text = read_file(kRoot / ".clang-tidy");
  size_t off = 0;
  for (std::string_view line : lines_of(text)) {
    if (!line.starts_with("  -") || line.starts_with("  -*") || line.starts_with("  - ")) continue;
    ++off;
    std::string name(line.substr(3));
    if (name.ends_with(',')) name.pop_back();
    BOOST_TEST(text.find("#   " + name + ": ") != std::string::npos,
               name << ": no reason stands beside it");
  }
  BOOST_TEST(off > 0u);
}

BOOST_AUTO_TEST_CASE(the_pattern_for_machine_paths_is_right) {
  const auto hit = [](const std::string& s) { return std::regex_search(s, absolute_path()); };
  const std::string work = std::string("/wo") + "rk", home = std::string("/ho") + "me";
  BOOST_TEST(hit(work + "/x"));
  BOOST_TEST(hit("see \"" + home + "/me/x\""));
  BOOST_TEST(hit("DIR=" + work));
  BOOST_TEST(hit("PATH=a:" + home + "/b"));
  BOOST_TEST(!hit("runs" + work + "/x"));
  BOOST_TEST(!hit("${dir}" + work));
  BOOST_TEST(!hit("https://example.org" + home + "/x"));
  BOOST_TEST(!hit(home + "brew/bin"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::structure
