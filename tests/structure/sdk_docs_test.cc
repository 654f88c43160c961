// SPDX-License-Identifier: MIT
//
// Every public header of the SDK says what fails and on which threads, and every public function what it does:
// this lists those that do not.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <vector>

namespace agon::structure {
namespace {

namespace fs = std::filesystem;

const fs::path kSdk = fs::path(AGON_SOURCE_DIR) / "plugins/sdk/agon";

std::vector<std::string> lines_of_file(const fs::path& file) {
  std::ifstream in(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<fs::path> headers() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::recursive_directory_iterator(kSdk)) {
    if (entry.path().extension() == ".h") out.push_back(entry.path());
  }
  std::ranges::sort(out);
  return out;
}

bool is_comment(const std::string& line) {
  return std::regex_search(line, std::regex(R"(^\s*(//|/\*|\*))"));
}

// The comment that opens a header.
std::string opening(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) {
    if (!is_comment(line)) break;
    out += line + " ";
  }
  return out;
}

// Public functions without a comment above them or above the group they stand in, a group being lines
// without a blank one between: of namespace agon, of its classes' public parts, and of the tables of the ABI.
std::vector<std::string> undocumented(const std::vector<std::string>& lines) {
  static const std::regex function(
      R"(^(  )?(template .*|\[\[nodiscard\]\] |inline |constexpr |consteval |static |virtual |explicit )*)"
      R"([A-Za-z_][\w:<>, *&]* [*&]?\w+\(.*)");
  static const std::regex verb(R"(^  \w[\w ]*\*? ?\(\*\w+\)\()");
  std::vector<std::string> out;
  bool detail = false, hidden = false;  // hidden: in a private part
  bool documented = false;
  for (const std::string& line : lines) {
    if (line.starts_with("namespace") && line.find("detail") != std::string::npos) detail = true;
    if (line.starts_with("}  // namespace") && line.find("detail") != std::string::npos)
      detail = false;
    if (line == " private:") hidden = true;
    if (line == "};") hidden = false;
    if (line.empty()) documented = false;
    if (is_comment(line)) documented = true;
    if (detail || hidden || documented || is_comment(line)) continue;
    if (line.find(" { ") != std::string::npos && line.ends_with("}")) continue;  // says it itself
    const bool beside =
        line.find("//") != std::string::npos || line.find("/*") != std::string::npos;
    const bool control =
        std::regex_search(line, std::regex(R"(^\s*(return|if|for|while|switch|using|typedef)\b)"));
    if (!beside && !control && (std::regex_search(line, function) || std::regex_search(line, verb)))
      out.push_back(line);
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sdk_docs)

BOOST_AUTO_TEST_CASE(every_header_says_what_fails_and_on_which_threads) {
  BOOST_TEST(headers().size() > 30);
  for (const fs::path& header : headers()) {
    const std::string text = opening(lines_of_file(header));
    BOOST_TEST(std::regex_search(text, std::regex("Errors?:|can fail|nothing fails|throws")),
               header.lexically_relative(kSdk).string() << " does not say what fails");
    BOOST_TEST(std::regex_search(text, std::regex(R"(Threads?:|\[model\]|\[any\])")),
               header.lexically_relative(kSdk).string() << " does not say on which threads");
  }
}

BOOST_AUTO_TEST_CASE(every_public_function_says_what_it_does) {
  for (const fs::path& header : headers()) {
    for (const std::string& line : undocumented(lines_of_file(header)))
      BOOST_ERROR(header.lexically_relative(kSdk).string() << ": no comment above:" << line);
  }
}

BOOST_AUTO_TEST_CASE(a_function_without_a_comment_is_seen) {
  BOOST_TEST(undocumented({"namespace agon {", "", "inline void nothing(int x) {"}).size() == 1);
  BOOST_TEST(undocumented({"// What it is.", "inline void nothing(int x) {"}).empty());
  BOOST_TEST(undocumented({" private:", "  void nothing(int x) {"}).empty());
  BOOST_TEST(undocumented({"  agon_status (*verb)(agon_call*, float x);"}).size() == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::structure
