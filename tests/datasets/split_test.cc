// SPDX-License-Identifier: MIT
#include "datasets/split.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "testing.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

// 7 uneven classes, 997 rows.
std::vector<int32_t> uneven_labels() {
  std::vector<int32_t> labels;
  for (int32_t i = 0; i < 997; ++i) labels.push_back((i * i + i / 13) % 7);
  return labels;
}

const SplitRule kRule{
    .kind = SplitRule::Kind::stratified, .test = 0.2, .validation = 0.2, .seed = 1};

// How many rows of each class a part has.
std::vector<double> counts(const std::vector<int32_t>& part, const std::vector<int32_t>& labels) {
  std::vector<double> count(7);
  for (const int32_t r : part) ++count[static_cast<size_t>(labels[static_cast<size_t>(r)])];
  return count;
}

std::vector<int32_t> joined(const Split& split) {
  std::vector<int32_t> all;
  for (const auto* part : {&split.train, &split.validation, &split.test}) {
    all.insert(all.end(), part->begin(), part->end());
  }
  std::sort(all.begin(), all.end());
  return all;
}

bool each_row_once(const Split& split, size_t rows) {
  const std::vector<int32_t> all = joined(split);
  for (size_t r = 0; r < all.size(); ++r) {
    if (all[r] != static_cast<int32_t>(r)) return false;
  }
  return all.size() == rows;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(split)

BOOST_AUTO_TEST_CASE(sizes_are_exact_and_parts_disjoint) {
  const auto labels = uneven_labels();
  const Split split = make_split(kRule, labels, 7, 0);
  BOOST_TEST(split.test.size() == 200u);        // ceil(0.2 * 997)
  BOOST_TEST(split.validation.size() == 160u);  // ceil(0.2 * 797)
  BOOST_TEST(split.train.size() == 637u);
  BOOST_TEST(each_row_once(split, labels.size()));
  for (const auto* part : {&split.train, &split.validation, &split.test}) {
    BOOST_TEST(std::is_sorted(part->begin(), part->end()));
  }
}

BOOST_AUTO_TEST_CASE(each_class_gets_its_share_within_one_row) {
  const auto labels = uneven_labels();
  for (uint64_t seed = 0; seed < 5; ++seed) {
    SplitRule rule = kRule;
    rule.seed = seed;
    const Split split = make_split(rule, labels, 7, 0);
    const auto test = counts(split.test, labels), validation = counts(split.validation, labels),
               train = counts(split.train, labels);
    for (size_t c = 0; c < 7; ++c) {
      const double all = test[c] + validation[c] + train[c];
      BOOST_TEST(std::abs(test[c] - 0.2 * all) < 1);
      BOOST_TEST(std::abs(validation[c] - 0.2 * (all - test[c])) < 1);
    }
  }
}

BOOST_AUTO_TEST_CASE(fractions_that_divide_the_rows_are_met_exactly) {
  std::vector<int32_t> labels;
  for (int32_t i = 0; i < 1000; ++i) labels.push_back(i % 2);
  const Split split = make_split(kRule, labels, 2, 0);
  BOOST_TEST(split.test.size() == 200u);
  BOOST_TEST(split.validation.size() == 160u);
  BOOST_TEST(split.train.size() == 640u);
}

BOOST_AUTO_TEST_CASE(depends_on_its_seed_only) {
  const auto labels = uneven_labels();
  const Split first = make_split(kRule, labels, 7, 0), again = make_split(kRule, labels, 7, 0);
  BOOST_TEST(first.test == again.test, boost::test_tools::per_element());
  BOOST_TEST(first.validation == again.validation, boost::test_tools::per_element());
  SplitRule other = kRule;
  other.seed = 2;
  BOOST_TEST((make_split(other, labels, 7, 0).test != first.test));
}

BOOST_AUTO_TEST_CASE(all_uses_every_row_three_times) {
  const std::vector<int32_t> labels{0, 1, 1, 0};
  const Split split = make_split({.kind = SplitRule::Kind::all}, labels, 2, 0);
  const std::vector<int32_t> expected{0, 1, 2, 3};
  for (const auto* part : {&split.train, &split.validation, &split.test}) {
    BOOST_TEST(*part == expected, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(random_draws_from_all_rows_together) {
  const std::vector<int32_t> unlabelled(997);
  SplitRule rule = kRule;
  rule.kind = SplitRule::Kind::random;
  const Split split = make_split(rule, unlabelled, 1, 0);
  BOOST_TEST(split.test.size() == 200u);
  BOOST_TEST(split.validation.size() == 160u);
  BOOST_TEST(each_row_once(split, unlabelled.size()));
  const Split labelled = make_split(rule, uneven_labels(), 7, 0);
  BOOST_TEST(labelled.test == split.test, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(given_keeps_the_published_test_part) {
  const auto labels = uneven_labels();
  const Split split =
      make_split({.kind = SplitRule::Kind::given, .validation = 0.1, .seed = 1}, labels, 7, 97);
  BOOST_TEST(split.test.size() == 97u);
  BOOST_TEST(split.test.front() == 900);
  BOOST_TEST(split.test.back() == 996);
  BOOST_TEST(split.validation.size() == 90u);
  BOOST_TEST(split.train.size() == 810u);
  BOOST_TEST(each_row_once(split, labels.size()));
}

BOOST_AUTO_TEST_CASE(time_keeps_the_order_of_the_rows) {
  const std::vector<int32_t> labels(100);
  const Split split =
      make_split({.kind = SplitRule::Kind::time, .test = 0.2, .validation = 0.25}, labels, 1, 0);
  BOOST_TEST(split.train.size() == 60u);
  BOOST_TEST(split.validation.size() == 20u);
  BOOST_TEST(split.test.size() == 20u);
  BOOST_TEST(split.train.back() < split.validation.front());
  BOOST_TEST(split.validation.back() < split.test.front());
  BOOST_TEST(each_row_once(split, labels.size()));
}

namespace {

// 10 groups of 5 to 14 rows, in turn.
std::vector<std::string> speakers() {
  std::vector<std::string> groups;
  for (size_t i = 0; i < 14; ++i) {
    for (size_t g = 0; g < 10; ++g) {
      if (i < 5 + g) groups.push_back("speaker " + std::to_string(g));
    }
  }
  return groups;
}

std::set<std::string> groups_of(const std::vector<int32_t>& part,
                                const std::vector<std::string>& groups) {
  std::set<std::string> found;
  for (const int32_t r : part) found.insert(groups[static_cast<size_t>(r)]);
  return found;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_group_is_in_one_part_only) {
  const auto groups = speakers();
  const std::vector<int32_t> labels(groups.size());
  SplitRule rule{
      .kind = SplitRule::Kind::group, .test = 0.2, .validation = 0.2, .seed = 1, .test_groups = {}};
  for (; rule.seed < 20; ++rule.seed) {
    const Split split = make_split(rule, labels, 1, 0, groups, "t");
    BOOST_TEST(each_row_once(split, labels.size()));
    BOOST_TEST(split.test.size() >= 19u);
    BOOST_TEST(split.test.size() < 19u + 14u);
    size_t all = 0;
    std::set<std::string> names;
    for (const auto* part : {&split.train, &split.validation, &split.test}) {
      const auto own = groups_of(*part, groups);
      BOOST_TEST(!own.empty());
      all += own.size();
      names.insert(own.begin(), own.end());
      BOOST_TEST(std::is_sorted(part->begin(), part->end()));
    }
    BOOST_TEST(all == 10u);
    BOOST_TEST(names.size() == 10u);
  }
  rule.test_groups = {"speaker 3", "speaker 0"};
  const Split named = make_split(rule, labels, 1, 0, groups, "t");
  BOOST_TEST((groups_of(named.test, groups) == std::set<std::string>{"speaker 0", "speaker 3"}));
  BOOST_TEST(each_row_once(named, labels.size()));
}

BOOST_AUTO_TEST_CASE(groups_that_cannot_be_split_are_refused) {
  const SplitRule rule{
      .kind = SplitRule::Kind::group, .test = 0.9, .validation = 0.9, .seed = 1, .test_groups = {}};
  const auto refused = [&rule](const std::vector<std::string>& groups, size_t rows,
                               std::vector<std::string> wanted) {
    SplitRule named = rule;
    named.test_groups = std::move(wanted);
    const std::vector<int32_t> labels(rows);
    return caught([&] { make_split(named, labels, 1, 0, groups, "file"); });
  };
  BOOST_TEST(refused({}, 3, {}).has("file: a split by group needs to know whose row"));
  BOOST_TEST(refused({"a", "b", "a"}, 3, {}).has("has 2 groups of rows"));
  BOOST_TEST(refused({"aa", "b", "c"}, 3, {"aaa"}).has("no rows of group 'aaa'"));
  BOOST_TEST(refused({"aa", "b", "c"}, 3, {"aaa"}).has("did you mean 'aa'?"));
  BOOST_TEST(refused({"a", "b", "c"}, 3, {"a", "b"}).has("fewer than two groups"));
  // As many groups as can go leave one each for training and validation.
  const std::vector<int32_t> labels(3);
  const Split split = make_split(rule, labels, 1, 0, std::vector<std::string>{"a", "b", "c"}, "t");
  for (const auto* part : {&split.train, &split.validation, &split.test})
    BOOST_TEST(part->size() == 1u);
}

BOOST_AUTO_TEST_CASE(folds_test_every_row_once) {
  const std::vector<int32_t> labels = uneven_labels();
  const SplitRule rule{
      .kind = SplitRule::Kind::folds, .validation = 0.2, .seed = 1, .folds = 5, .test_groups = {}};
  const std::vector<Split> folds = make_folds(rule, labels, 7);
  BOOST_TEST_REQUIRE(folds.size() == 5u);
  std::vector<int32_t> tested;
  for (const Split& fold : folds) {
    BOOST_TEST(each_row_once(fold, labels.size()));
    BOOST_TEST((fold.test.size() == 199u || fold.test.size() == 200u));
    const auto all = counts(joined(fold), labels), test = counts(fold.test, labels);
    for (size_t c = 0; c < 7; ++c) BOOST_TEST(std::abs(test[c] - all[c] / 5) < 1);
    tested.insert(tested.end(), fold.test.begin(), fold.test.end());
  }
  std::ranges::sort(tested);
  for (size_t r = 0; r < labels.size(); ++r) BOOST_TEST(tested[r] == static_cast<int32_t>(r));
}

BOOST_AUTO_TEST_CASE(imbalance_thins_out_what_trains_and_leaves_the_test_part) {
  const std::vector<int32_t> labels = uneven_labels();
  SplitRule rule = kRule;
  const Split even = make_split(rule, labels, 7, 0);
  rule.imbalance = 50;
  const Split uneven = make_split(rule, labels, 7, 0);
  BOOST_TEST(uneven.test == even.test, boost::test_tools::per_element());
  Split before = even, after = uneven;
  before.test = after.test = {};
  const auto all = counts(joined(before), labels), kept = counts(joined(after), labels);
  for (size_t c = 0; c < 7; ++c) {
    const double expected = all[c] / std::pow(50, static_cast<double>(c) / 6);
    BOOST_TEST(std::abs(kept[c] - std::max(expected, 4.0)) <= 0.5);
    BOOST_TEST(counts(uneven.train, labels)[c] > 0);
  }
}

BOOST_AUTO_TEST_SUITE_END()
