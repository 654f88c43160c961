// SPDX-License-Identifier: MIT
#include "datasets/phases.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>

#include "core/error.h"
#include "data_hash.h"
#include "datasets/task_file.h"
#include "testing.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

Task load(const std::string& id) {
  static const Catalogue catalogue({});
  return catalogue.load(catalogue.info(id));
}

bool equal(std::span<const float> a, std::span<const float> b) { return std::ranges::equal(a, b); }

// The file of split-digits with other lines in place of those from [phases] to [rights].
std::string with_phases(const std::string& lines) {
  std::string text = load("split-digits").info.toml;
  const size_t begin = text.find("[phases]"), end = text.find("[rights]");
  return text.replace(begin, end - begin, "[phases]\n" + lines);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(phases)

BOOST_AUTO_TEST_CASE(split_digits_are_the_digits_in_two_tasks) {
  const Task digits = load("digits"), split = load("split-digits");
  BOOST_TEST(split.info.matched() == 0.8);
  BOOST_TEST(digits.info.matched() == 0);
  BOOST_TEST(digits.data.phase.empty());
  BOOST_TEST_REQUIRE(split.data.x.rows() == digits.data.x.rows());
  for (size_t r = 0; r < digits.data.x.rows(); ++r) {
    BOOST_TEST_REQUIRE(equal(split.data.x.row(r), digits.data.x.row(r)));
    BOOST_TEST_REQUIRE((split.data.phase.at(r) == (digits.data.labels[r] < 5 ? 0 : 1)));
  }
  BOOST_TEST(split.data.labels == digits.data.labels, boost::test_tools::per_element());
  BOOST_TEST(split.split.train == digits.split.train, boost::test_tools::per_element());
  BOOST_TEST(split.split.validation == digits.split.validation, boost::test_tools::per_element());
  BOOST_TEST(split.split.test == digits.split.test, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(permuted_digits_are_one_permutation_and_keep_an_image_in_its_part) {
  const Task digits = load("digits"), both = load("permuted-digits");
  const size_t n = digits.data.x.rows();
  BOOST_TEST_REQUIRE(both.data.x.rows() == 2 * n);
  // Where each input comes from: the columns that agree in every row.
  std::vector<size_t> candidates(64);
  std::set<size_t> moved;
  for (size_t to = 0; to < 64; ++to) {
    for (size_t from = 0; from < 64; ++from) {
      size_t r = 0;
      while (r < n && both.data.x.at(n + r, to) == digits.data.x.at(r, from)) ++r;
      if (r < n) continue;
      ++candidates[to];
      if (from != to) moved.insert(to);
    }
  }
  BOOST_TEST(std::ranges::none_of(candidates, [](size_t c) { return c == 0; }));
  BOOST_TEST(moved.size() > 48u);
  for (size_t r = 0; r < n; ++r) {
    BOOST_TEST_REQUIRE(equal(both.data.x.row(r), digits.data.x.row(r)));
    std::vector<float> a(digits.data.x.row(r).begin(), digits.data.x.row(r).end());
    std::vector<float> b(both.data.x.row(n + r).begin(), both.data.x.row(n + r).end());
    std::ranges::sort(a);
    std::ranges::sort(b);
    BOOST_TEST_REQUIRE((a == b));
    BOOST_TEST_REQUIRE(both.data.labels.at(n + r) == digits.data.labels[r]);
    BOOST_TEST_REQUIRE((both.data.phase.at(r) == 0 && both.data.phase.at(n + r) == 1));
  }
  const auto twice = [n](std::vector<int32_t> rows) {
    const size_t own = rows.size();
    for (size_t i = 0; i < own; ++i) rows.push_back(rows[i] + static_cast<int32_t>(n));
    return rows;
  };
  BOOST_TEST(both.split.train == twice(digits.split.train), boost::test_tools::per_element());
  BOOST_TEST(both.split.validation == twice(digits.split.validation),
             boost::test_tools::per_element());
  BOOST_TEST(both.split.test == twice(digits.split.test), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_part_has_rows_of_both_tasks) {
  for (const char* id : {"split-digits", "permuted-digits"}) {
    const Task task = load(id);
    for (const auto* part : {&task.split.train, &task.split.validation, &task.split.test}) {
      const auto of_b = std::ranges::count_if(
          *part, [&](int32_t r) { return task.data.phase[static_cast<size_t>(r)] == 1; });
      const double share = static_cast<double>(of_b) / static_cast<double>(part->size());
      BOOST_TEST((share > 0.45 && share < 0.55), id << ": " << share);
    }
  }
}

BOOST_AUTO_TEST_CASE(another_seed_is_another_permutation) {
  const TaskInfo info = load("permuted-digits").info;
  TaskInfo other = info;
  const std::string old = "rule = \"permuted\"\nseed = 1";
  other.toml.replace(other.toml.find(old), old.size(), "rule = \"permuted\"\nseed = 2");
  const Catalogue catalogue({});
  BOOST_TEST(testing::data_hash(catalogue.load(info)) != testing::data_hash(catalogue.load(other)));
}

BOOST_AUTO_TEST_CASE(labels_may_be_any_classes_but_not_all) {
  const TaskFile file = parse_task_file(
      with_phases("rule = \"labels\"\nfirst = [7, 1, 7]\nmatched = 0.5\n"), "t.toml");
  BOOST_TEST_REQUIRE(file.phases.has_value());
  BOOST_TEST(file.phases->first == (std::vector<int32_t>{1, 7}), boost::test_tools::per_element());
  BOOST_TEST(file.info.matched() == 0.5);
}

BOOST_AUTO_TEST_CASE(broken_sections_are_refused_with_their_place) {
  const std::string labels = "rule = \"labels\"\n", level = "matched = 0.8\n";
  for (const auto& [lines, words] : std::vector<std::pair<std::string, std::string>>{
           {level, "'phases.rule' is missing"},
           {"rule = \"halves\"\n" + level, "'phases.rule'"},
           {labels + level, "'phases.first' is missing"},
           {labels + "first = [0]\n", "'phases.matched' is missing"},
           {labels + "first = [0]\nseed = 1\n" + level, "'phases.seed'"},
           {labels + "first = [10]\n" + level, "'phases.first'"},
           {labels + "first = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n" + level,
            "leaves none to the second task"},
           {"rule = \"permuted\"\n" + level, "'phases.seed' is missing"},
           {"rule = \"permuted\"\nseed = 1\nmatched = 0.1\n", "is not above 'chance'"},
           {"rule = \"permuted\"\nseed = 1\nmatched = 2\n", "'phases.matched'"}}) {
    const Caught error = caught([&lines] { parse_task_file(with_phases(lines), "t.toml"); });
    BOOST_TEST(error.exit == static_cast<int>(agon::Exit::usage), lines);
    BOOST_TEST(error.has("t.toml:"), error.text);
    BOOST_TEST(error.has(words), error.text << " for " << lines);
  }
}

BOOST_AUTO_TEST_SUITE_END()
