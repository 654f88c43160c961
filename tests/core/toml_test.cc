// SPDX-License-Identifier: MIT
#include "core/toml.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>

#include "core/error.h"

using namespace agon;
using namespace agon::core;

namespace {

// "place: reason\nfix" of what fn throws, "" when it throws nothing.
std::string error_of(const std::function<void()>& fn) {
  try {
    fn();
  } catch (const Error& e) {
    BOOST_TEST((e.exit() == Exit::usage));
    return e.thing() + ": " + e.reason() + "\n" + e.fix();
  }
  return "";
}

// Whether the text may be parsed; it need not be TOML.
bool fits(const std::string& toml) {
  const std::string error = error_of([&] { TomlFile(toml, "t"); });
  return error.find("more than 64") == std::string::npos &&
         error.find("at most") == std::string::npos;
}

std::string repeated(const std::string& text, size_t n) {
  std::string out;
  for (size_t i = 0; i < n; ++i) out += text;
  return out;
}

const std::string kText = R"(title = "t"
empty = ""
whole = 3
real = 2.5
bad = nan
yes = true
day = 2020-01-01
[source]
bits = 3
names = ["a", "b"]
mixed = ["a", 1]
none = []
[[study]]
name = "one"
  [[study.grid]]
  rules = ["x"]
[[study]]
list = [1, 9]
)";

// What a read of kText at `fn` must answer: the place, and parts of reason and fix.
void refuses(const std::function<void(const TomlTable&)>& fn, const std::string& place,
             const std::string& reason, const std::string& fix = "") {
  const TomlFile file(kText, "t.toml");
  const std::string text = error_of([&] { fn(file.top()); });
  BOOST_TEST(text.starts_with("t.toml:" + place + ": "), text);
  BOOST_TEST(text.find(reason) != std::string::npos, text);
  BOOST_TEST(text.substr(std::min(text.find('\n'), text.size())).find(fix) != std::string::npos,
             text);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(toml)

BOOST_AUTO_TEST_CASE(values_are_read_by_their_type) {
  const TomlFile file(kText, "t.toml");
  const TomlTable top = file.top();
  BOOST_TEST(top.text("title") == "t");
  BOOST_TEST(top.text_or("absent", "x") == "x");
  BOOST_TEST(top.integer("whole", 1, 3) == 3);
  BOOST_TEST(top.integer_or("absent", 1, 3, 7) == 7);
  BOOST_TEST(top.number("whole", 0, 3) == 3.0);
  BOOST_TEST(top.number("real", 2.5, 2.5) == 2.5);
  BOOST_TEST(top.number_or("absent", 1.5) == 1.5);
  BOOST_TEST(top.boolean("yes"));
  BOOST_TEST(top.choice("title", std::vector<std::string_view>{"s", "t"}) == "t");
  BOOST_TEST(!top.item("title").as_number().has_value());
  BOOST_TEST(std::isnan(*top.item("bad").as_number()));
  const TomlTable source = top.section("source");
  BOOST_TEST(source.texts("names") == (std::vector<std::string>{"a", "b"}),
             boost::test_tools::per_element());
  BOOST_TEST(source.item("names").where() == "t.toml:10:9");
  BOOST_TEST(source.list("names", "texts").at(1).where(1) == "t.toml:10:16");
  const std::vector<TomlTable> studies = top.tables("study");
  BOOST_TEST_REQUIRE(studies.size() == 2u);
  BOOST_TEST(studies[0].text("name") == "one");
  BOOST_TEST(studies[0].tables("grid").at(0).texts("rules").at(0) == "x");
  BOOST_TEST(studies[1].integers("list", 1, 9).at(1) == 9);
}

BOOST_AUTO_TEST_CASE(every_refusal_names_place_reason_and_fix) {
  using T = const TomlTable&;
  refuses([](T t) { t.text("whole"); }, "3:9", "'whole' must be a text", "in quotes");
  refuses([](T t) { t.text("empty"); }, "2:9", "'empty' must be a text", "not empty");
  refuses([](T t) { t.text("day"); }, "7:7", "'day' must be a text");
  refuses([](T t) { t.integer("real", 1, 9); }, "4:8", "'real' must be a whole number from 1 to 9",
          "write e.g. 3");
  refuses([](T t) { t.integer("whole", 4, 9); }, "3:9", "from 4 to 9", "write e.g. 4");
  refuses([](T t) { t.number("bad", 0, 1); }, "5:7", "'bad' must be a number from 0 to 1");
  refuses([](T t) { t.number_or("bad", 0); }, "5:7", "'bad' must be a number");
  refuses([](T t) { t.number("title", 0, 1); }, "1:9", "must be a number", "without quotes");
  refuses([](T t) { t.boolean("whole"); }, "3:9", "'whole' must be true or false");
  refuses([](T t) { t.choice("title", std::vector<std::string_view>{"tt"}); }, "1:9",
          "'title' has the unknown value 't'", "'tt'");
  refuses([](T t) { t.text("absent"); }, "1:1", "'absent' is missing", "add it to the top level");
  refuses([](T t) { t.section("source").text("type"); }, "8:1", "'source.type' is missing",
          "add it to the table [source]");
  refuses([](T t) { t.tables("study")[1].text("name"); }, "17:1", "'name' is missing",
          "add it to this [[study]]");
  refuses([](T t) { t.section("whole"); }, "3:9", "'whole' must be a table", "[whole]");
  refuses([](T t) { t.tables("whole"); }, "3:9", "'whole' must be a list of tables");
  refuses([](T t) { t.tables("study")[1].tables("list"); }, "18:9", "'list' must be a table",
          "[[list]]");
  refuses([](T t) { t.section("source").texts("mixed"); }, "11:15",
          "'source.mixed' must be a text");
  refuses([](T t) { t.section("source").texts("none"); }, "12:8",
          "'source.none' must be a list of texts", "at least one");
  refuses([](T t) { t.tables("study")[1].integers("list", 2, 9); }, "18:9",
          "'list' must be a whole number from 2 to 9");
  refuses(
      [](T t) {
        t.section("source").allow_only({"bits", "names", "mixed", "nine"});
      },
      "12:1", "unknown key 'source.none'", "did you mean 'nine'?");
  refuses([](T t) { t.fail("whole", "is odd", "make it even"); }, "3:9", "'whole' is odd",
          "make it even");
  BOOST_TEST(error_of([] { TomlFile("a = = 1", "t"); }).starts_with("t:1:5: "));
}

BOOST_AUTO_TEST_CASE(toml_is_measured_before_it_is_parsed) {
  const size_t n = kMostTomlDepth;
  BOOST_TEST(fits("a" + repeated(".a", n) + " = 1"));
  BOOST_TEST(!fits("a" + repeated(".a", n + 1) + " = 1"));
  BOOST_TEST(!fits("a" + repeated(" . \"b\"", n + 1) + " = 1"));
  BOOST_TEST(!fits("[a" + repeated(".a", n + 1) + "]"));
  BOOST_TEST(fits("x = " + repeated("[", n)));
  BOOST_TEST(!fits("x = " + repeated("[", n + 1)));
  BOOST_TEST(!fits("x = " + repeated("{a=", n + 1)));
  // Dots and brackets of values, texts and comments are none of it.
  BOOST_TEST(fits("x = [" + repeated("0.1, ", 1000) + "]"));
  BOOST_TEST(fits(repeated("x = [[1.5], {y = 2.5}]\n", 1000)));
  const std::string noise = repeated(".[{", 1000);
  for (const std::string& text :
       {"x = \"" + noise + "\"", "x = '" + noise + "'", "# " + noise, "x = \"\\\"" + noise + "\"",
        "x = \"\"\"\n\"" + noise + "\n\"\"\"", "x = '''\n'" + noise + "''''"}) {
    BOOST_TEST(fits(text + "\ny = 1"), text.substr(0, 12));
  }
  BOOST_TEST(error_of([&] {
               TomlFile("a = 1\n\nb = '''\n'''\n  " + repeated("[", n + 1), "t.toml");
             }) == "t.toml:5:67: more than 64 brackets within each other\nwrite it flatter");
  BOOST_TEST(!fits(std::string(kMostTomlBytes + 1, '#')));
}

BOOST_AUTO_TEST_SUITE_END()
