// SPDX-License-Identifier: MIT
#include "datasets/readers/series.h"

#include <boost/test/unit_test.hpp>

#include "core/error.h"
#include "malformed.h"
#include "own_task.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

const std::string kHead =
    "# a comment\n@problemName Two\n@timeStamps false\n@missing false\n@univariate false\n"
    "@dimensions 2\n@equalLength false\n@classLabel true b a\n@data\n";
const std::string kTs = kHead + "1,2,3:-4,5e0,6:a\n7,8:9,10:b\n";

struct Case {
  std::string label;
  size_t channels, length;
  std::vector<float> values;
};

std::vector<Case> read(const std::string& text, const char* name = "a.ts") {
  std::vector<Case> cases;
  read_series(text, name, [&](const SeriesCase& series) {
    cases.push_back({std::string(series.label),
                     series.channels,
                     series.length,
                     {series.values.begin(), series.values.end()}});
  });
  return cases;
}

std::vector<float> row(const Task& task, size_t r) {
  const auto row = task.data.x.row(r);
  return {row.begin(), row.end()};
}

const OwnTask kTask{.shape = "[3, 2]",
                    .source = "format = \"ts\"\nfiles = [\"a.ts\"]\n",
                    .split = "rule = \"all\"\n"};

}  // namespace

BOOST_AUTO_TEST_SUITE(series)

BOOST_AUTO_TEST_CASE(reads_ts) {
  const auto cases = read(kTs);
  BOOST_TEST_REQUIRE(cases.size() == 2u);
  BOOST_TEST(cases[0].label == "a");
  BOOST_TEST(cases[0].channels == 2u);
  BOOST_TEST(cases[0].length == 3u);
  BOOST_TEST(cases[0].values == (std::vector<float>{1, 2, 3, -4, 5, 6}),
             boost::test_tools::per_element());
  BOOST_TEST(cases[1].length == 2u);
  const auto ignore = [](const SeriesCase&) {};
  BOOST_TEST(read_series(kTs, "a", ignore) == (std::vector<std::string>{"b", "a"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(reads_tsv_with_padding) {
  for (const char* text : {"2\t1\t-2\t3\r\n-1\t4\t5\tNaN\n", "2,1,-2,3\n-1,4,5,NaN\n",
                           "  2  1 -2   3\n -1 4  5 NaN\n"}) {
    const auto cases = read(text);
    BOOST_TEST_REQUIRE(cases.size() == 2u);
    BOOST_TEST(cases[0].label == "2");
    BOOST_TEST(cases[0].values == (std::vector<float>{1, -2, 3}), boost::test_tools::per_element());
    BOOST_TEST(cases[1].length == 2u);
  }
}

BOOST_AUTO_TEST_CASE(names_what_is_wrong) {
  const auto head = [](const std::string& line) { return line + "\n" + kTs; };
  const auto data = [](const std::string& line) { return kHead + line + "\n"; };
  const std::vector<Malformed> table = {
      {"", ": has no series"},
      {"\n\n", ": has no series"},
      {"# x\n", ": has no @data"},
      {kHead, ": has no series"},
      {std::string("1\t\0", 3), ": is no text: byte 2"},
      {head("@timeStamps true"), ":1: has time stamps"},
      {head("@class true a b"), ":1: '@class' is no line of"},
      {head("@data"), ":1: has no @classLabel before @data"},
      {"@classLabel false\n@data\n1:2\n", ":2: has no @classLabel"},
      {"@targetLabel true\n@data\n1:2\n", ":2: has no @classLabel"},
      {data("1,2,3"), ":10: has no ':' before its label"},
      {data("1,2,3:"), ":10: has no label"},
      {data("1,2:1:a"), ":10: has 1 values in channel 1 and 2"},
      {data("1,?:1,2:a"), ":10: has no value 2 of channel 0"},
      {data("1,NaN:1,2:a"), ":10: has no value 2 of channel 0"},
      {data("1,,2:1,2:a"), ":10: has no value 2 of channel 0"},
      {data(":1,2:a"), ":10: has no value 1 of channel 0"},
      {data("1,x:1,2:a"), ":10: 'x' is no number"},
      {data("1,1e99:1,2:a"), ":10: '1e99' is no number"},
      {data("1,inf:1,2:a"), ":10: 'inf' is no number"},
      {data("(0,1),(1,2):a"), ":10: '(0' is no number"},
      {"1\n", ":1: has no value 1 of channel 0"},
      {"1\tNaN\n", ":1: has 0 values in channel 0"},
      {"1\t2\tNaN\t3\n", ":1: has a value behind NaN"},
      {"NaN\t2\n", ":1: has no label"},
      {"1\t2\t\t3\n", ":1: has no value 2 of channel 0"},
      {head("@classLabel true b\xe9"), ":1: 'b\\xe9' is no UTF-8"},
      {data("1,2:1,2:b\xe9"), ":10: 'b\\xe9' is no UTF-8"},
      {data("1,2:-:b"), ":10: '-' is no number"}};
  check_malformed("a.ts", table, [](const std::string& bytes) { read(bytes); });
}

BOOST_AUTO_TEST_CASE(shorter_series_end_in_zeros) {
  const Task task = Folder{{"a.ts", gzipped(kTs)}}.load(kTask);
  BOOST_TEST(row(task, 0) == (std::vector<float>{1, -4, 2, 5, 3, 6}),
             boost::test_tools::per_element());
  BOOST_TEST(row(task, 1) == (std::vector<float>{7, 9, 8, 10, 0, 0}),
             boost::test_tools::per_element());
  BOOST_TEST(task.data.lengths == (std::vector<int32_t>{3, 2}), boost::test_tools::per_element());
  // Declared classes: b is 0.
  BOOST_TEST(task.data.labels == (std::vector<int32_t>{1, 0}), boost::test_tools::per_element());
  OwnTask masked = kTask;
  masked.shape = "[4, 3]";
  masked.source += "mask = true\nlabels = [\"a\", \"b\"]\n";
  const Task mask = Folder{{"a.ts", kTs}}.load(masked);
  BOOST_TEST(row(mask, 1) == (std::vector<float>{7, 9, 1, 8, 10, 1, 0, 0, 0, 0, 0, 0}),
             boost::test_tools::per_element());
  BOOST_TEST(mask.data.labels == (std::vector<int32_t>{0, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(two_files_have_a_test_part) {
  const OwnTask task{.shape = "[2]",
                     .source = "format = \"ts\"\nfiles = [\"a.tsv\", \"b.tsv\"]\n",
                     .split = "rule = \"given\"\nvalidation = 0.5\nseed = 1\n"};
  const Task two = Folder{{"a.tsv", "-1\t1\t2\n1\t3\t4\n-1\t1\t2\n1\t3\t4\n"},
                          {"b.tsv", "1\t5\t6\n-1\t7\tNaN\n"}}
                       .load(task);
  BOOST_TEST(two.split.test == (std::vector<int32_t>{4, 5}), boost::test_tools::per_element());
  BOOST_TEST(two.data.labels == (std::vector<int32_t>{0, 1, 0, 1, 1, 0}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(series_that_do_not_fit) {
  const auto error = [](const std::string& text, const OwnTask& task = kTask) {
    return Folder{{"a.ts", text}}.data_error(task);
  };
  BOOST_TEST(error(kHead + "1,2,3,4:1,2,3,4:a\n").starts_with(":10: has 4 frames where 'shape'"));
  BOOST_TEST(error(kHead + "1,2:a\n").starts_with(":10: has 1 channels where 'shape' says 2"));
  BOOST_TEST(error(kHead + "1:2:a\n").starts_with(": no row of class 'b'"));
  BOOST_TEST(error(kHead + "1:2:c\n").starts_with(":10: label 'c' is none of"));
  OwnTask positive = kTask;
  positive.nonnegative = true;
  BOOST_TEST(error(kTs, positive).starts_with(":10: value -4 of a task without negative"));
  OwnTask three = kTask;
  three.classes = 3;
  BOOST_TEST(error(kTs, three).starts_with(": has 2 different labels (b, a) where 'classes'"));
}

BOOST_AUTO_TEST_CASE(mutants) {
  agon::core::Stream random(20240425, 13);
  const std::string tsv = "2\t1\t-2\t3\n-1\t4\t5\tNaN\n";
  int values = 0, errors = 0;
  for (int i = 0; i < 12000; ++i) {
    try {
      read(damaged(i % 2 == 0 ? kTs : tsv, random), "mutant");
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
