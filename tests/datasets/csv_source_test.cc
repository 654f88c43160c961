// SPDX-License-Identifier: MIT
//
// A task of one's own over a table of text: its TOML, its data folder, what it gives and refuses.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>

#include "core/error.h"
#include "own_task.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

const OwnTask kTask{.shape = "[4]",
                    .classes = 3,
                    .source = "format = \"csv\"\nfiles = [\"a.csv\"]\nlabel = \"kind\"\n",
                    .split = "rule = \"all\"\n"};

const std::string kText =
    "length,kind,colour,width\n"
    "1.5,iris,red,-2\n"
    "2,rose,green,3e0\n"
    "+3,\"tulip\",red , 0\n";

Task load(const std::string& text, const OwnTask& task = kTask) {
  return Folder{{"a.csv", text}}.load(task);
}

std::string error_of(const std::string& text, const OwnTask& task = kTask) {
  return Folder{{"a.csv", text}}.data_error(task);
}

OwnTask with(const std::string& keys) {
  OwnTask task = kTask;
  task.source += keys + "\n";
  return task;
}

std::vector<float> row(const Task& task, size_t r) {
  const auto row = task.data.x.row(r);
  return {row.begin(), row.end()};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(csv_source)

BOOST_AUTO_TEST_CASE(numbers_categories_and_a_label_in_the_middle) {
  const Task task = load(kText);
  BOOST_TEST(task.data.labels == (std::vector<int32_t>{0, 1, 2}), boost::test_tools::per_element());
  // length, colour is green, colour is red, width
  BOOST_TEST(row(task, 0) == (std::vector<float>{1.5f, 0, 1, -2}),
             boost::test_tools::per_element());
  BOOST_TEST(row(task, 1) == (std::vector<float>{2, 1, 0, 3}), boost::test_tools::per_element());
  BOOST_TEST(row(task, 2) == (std::vector<float>{3, 0, 1, 0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(gzip_tabs_and_no_header_give_the_same) {
  const Task plain = load(kText);
  std::string tabs = kText.substr(kText.find('\n') + 1);
  std::ranges::replace(tabs, ',', '\t');
  OwnTask task = kTask;
  task.source = "format = \"tsv\"\nfiles = [\"a.csv\"]\nlabel = \"2\"\n";
  const Task other = Folder{{"a.csv", gzipped(tabs)}}.load(task);
  BOOST_TEST(plain.data.labels == other.data.labels, boost::test_tools::per_element());
  for (size_t r = 0; r < 3; ++r)
    BOOST_TEST(row(plain, r) == row(other, r), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(labels_are_ordered) {
  OwnTask task{.shape = "[1]",
               .classes = 3,
               .source = "format = \"csv\"\nfiles = [\"a.csv\"]\n",
               .split = "rule = \"all\"\n"};
  // Numbers by value, from wherever they count.
  BOOST_TEST(load("1,2\n1,10\n1,1\n", task).data.labels == (std::vector<int32_t>{1, 2, 0}),
             boost::test_tools::per_element());
  task.source += "labels = [\"10\", \"1\", \"2\"]\n";
  BOOST_TEST(load("1,2\n1,10\n1,1\n", task).data.labels == (std::vector<int32_t>{2, 0, 1}),
             boost::test_tools::per_element());
  BOOST_TEST(error_of("1,2\n1,10\n1,1\n1,3\n", task).starts_with(":4: label '3' is none of"));
  BOOST_TEST(error_of("1,2\n1,2\n1,1\n", task).starts_with(": no row of class '10'"));
}

BOOST_AUTO_TEST_CASE(columns_can_be_left_out_or_called_categories) {
  OwnTask task = with("skip = [\"colour\"]\ncategorical = [\"width\"]");
  const Task skipped = load(kText, task);  // length and three widths
  BOOST_TEST(row(skipped, 0) == (std::vector<float>{1.5f, 1, 0, 0}),
             boost::test_tools::per_element());
  BOOST_TEST(error_of(kText, with("skip = [\"color\"]")).starts_with(": has no column 'color'"));
}

BOOST_AUTO_TEST_CASE(a_column_may_say_whose_row_it_is) {
  OwnTask task = with("group = \"colour\"");
  task.shape = "[2]";
  BOOST_TEST(load(kText, task).data.x.cols() == 2u);
  BOOST_TEST(error_of("a,kind,colour,b\n1,x,,2\n", task).starts_with(":2: column 'colour' has no"));
}

BOOST_AUTO_TEST_CASE(a_column_may_be_a_real_target) {
  OwnTask task{.shape = "[2]",
               .source = "format = \"csv\"\nfiles = [\"a.csv\"]\n",
               .split = "rule = \"time\"\ntest = 0.3\nvalidation = 0.3\n",
               .targets = 1};
  const std::string text = "price,size,rooms\n-1.5,10,1\n2e3,20,2\n7,30,3\n8,40,4\n";
  const Task last = load(text, task);
  BOOST_TEST(last.data.labels.empty());
  BOOST_TEST(last.data.targets.at(3, 0) == 4.0f);
  task.source += "target = \"price\"\n";
  task.nonnegative = true;  // of inputs
  const Task priced = load(text, task);
  BOOST_TEST(priced.info.targets() == 1);
  BOOST_TEST(priced.data.targets.at(0, 0) == -1.5f);
  BOOST_TEST(priced.data.targets.at(1, 0) == 2000.0f);
  BOOST_TEST(row(priced, 1) == (std::vector<float>{20, 2}), boost::test_tools::per_element());
  BOOST_TEST(priced.split.test == (std::vector<int32_t>{2, 3}), boost::test_tools::per_element());
  const auto bad = [&](const std::string& cell) {
    return error_of("price,size,rooms\n1,2,3\n" + cell + ",1,1\n", task);
  };
  BOOST_TEST(bad("dear").starts_with(":3: 'dear' in column 'price', which holds the target"));
  BOOST_TEST(bad("").starts_with(":3: column 'price' has no value"));
  BOOST_TEST(bad("1e300").starts_with(":3: '1e300' in column 'price' is too large"));
  const auto refused = [&](const OwnTask& own) { return Folder{{"a.csv", text}}.error(own); };
  OwnTask both = task;
  both.source += "labels = [\"a\", \"b\"]\n";
  BOOST_TEST(refused(both).has("'source.labels' belongs to another kind of task"));
  both.source = task.source;
  both.targets = 0;
  BOOST_TEST(refused(both).has("'source.target' belongs to another kind of task"));
  both.targets = 2;
  BOOST_TEST(refused(both).has("'source.target' is one column"));
  both.targets = 1;
  both.source = "format = \"idx\"\nfiles = [\"a.csv\"]\n";
  BOOST_TEST(refused(both).has("'source.format' has the unknown value 'idx'"));
}

BOOST_AUTO_TEST_CASE(missing_values) {
  OwnTask task = kTask;
  task.shape = "[1]";
  task.classes = 2;
  task.source = "format = \"csv\"\nfiles = [\"a.csv\"]\n";
  const std::string text = "x,y\n1,0\n,1\n2,0\nNA,1\n6,1\n";
  BOOST_TEST(error_of(text, task).starts_with(":3: column 'x' has no value"));
  const auto value = [&](const std::string& rule) {
    OwnTask filled = task;
    filled.source += "missing = \"" + rule + "\"\n";
    return load(text, filled).data.x.at(1, 0);
  };
  BOOST_TEST(value("mean") == 3.0f);
  BOOST_TEST(value("median") == 2.0f);
  BOOST_TEST(error_of("x,y\n1,0\n2,\n3,1\n", task).starts_with(":3: column 'y' has no value"));
  task.source += "missing = \"mean\"\n";
  BOOST_TEST(error_of("x,y\n1,0\n2,?\n3,1\n", task).starts_with(":3: column 'y' has no value"));
  const Caught none = Folder{{"a.csv", "x,y\n?,0\n?,1\n"}}.error(task);
  BOOST_TEST(none.has("no training row has a value of input 0"), none.text);
}

BOOST_AUTO_TEST_CASE(only_training_rows_fill_what_is_missing) {
  OwnTask task{.shape = "[1]",
               .classes = 2,
               .source = "format = \"csv\"\nfiles = [\"a.csv\", \"b.csv\"]\nmissing = \"mean\"\n",
               .split = "rule = \"given\"\nvalidation = 0.5\nseed = 1\n"};
  const Task two =
      Folder{{"a.csv", "x,y\n1,0\n1,0\n1,1\n1,1\n"}, {"b.csv", "x,y\n,0\n90,1\n"}}.load(task);
  BOOST_TEST(two.split.test == (std::vector<int32_t>{4, 5}), boost::test_tools::per_element());
  BOOST_TEST(two.data.x.at(4, 0) == 1.0f);
  const Caught other =
      Folder{{"a.csv", "x,y\n1,0\n1,1\n"}, {"b.csv", "z,y\n1,0\n90,1\n"}}.error(task);
  BOOST_TEST(other.has("b.csv: has other columns than "), other.text);
}

BOOST_AUTO_TEST_CASE(test_rows_that_also_train_are_noted) {
  OwnTask task{.shape = "[1]",
               .source = "format = \"csv\"\nfiles = [\"a.csv\", \"b.csv\"]\n",
               .split = "rule = \"given\"\nvalidation = 0.5\nseed = 1\n"};
  const std::string train = "x,y\n1,0\n2,0\n3,1\n4,1\n";
  const Task apart = Folder{{"a.csv", train}, {"b.csv", "x,y\n5,0\n6,1\n"}}.load(task);
  BOOST_TEST(apart.notes.empty());
  const Task both = Folder{{"a.csv", train}, {"b.csv", "x,y\n2,0\n6,1\n4,0\n"}}.load(task);
  BOOST_TEST_REQUIRE(both.notes.size() == 1u);
  BOOST_TEST(both.notes[0] == "2 of 3 test rows of task mine are in its training part as well");
  BOOST_TEST(load(kText).notes.empty());  // all rows test what they teach
}

BOOST_AUTO_TEST_CASE(data_that_do_not_fit) {
  const auto replaced = [](const std::string& from, const std::string& to) {
    std::string text = kText;
    return text.replace(text.find(from), from.size(), to);
  };
  BOOST_TEST(error_of("").starts_with(": is empty"));
  BOOST_TEST(error_of("length,kind,colour,width\n").starts_with(": has no records"));
  BOOST_TEST(error_of(replaced("kind", "sort")).starts_with(": has no column 'kind'"));
  BOOST_TEST(error_of(replaced("3e0", "3 m")).starts_with(":3: '3 m' in column 'width'"));
  BOOST_TEST(error_of(replaced("3e0", "inf")).starts_with(":3: 'inf' in column 'width'"));
  BOOST_TEST(error_of(replaced("3e0", "1e99")).starts_with(":3: '1e99' in column 'width' is too"));
  BOOST_TEST(error_of(replaced("3e0", "NaN")).starts_with(":3: column 'width' has no value"));
  BOOST_TEST(
      error_of(replaced("green", "red")).starts_with(": gives 3 inputs (length, colour x 1"));
  BOOST_TEST(error_of(replaced("rose", "iris")).starts_with(": column 'kind' has 2 different"));
  BOOST_TEST(
      error_of("a,kind\n1,x\n2,y\n3,z\n").starts_with(": gives 1 inputs (a) where 'shape' says 4"));
  BOOST_TEST(error_of(replaced(",red,", ",\"red,")).starts_with(":4: has text behind"));
  OwnTask positive = kTask;
  positive.nonnegative = true;
  BOOST_TEST(error_of(kText, positive).starts_with(":2: '-2' in column 'width' of a task without"));
  OwnTask one = kTask;
  one.shape = "[1]";
  one.classes = 2;
  BOOST_TEST(error_of("a,kind\n1,x\n2,x\n", one)
                 .starts_with(": column 'kind' has 1 different labels (x) where 'classes' says 2"));
  std::string many = "a,kind\n";
  for (int i = 0; i < 1001; ++i) many += "t" + std::to_string(i) + ",x\n";
  BOOST_TEST(error_of(many).starts_with(":1002: column 'a' has more than 1000 different texts"));
}

BOOST_AUTO_TEST_CASE(task_files_that_do_not_fit) {
  const auto has = [](const OwnTask& task, const std::string& words) {
    const Caught error = Folder{{"a.csv", kText}}.error(task);
    BOOST_TEST(error.exit == static_cast<int>(agon::Exit::usage));
    BOOST_TEST(error.has(words), error.text);
  };
  has(with("headers = true"), "did you mean 'header'?");
  has(with("header = 1"), "'source.header' must be true or false");
  has(with("separator = \":\""), "'source.separator' has the unknown value ':'");
  has(with("missing = \"zero\""), "'source.missing' has the unknown value 'zero'");
  has(with("label = \"x\""), "redefine");
  OwnTask three = kTask;
  three.source = "format = \"csv\"\nfiles = [\"a\", \"b\", \"c\"]\n";
  has(three, "'source.files' has the wrong length");
  for (const char* name : {"../a.csv", "/etc/passwd", "b/../../a.csv"}) {
    three.source = fmt::format("format = \"csv\"\nfiles = [\"{}\"]\n", name);
    has(three, "'source.files' leaves the data folder");
  }
}

BOOST_AUTO_TEST_SUITE_END()
