// SPDX-License-Identifier: MIT
//
// Grids of numbers, and series whose channels are files of their own: a small copy of the UCI archive's
// layout.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>

#include "core/error.h"
#include "datasets/readers/grid.h"
#include "malformed.h"
#include "own_task.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

const std::string kFiles =
    R"(files = ["train/y.txt", "train/a x.txt", "train/b x.txt", "test/y.txt", "test/a x.txt", "test/b x.txt"])";

const OwnTask kTask{.shape = "[3, 2]",
                    .source = "format = \"channels\"\n" + kFiles + "\n",
                    .split = "rule = \"given\"\nvalidation = 0.4\nseed = 1\n"};

// Like a phone's windows: labels from 1, one file for each channel, leading blanks.
struct Files {
  std::string train_y = "5\n2\n5\n2\n", test_y = "2\n5\n", test_a = "  4e0 5 6\n  7 8 9\n";
  std::string train_b = " -1.0000000e-001 0 0\n 0 0 0\n 0 0 0\n 0 0 3\n";

  Folder folder() const {
    return Folder{
        {"train/y.txt", train_y},   {"train/a x.txt", "  1.5 2 3\n  4 5 6\n  1 1 1\n  2 2 2\n"},
        {"train/b x.txt", train_b}, {"test/y.txt", test_y},
        {"test/a x.txt", test_a},   {"test/b x.txt", " 1 1 1\n 2 2 2\n"}};
  }
};

std::vector<float> row(const Task& task, size_t r) {
  const auto row = task.data.x.row(r);
  return {row.begin(), row.end()};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(channels)

BOOST_AUTO_TEST_CASE(reads_grids) {
  const Grid grid = read_grid("\xef\xbb\xbf 1  -2.5e-001\t+3\r\n\n4,5;6\r\n", "a.txt");
  BOOST_TEST(grid.rows == 2u);
  BOOST_TEST(grid.cols == 3u);
  BOOST_TEST(grid.values == (std::vector<float>{1, -0.25f, 3, 4, 5, 6}),
             boost::test_tools::per_element());
  BOOST_TEST(read_grid("7", "a.txt").values[0] == 7);
}

BOOST_AUTO_TEST_CASE(grids_that_are_none) {
  using namespace std::string_literals;
  std::vector<Malformed> table = {{"1 2\n3\n", ":2: 1 numbers where the first line has 2"},
                                  {"1\n\n2 3\n", ":3: 2 numbers where the first line has 1"},
                                  {"1 2\n3\0 4\n"s, ": is no text: byte 5 is 0"}};
  for (const std::string& text : {""s, "\n\n"s, " \t,;\n"s, "\xef\xbb\xbf"s})
    table.push_back({text, ": holds no numbers"});
  for (const std::string cell : {"x", "nan", "inf", "-inf", "1e39", "1e", "1.2.3", "0x10", "--1",
                                 "+-1", "1_000", "\"1\"", "?", "1-2", "1e-999x"})
    table.push_back({"1 2\n3 " + cell + "\n", ":2: '" + cell + "' is no finite number"});
  table.push_back({"1 2\n3 \xff\xfe\n", ":2: '\\xff\\xfe' is no finite number"});
  check_malformed("a.txt", table, [](const std::string& bytes) { read_grid(bytes, "a.txt"); });
}

BOOST_AUTO_TEST_CASE(files_of_channels_become_series) {
  const Task task = Files().folder().load(kTask);
  BOOST_TEST(task.data.labels == (std::vector<int32_t>{1, 0, 1, 0, 0, 1}),
             boost::test_tools::per_element());
  BOOST_TEST(row(task, 0) == (std::vector<float>{1.5f, -0.1f, 2, 0, 3, 0}),
             boost::test_tools::per_element());
  BOOST_TEST(row(task, 3) == (std::vector<float>{2, 0, 2, 0, 2, 3}),
             boost::test_tools::per_element());
  BOOST_TEST(row(task, 5) == (std::vector<float>{7, 2, 8, 2, 9, 2}),
             boost::test_tools::per_element());
  BOOST_TEST(task.split.test == (std::vector<int32_t>{4, 5}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(groups_say_whose_a_series_is) {
  OwnTask task = kTask;
  task.shape = "[2, 1]";
  task.source = "format = \"channels\"\ngroups = true\nfiles = [\"y\", \"who\", \"a\"]\n";
  task.split = "rule = \"group\"\ntest_groups = [\"3\"]\nvalidation = 0.5\nseed = 1\n";
  const auto folder = [](const std::string& who) {
    return Folder{
        {"y", "1\n2\n1\n2\n1\n2\n"}, {"who", who}, {"a", "0 1\n2 3\n4 5\n6 7\n8 9\n1 2\n"}};
  };
  const Task made = folder("1\n1\n2\n2\n3\n3\n").load(task);
  BOOST_TEST(made.split.test == (std::vector<int32_t>{4, 5}), boost::test_tools::per_element());
  BOOST_TEST(folder("1\n2\n3\n").error(task).has("who: 3 groups for 6 labels"));
}

BOOST_AUTO_TEST_CASE(files_that_do_not_fit) {
  const auto fails = [](const Files& files, const OwnTask& task, const std::string& words) {
    const Caught error = files.folder().error(task);
    BOOST_TEST(error.has(words), error.text);
  };
  fails({.train_y = "5\n2\n5\n"}, kTask, "a x.txt: 4 series for 3 labels");
  fails({.train_y = "5 1\n2 1\n"}, kTask, "y.txt: is not one whole number a line: labels");
  fails({.train_y = "5\n2.5\n5\n2\n"}, kTask, "y.txt: is not one whole number a line: labels");
  fails({.train_y = "1\n2\n5\n2\n"}, kTask, "3 different labels (1, 2, 5) where 'classes' says 2");
  fails({.test_y = "5\n5\n"}, kTask, "no row of class '2'");
  fails({.test_a = "4 5\n7 8\n"}, kTask, "series of 2 values where 'shape' says 3");
  fails({.test_a = "4 5 6\n7 8\n"}, kTask, "a x.txt:2: 2 numbers");
  fails({.train_b = "1 2 3\n"}, kTask, "b x.txt: 1 series for 4 labels");
  OwnTask task = kTask;
  task.nonnegative = true;
  fails({}, task, "value -0.1 in row 0 of a task without negative inputs");
  task = kTask;
  task.shape = "[6]";
  fails({}, task, "set shape = [time, channels]");
  task.shape = "[3, 3]";
  fails({}, task, "then one file for each of 3 channels");
}

BOOST_AUTO_TEST_SUITE_END()
