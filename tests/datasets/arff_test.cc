// SPDX-License-Identifier: MIT
#include "datasets/readers/arff.h"

#include <boost/test/unit_test.hpp>

#include "core/error.h"
#include "malformed.h"
#include "own_task.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

const std::string kHead =
    "% a comment\n@RELATION flowers\n\n"
    "@attribute 'petal length' REAL\n"
    "@attribute colour {red, 'light blue', \"it's\"}\n"
    "@attribute when DATE \"yyyy-MM-dd\"\n"
    "@attribute class {rose,iris}\n"
    "@DATA\n";

using Words = std::vector<std::string>;

std::vector<Words> read(const std::string& text, const char* name = "a.arff") {
  std::vector<Words> records;
  read_arff(text, name, arff_header(text, name), [&](const Record& record) {
    records.emplace_back(record.cells.begin(), record.cells.end());
  });
  return records;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(arff)

BOOST_AUTO_TEST_CASE(reads_declarations) {
  const ArffHeader header = arff_header(kHead, "a");
  BOOST_TEST_REQUIRE(header.columns.size() == 4u);
  BOOST_TEST(header.columns[0].name == "petal length");
  BOOST_TEST((header.columns[0].kind == Column::Kind::number));
  BOOST_TEST(header.columns[1].categories == (Words{"red", "light blue", "it's"}),
             boost::test_tools::per_element());
  BOOST_TEST((header.columns[2].kind == Column::Kind::text));
  BOOST_TEST(header.data == kHead.size());
  BOOST_TEST(header.line == 9u);
}

BOOST_AUTO_TEST_CASE(reads_dense_and_sparse_records) {
  const auto records = read(kHead +
                            "1.5, 'light blue',\"2020-01-02\",iris\r\n% between\n\n"
                            "?,\"it\\'s\",?,rose\n{0 3, 3 iris}\n{ }\n");
  BOOST_TEST_REQUIRE(records.size() == 4u);
  BOOST_TEST(records[0] == (Words{"1.5", "light blue", "2020-01-02", "iris"}),
             boost::test_tools::per_element());
  BOOST_TEST(records[1] == (Words{"?", "it's", "?", "rose"}), boost::test_tools::per_element());
  BOOST_TEST(records[2] == (Words{"3", "red", "0", "iris"}), boost::test_tools::per_element());
  BOOST_TEST(records[3] == (Words{"0", "red", "0", "rose"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(names_what_is_wrong) {
  const auto head = [](const std::string& line) { return line + "\n" + kHead; };
  const auto data = [](const std::string& line) { return kHead + line + "\n"; };
  const std::vector<Malformed> table = {
      {"", ": has no @data"},
      {"@relation x\n@attribute a real\n", ": has no @data"},
      {"@relation x\n@data\n1\n", ":2: has no @attribute"},
      {std::string("@rel\0", 5), ": is no text: byte 4"},
      {"a,b\n1,2\n", ":1: 'a,b' is no declaration"},
      {head("@relational"), ":1: '@relational' is no declaration"},
      {head("@attribute"), ":1: declares an attribute without"},
      {head("@attribute x"), ":1: declares the type ''"},
      {head("@attribute x float"), ":1: declares the type 'float'"},
      {head("@attribute x relational"), ":1: declares the type"},
      {head("@attribute x {a,b"), ":1: has no '}'"},
      {head("@attribute x {a,a}"), ":1: declares the value 'a'"},
      {head("@attribute x {a} b"), ":1: has text behind"},
      {head("@attribute 'x real"), ":1: has a quote that is never"},
      {head("@attribute class real"), ":8: declares 'class' twice"},
      {data("1,red,x"), ":9: has 3 values where 4 are declared"},
      {data("1,red,x,iris,2"), ":9: has 5 values"},
      {data("1,red,x,iris, {5}"), ":9: has a quote or a bracket"},
      {data("1,'red,x,iris"), ":9: has a quote that is never"},
      {data("1,'red' x,y,iris"), ":9: has text behind its last"},
      {data("1,re'd,y,iris"), ":9: has a quote or a bracket"},
      {data("{0 1"), ":9: has no '}' behind a sparse"},
      {data("{4 1}"), ":9: names the attribute '4'"},
      {data("{x 1}"), ":9: names the attribute 'x'"},
      {data("{1 red, 0 2}"), ":9: names the attribute '0'"},
      {data("{0 1}, {5}"), ":9: has text behind a sparse"},
      {head("@attribute caf\xe9 real"), ":1: 'caf\\xe9' is no UTF-8"},
      {data("1,r\xe9"
            "d,x,iris"),
       ":9: 'r\\xe9' is no UTF-8"},
      {data("1,'red\nblue',x,iris"), ":9: has a quote that is never"},
      {data(std::string(200'000, ',')), ":9: has more than 100000 values"}};
  check_malformed("a.arff", table, [](const std::string& bytes) { read(bytes); });
}

BOOST_AUTO_TEST_CASE(becomes_a_task) {
  const OwnTask task{.shape = "[4]",
                     .source = "format = \"arff\"\nfiles = [\"a.arff\"]\nlabel = \"class\"\n",
                     .split = "rule = \"all\"\n"};
  const Task made = Folder{{"a.arff", kHead + "1,red,?,iris\n2,'light blue',?,rose\n"}}.load(task);
  // Classes and inputs as declared: rose is 0; length, "it's", "light blue", "red".
  BOOST_TEST(made.data.labels == (std::vector<int32_t>{1, 0}), boost::test_tools::per_element());
  BOOST_TEST(made.data.x.at(0, 0) == 1.0f);
  BOOST_TEST(made.data.x.at(0, 3) == 1.0f);
  BOOST_TEST(made.data.x.at(1, 2) == 1.0f);
  const auto error = [&](const std::string& rows) {
    return Folder{{"a.arff", kHead + rows}}.data_error(task);
  };
  BOOST_TEST(error("1,green,?,iris\n").starts_with(":9: 'green' is none of the declared values"));
  BOOST_TEST(error("x,red,?,iris\n1,red,?,rose\n").starts_with(":9: 'x' in column 'petal length'"));
  BOOST_TEST(error("1,red,?,tulip\n").starts_with(":9: label 'tulip' is none of"));
  BOOST_TEST(error("1,red,?,iris\n").starts_with(": no row of class 'rose'"));
  BOOST_TEST(error("?,red,?,iris\n").starts_with(":9: column 'petal length' has no value"));
  BOOST_TEST(error("").starts_with(": has no records"));
}

BOOST_AUTO_TEST_CASE(mutants) {
  agon::core::Stream random(20240425, 12);
  const std::string good = kHead + "1.5,'light blue',x,iris\n{0 3, 3 iris}\n?,red,?,rose\n";
  int values = 0, errors = 0;
  for (int i = 0; i < 12000; ++i) {
    try {
      read(damaged(good, random), "mutant");
      ++values;
    } catch (const agon::Error& error) {
      BOOST_TEST_REQUIRE((error.exit() == agon::Exit::data && error.thing().starts_with("mutant")));
      ++errors;
    }
  }
  BOOST_TEST(values > 1000);
  BOOST_TEST(errors > 2000);
}

BOOST_AUTO_TEST_SUITE_END()
