// SPDX-License-Identifier: MIT
#include <boost/test/unit_test.hpp>
#include <regex>

#include "tests/structure/tree.h"

namespace agon::structure {
namespace {

// The one place that writes to standard output and error.
constexpr std::string_view kConsole = "harness/run/console.";

bool may_print(const std::string& path) {
  if (path.starts_with(kConsole)) return true;
  for (const char* room : {"core/", "datasets/", "harness/", "reports/"}) {
    if (path.starts_with(room)) return false;
  }
  return true;
}

const std::regex& printing() {
  static const std::regex pattern(
      R"re(\bfmt::print\b|\bstd::(cout|cerr|clog)\b|\b(f|v|vf)?printf\(|\b(f?puts|putchar|perror)\(|\bfwrite\()re");
  return pattern;
}

BOOST_AUTO_TEST_SUITE(streams)

BOOST_AUTO_TEST_CASE(only_the_console_writes_to_the_standard_streams) {
  const std::filesystem::path root = AGON_SOURCE_DIR;
  size_t checked = 0;
  for (const std::string& file : project_files(root)) {
    if (may_print(file) || !(file.ends_with(".cc") || file.ends_with(".h"))) continue;
    ++checked;
    size_t number = 0;
    const std::string text = read_file(root / file);
    for (std::string_view line : lines_of(text)) {
      ++number;
      BOOST_TEST(!std::regex_search(line.data(), line.data() + line.size(), printing()),
                 file << ":" << number << ": prints by itself, use " << kConsole << "h: " << line);
    }
  }
  BOOST_TEST(checked > 100u);
}

BOOST_AUTO_TEST_CASE(the_pattern_for_printing_is_right) {
  const auto hit = [](const std::string& s) { return std::regex_search(s, printing()); };
  for (const char* line : {"fmt::print(stderr, x)", "std::cout << x", "printf(\"x\")",
                           "std::fprintf(f, x)", "puts(x)"}) {
    BOOST_TEST(hit(line), line);
  }
  for (const char* line :
       {"fmt::format(x)", "std::snprintf(b, 3, x)", "say(x)", "inputs(x)", "print_table(rows)"}) {
    BOOST_TEST(!hit(line), line);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::structure
