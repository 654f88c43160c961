// SPDX-License-Identifier: MIT
#include "datasets/readers/csv.h"

#include <boost/test/unit_test.hpp>

#include "core/error.h"
#include "malformed.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

using Cells = std::vector<std::vector<std::string>>;

Cells read(const std::string& text, const CsvFormat& format = {}, const char* name = "a.csv") {
  Cells records;
  read_csv(text, name, csv_layout(text, name, format), [&](const Record& record) {
    records.emplace_back(record.cells.begin(), record.cells.end());
  });
  return records;
}

std::vector<std::string> columns(const std::string& text, const CsvFormat& format = {}) {
  std::vector<std::string> names;
  for (const Column& column : csv_layout(text, "a.csv", format).columns)
    names.push_back(column.name);
  return names;
}

using Words = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(csv)

BOOST_AUTO_TEST_CASE(finds_the_header) {
  BOOST_TEST(columns("a,b\n1,2\n") == (Words{"a", "b"}), boost::test_tools::per_element());
  BOOST_TEST(columns("1,b\n1,2\n") == (Words{"1", "2"}), boost::test_tools::per_element());
  BOOST_TEST(columns("a,b\n", {.header = false}) == (Words{"1", "2"}),
             boost::test_tools::per_element());
  BOOST_TEST(columns("7, 8 \n", {.header = true}) == (Words{"7", "8"}),
             boost::test_tools::per_element());
  BOOST_TEST(columns("a,,c\n") == (Words{"a", "2", "c"}), boost::test_tools::per_element());
  BOOST_TEST(read("a,b\n1,2\n").size() == 1u);
  BOOST_TEST(read("1,2\n3,4").size() == 2u);
}

BOOST_AUTO_TEST_CASE(finds_the_separator) {
  for (const char* line : {"a,b,c", "a\tb\tc", "a;b;c", "a|b|c", "\"x,y,z,\"\"w\";b;c"})
    BOOST_TEST(columns(line).size() == 3u, line);
  BOOST_TEST(columns("a,b;c", {.separator = ';'}).size() == 2u);
  BOOST_TEST(columns("abc").size() == 1u);
}

BOOST_AUTO_TEST_CASE(reads_quotes_and_line_ends) {
  const Cells records = read(
      "\xef\xbb\xbf"
      "a,b\r\n\r\n\"x, \"\"y\"\"\r\nz\",\"\"\r\n,2\n\n\n");
  BOOST_TEST_REQUIRE(records.size() == 2u);
  BOOST_TEST(records[0] == (Words{"x, \"y\"\r\nz", ""}), boost::test_tools::per_element());
  BOOST_TEST(records[1] == (Words{"", "2"}), boost::test_tools::per_element());
  BOOST_TEST(read("a,b\n1,").front() == (Words{"1", ""}), boost::test_tools::per_element());
  BOOST_TEST(read("a,b\n\"\"\"\",\"\"\"\"\"\"").front() == (Words{"\"", "\"\""}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(lines_are_those_of_the_file) {
  std::vector<size_t> lines;
  const std::string text = "a,b\n\n\"1\n2\n3\",4\n5,6\n";
  read_csv(text, "a", csv_layout(text, "a", {}),
           [&](const Record& record) { lines.push_back(record.line); });
  BOOST_TEST(lines == (std::vector<size_t>{3, 6}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(names_what_is_wrong) {
  using std::string;
  const std::vector<Malformed> table = {
      {"", ": is empty"},
      {"\n\r\n\n", ": is empty"},
      {"\xef\xbb\xbf", ": is empty"},
      {string("a,b\n1,\0", 7), ": is no text: byte 6 is 0"},
      {"\xff\xfe"
       "a,b",
       ": is text in UTF-16"},
      {"a,a\n1,2", ":1: names two columns 'a'"},
      {"a,b\n1,2\n3\n", ":3: has 1 cells where 2 are expected"},
      {"a,b\n1,2,3\n", ":2: has 3 cells where 2 are expected"},
      {"a,b\n1,2,\n", ":2: has 3 cells where 2 are expected"},
      {"a,b\n\"1,2\n3,4\n", ":2: has a quote that is never"},
      {"a,b\n\"\"\"\"\",2\n", ":2: has a quote that is never"},
      {"a,b\n\"", ":2: has a quote that is never closed"},
      {"a,b\n1\"2,3\n", ":2: has a quote inside a plain cell"},
      {"a,b\n\"1\"2,3\n", ":2: has text behind the closing"},
      {"a,b\n1\r2,3\n", ":2: has a carriage return alone"},
      {"a,b\n\"" + string(2 << 20, 'x') + "\",1", ":2: has a quote"},
      {"\xfe\xff"
       "a,b",
       ": is text in UTF-16"},
      {string("\0", 1), ": is no text: byte 0 is 0"},
      {"a,\"b\n1,2\n", ":1: has a quote that is never closed"},
      {"a,b\"\n1,2\n", ":1: has a quote inside a plain cell"},
      {"a,b,b \n1,2,3\n", ":1: names two columns 'b'"},
      {"a\tb\n1\t2\n1\n", ":3: has 1 cells where 2"},
      {"a,b\n\"1\n2\",3,4\n", ":2: has 3 cells where 2"},
      {"a,b\n\"1\n2\",3\n4\n", ":4: has 1 cells where 2"},
      {"1,2\n3\n", ":2: has 1 cells where 2"},
      {string(200'000, ','), ":1: has more than 100000 cells"},
      {"a,b\n1,2\nx;caf\xe9"
       "e,2\n",
       ":3: 'caf\\xe9' is no UTF-8"},
      {"n\xe4me,b\n1,2\n", ":1: 'n\\xe4' is no UTF-8"},
      {"a,b\n\xed\xa0\x80,2\n", ":2: '\\xed' is no UTF-8"}};
  check_malformed("a.csv", table, [](const string& bytes) { read(bytes); });
}

BOOST_AUTO_TEST_CASE(cells_that_are_not_known) {
  for (const char* cell : {"", "?", "NA", "na", "N/A", "NaN", "nan", "NULL"})
    BOOST_TEST(is_missing(cell), cell);
  for (const char* cell : {"0", "nano", "none", " "}) BOOST_TEST(!is_missing(cell), cell);
  BOOST_TEST(trimmed(" \t a b ") == "a b");
  BOOST_TEST(trimmed(" \t ").empty());
  BOOST_TEST(shown("a\nb") == "'a\\nb'");
}

BOOST_AUTO_TEST_CASE(mutants) {
  agon::core::Stream random(20240425, 11);
  const std::string good = "a,b,\"c \"\"d\"\"\"\r\n1,2,x\r\n\"3\n4\",5,\"y,z\"\r\n6,7,8\r\n";
  int values = 0, errors = 0;
  for (int i = 0; i < 10000; ++i) {
    try {
      read(damaged(good, random), {}, "mutant");
      ++values;
    } catch (const agon::Error& error) {
      BOOST_TEST_REQUIRE((error.exit() == agon::Exit::data && error.thing().starts_with("mutant")));
      ++errors;
    }
  }
  BOOST_TEST(values > 1000);
  BOOST_TEST(errors > 3000);
}

BOOST_AUTO_TEST_SUITE_END()
