// SPDX-License-Identifier: MIT
//
// Every public header of the SDK says what fails, on which threads, and where a formula comes from; every public
// function what it does and of which shape its matrices are: this lists those that do not.
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
    out += line + "\n";
  }
  return out;
}

// A public function with the comments of the group it stands in, a group being lines without a blank one
// between: of namespace agon, of its classes' public parts, and of the tables of the ABI.
struct Function {
  std::string line, declaration, comment;
  bool says_itself = false;  // one line that is all of it
};

std::vector<Function> functions(const std::vector<std::string>& lines) {
  static const std::regex function(
      R"(^(  )?(template .*|\[\[nodiscard\]\] |inline |constexpr |consteval |static |virtual |explicit )*)"
      R"([A-Za-z_][\w:<>, *&]* [*&]?\w+\(.*)");
  static const std::regex verb(R"(^  \w[\w ]*\*? ?\(\*\w+\)\()");
  static const std::regex control(R"(^\s*(return|if|for|while|switch|using|typedef)\b)");
  std::vector<Function> out;
  bool detail = false, hidden = false;  // hidden: in a private part
  std::string comment;
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    if (line.starts_with("namespace") && line.find("detail") != std::string::npos) detail = true;
    if (line.starts_with("}  // namespace") && line.find("detail") != std::string::npos)
      detail = false;
    if (line == " private:") hidden = true;
    if (line == "};") hidden = false;
    if (line.empty()) comment.clear();
    if (is_comment(line)) comment += line + "\n";
    if (detail || hidden || is_comment(line) || std::regex_search(line, control)) continue;
    if (!std::regex_search(line, function) && !std::regex_search(line, verb)) continue;
    Function one{line, line, comment, line.find(" { ") != std::string::npos && line.ends_with("}")};
    static const std::regex end(R"([;{}]\s*(//.*|/\*.*)?$)");
    for (size_t k = i; !std::regex_search(one.declaration, end) && k + 1 < lines.size();)
      one.declaration += lines[++k];
    for (const char* mark : {"//", "/*"}) {
      if (const size_t at = line.find(mark); at != std::string::npos)
        one.comment += line.substr(at);
    }
    out.push_back(std::move(one));
  }
  return out;
}

// Those of which nothing is said.
std::vector<std::string> undocumented(const std::vector<std::string>& lines) {
  std::vector<std::string> out;
  for (const Function& one : functions(lines)) {
    if (one.comment.empty() && !one.says_itself) out.push_back(one.line);
  }
  return out;
}

// Those with matrices of which no shape is said.
std::vector<std::string> without_shapes(const std::vector<std::string>& lines) {
  static const std::regex matrix(R"(\b(ConstView|View|Matrix|agon_cmat|agon_mat)\b)");
  static const std::regex shape(
      R"(\[[^\]]+ x [^\]]+\]|\[\w+\] floats|\bshapes?\b|row by row|elementwise|\brows\b|\bsame\b)",
      std::regex::icase);
  std::vector<std::string> out;
  for (const Function& one : functions(lines)) {
    if (std::regex_search(one.declaration, matrix) &&
        !std::regex_search(one.comment + one.declaration, shape))
      out.push_back(one.line);
  }
  return out;
}

// A header that opens with formulas, those of a paper: numbered or of two sides.
bool has_formulas(const std::string& text) {
  return std::regex_search(text, std::regex(R"(// +(\(\d\)|\w+:) .* = )"));
}
bool names_source(const std::string& text) {
  return std::regex_search(
      text, std::regex(R"(\b(19|20)\d\d\b|\(\d{4}\)|see agon/|See agon/|agon/ridge\.h)"));
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

BOOST_AUTO_TEST_CASE(every_function_of_matrices_says_their_shapes) {
  for (const fs::path& header : headers()) {
    for (const std::string& line : without_shapes(lines_of_file(header)))
      BOOST_ERROR(header.lexically_relative(kSdk).string() << ": no shape said of:" << line);
  }
}

BOOST_AUTO_TEST_CASE(every_formula_has_a_source) {
  size_t with = 0;
  for (const fs::path& header : headers()) {
    const std::string text = opening(lines_of_file(header));
    if (!has_formulas(text)) continue;
    ++with;
    BOOST_TEST(names_source(text), header.lexically_relative(kSdk).string()
                                       << " does not name the source of its formulas");
  }
  BOOST_TEST(with >= 4u);
}

BOOST_AUTO_TEST_CASE(a_function_without_a_comment_is_seen) {
  BOOST_TEST(undocumented({"namespace agon {", "", "inline void nothing(int x) {"}).size() == 1);
  BOOST_TEST(undocumented({"// What it is.", "inline void nothing(int x) {"}).empty());
  BOOST_TEST(undocumented({" private:", "  void nothing(int x) {"}).empty());
  BOOST_TEST(undocumented({"  agon_status (*verb)(agon_call*, float x);"}).size() == 1);
}

BOOST_AUTO_TEST_CASE(a_matrix_without_a_shape_is_seen) {
  const std::string line = "inline void add(const Context& ctx, ConstView x,";
  BOOST_TEST(without_shapes({"// Adds.", line, "                View y) {"}).size() == 1);
  BOOST_TEST(without_shapes({"// y [n x d] += x.", line, "                View y) {"}).empty());
  BOOST_TEST(without_shapes({"// Adds.", "inline void add(float x) {"}).empty());
}

BOOST_AUTO_TEST_CASE(a_formula_without_a_source_is_seen) {
  BOOST_TEST(has_formulas("//   (1)  y = W x "));
  BOOST_TEST(!names_source("//   (1)  y = W x "));
  BOOST_TEST(names_source("//   (1)  y = W x \n// A. Nobody, 2015"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::structure
