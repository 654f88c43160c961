// SPDX-License-Identifier: MIT
#include "datasets/metrics.h"

#include <boost/test/unit_test.hpp>
#include <limits>

#include "core/error.h"

using namespace agon;
using namespace agon::datasets;

namespace {

// [rows x 3] outputs and their labels, by the metric of that name.
double score(std::string_view name, std::span<const float> outputs,
             std::span<const int32_t> labels) {
  return metric(name, Kind::classify).of_answers({{outputs.data(), labels.size(), 3, 3}, labels});
}

// Four rows of class 0, all right, and two of class 1, one right; a tie goes to the lowest class.
constexpr auto kOutputs = std::to_array<float>({1, 0, 0, 1, 0, 0, 1, 1, 0, 2, 1, 0,  //
                                                0, 1, 0, 0, 0, 1});
constexpr auto kLabels = std::to_array<int32_t>({0, 0, 0, 0, 1, 1});

}  // namespace

BOOST_AUTO_TEST_SUITE(metrics)

BOOST_AUTO_TEST_CASE(accuracy_is_the_share_of_right_choices) {
  BOOST_TEST(score("accuracy", kOutputs, kLabels) == 5.0 / 6);
}

// Of the third class there is no row: it counts as neither right nor wrong.
BOOST_AUTO_TEST_CASE(balanced_accuracy_weighs_every_class_that_has_rows_alike) {
  BOOST_TEST(score("balanced-accuracy", kOutputs, kLabels) == (1.0 + 0.5) / 2);
  const std::span<const float> first(kOutputs);
  BOOST_TEST(score("balanced-accuracy", first.first(12), std::span(kLabels).first(4)) == 1);
}

BOOST_AUTO_TEST_CASE(rows_of_an_auroc_have_it_as_their_mean) {
  // Outputs 1 minus output 0: .1 .4 of class 0, .4 .2 .8 of class 1.
  const std::vector<float> outputs{0, .1f, 0, .4f, 0, .4f, 0, .2f, 0, .8f};
  const std::vector<int32_t> labels{0, 0, 1, 1, 1};
  const Answers answers{{outputs.data(), 5, 2, 2}, labels};
  const double area = auroc(answers);
  BOOST_TEST(area == 4.5 / 6);
  const std::vector<double> rows = auroc_rows(answers);
  BOOST_TEST_REQUIRE(rows.size() == 5u);
  double sum = 0;
  for (const double row : rows) sum += row;
  BOOST_TEST(sum / 5 == area, boost::test_tools::tolerance(1e-12));
  // The first row of class 0 lies below all of class 1, the first of class 1 ties with one of two.
  BOOST_TEST(rows[0] == area + 5.0 / 2 * (1 - area), boost::test_tools::tolerance(1e-12));
  BOOST_TEST(rows[2] == area + 5.0 / 3 * (0.75 - area), boost::test_tools::tolerance(1e-12));
  BOOST_TEST(auroc_rows({{outputs.data(), 2, 2, 2}, std::span(labels).first(2)}).empty());
  BOOST_TEST(right_rows(answers) == (std::vector<double>{0, 0, 1, 1, 1}),
             boost::test_tools::per_element());
}

// Scores 1 2 2 3 of class 0 and 2 4 of class 1: of 8 pairs 2 are ties, 1 is lost, 5 are won.
BOOST_AUTO_TEST_CASE(auroc_counts_pairs) {
  constexpr auto outputs = std::to_array<float>({0, 1, 1, 3, 5, 7, -1, 1, 0, 3, -2, 2});
  const auto labels = std::to_array<int32_t>({0, 0, 0, 1, 0, 1});
  const auto of = [&](std::span<const int32_t> l) {
    return metric("auroc", Kind::classify).of_answers({{outputs.data(), l.size(), 2, 2}, l});
  };
  BOOST_TEST(of(labels) == (5.0 + 2 * 0.5) / 8);
  BOOST_TEST(of(std::span(labels).first(3)) == 0.5);  // one class only
  auto swapped = labels;
  for (int32_t& label : swapped) label = 1 - label;
  BOOST_TEST(of(swapped) == 1 - of(labels));
}

// Class 0: two of three rows right, class 1: its one row right.
BOOST_AUTO_TEST_CASE(rows_of_a_balanced_accuracy_have_it_as_their_mean) {
  constexpr auto outputs = std::to_array<float>({1, 0, 1, 0, 0, 1, 0, 1});
  const auto labels = std::to_array<int32_t>({0, 0, 0, 1});
  const Answers answers{{outputs.data(), 4, 2, 2}, labels};
  const std::vector<double> rows = balanced_rows(answers);
  const double score = balanced_accuracy(answers), third = 1.0 / 3;
  BOOST_TEST(score == (2 * third + 1) / 2, boost::test_tools::tolerance(1e-12));
  BOOST_TEST((rows[0] + rows[1] + rows[2] + rows[3]) / 4 == score,
             boost::test_tools::tolerance(1e-12));
  // A row counts by the size of its class: 4 rows over 2 classes of 3 and of 1.
  BOOST_TEST(rows[0] == score + 4.0 / 6 * third, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(rows[2] == score - 4.0 / 6 * 2 * third, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(rows[3] == score, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(the_score_of_free_runs_falls_with_their_error) {
  const Metric& nrmse = metric("nrmse", Kind::dynamics);
  BOOST_TEST(nrmse.of_error(0) == nrmse.high);
  BOOST_TEST(nrmse.of_error(1) == 0.5);
  BOOST_TEST(nrmse.of_error(std::numeric_limits<double>::infinity()) == nrmse.low);
}

BOOST_AUTO_TEST_CASE(r_squared_is_the_explained_share_of_the_spread) {
  const auto r2 = [](std::vector<float> answers, std::vector<float> right, size_t targets) {
    const size_t rows = right.size() / targets;
    return metric("r2", Kind::regress)
        .of_targets({answers.data(), rows, targets, targets},
                    {right.data(), rows, targets, targets});
  };
  BOOST_TEST(r2({1, 2, 3, 4}, {1, 2, 3, 4}, 1) == 1);
  BOOST_TEST(r2({2.5, 2.5, 2.5, 2.5}, {1, 2, 3, 4}, 1) == 0);
  BOOST_TEST(r2({4, 3, 2, 1}, {1, 2, 3, 4}, 1) == -3);
  BOOST_TEST(r2({1, 5, 2, 5, 3, 5}, {1, 4, 2, 5, 3, 6}, 2) == 0.5);  // mean of 1 and 0
  BOOST_TEST(r2({7, 7}, {7, 7}, 1) == 1);                            // no spread: right or wrong
  BOOST_TEST(r2({7, 8}, {7, 7}, 1) == 0);
}

BOOST_AUTO_TEST_CASE(rows_of_an_r_squared_have_it_as_their_mean) {
  const std::vector<float> answers{1, 5, 2, 5, 4, 5}, right{1, 4, 2, 5, 3, 6};
  const core::ConstView a{answers.data(), 3, 2, 2}, b{right.data(), 3, 2, 2};
  const std::vector<double> rows = r_squared_rows(a, b);
  BOOST_TEST_REQUIRE(rows.size() == 3u);
  // Of the first target (score 1/2, spread 2) and of the second (score 0, spread 2): the first row is
  // right and 1 from the mean, wrong by 1 and 1 from the mean.
  const double first = 0.5 + 3 * (0.5 * 1 - 0) / 2, second = 0 + 3 * (1.0 * 1 - 1) / 2;
  BOOST_TEST(rows[0] == (first + second) / 2, boost::test_tools::tolerance(1e-12));
  BOOST_TEST((rows[0] + rows[1] + rows[2]) / 3 == r_squared(a, b),
             boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(smape_is_the_error_over_the_size_of_both) {
  const std::vector<float> answers{1, 0, 3, -4, 2, 0}, right{1, 5, 1, 4, 6, 0};
  const core::ConstView a{answers.data(), 3, 2, 2}, b{right.data(), 3, 2, 2};
  const std::vector<double> rows = symmetric_percentage_rows(a, b);
  BOOST_TEST(rows == (std::vector<double>{0.5, 0.25, 0.75}), boost::test_tools::per_element());
  BOOST_TEST(metric("smape", Kind::regress).of_targets(a, b) == 0.5);
}

BOOST_AUTO_TEST_CASE(every_row_has_a_name_of_its_own_bounds_and_what_its_kind_computes) {
  for (const Metric& m : kMetrics) {
    BOOST_TEST_CONTEXT(m.name) {
      BOOST_TEST(&metric(m.name, m.kind) == &m);
      BOOST_TEST(m.low < m.high);
      BOOST_TEST((m.of_answers != nullptr) == (m.kind == Kind::classify));
      BOOST_TEST((m.of_error != nullptr) == (m.kind == Kind::dynamics));
      BOOST_TEST((m.of_targets != nullptr) == (m.kind == Kind::regress));
      BOOST_TEST((m.rows != nullptr) == (m.kind == Kind::classify));
      BOOST_TEST((m.target_rows != nullptr) == (m.kind == Kind::regress));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_metric_of_another_kind_of_task_is_refused) {
  BOOST_CHECK_THROW(metric("nrmse", Kind::classify), Error);
  BOOST_CHECK_THROW(metric("", Kind::dynamics), Error);
}

BOOST_AUTO_TEST_SUITE_END()
