// SPDX-License-Identifier: MIT
#include "datasets/split.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

using namespace agon::datasets;

namespace {

// 7 uneven classes, 997 rows.
std::vector<int32_t> uneven_labels() {
  std::vector<int32_t> labels;
  for (int32_t i = 0; i < 997; ++i) labels.push_back((i * i + i / 13) % 7);
  return labels;
}

constexpr SplitRule kRule{
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

BOOST_AUTO_TEST_SUITE_END()
