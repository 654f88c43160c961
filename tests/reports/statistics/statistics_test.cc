// SPDX-License-Identifier: MIT
//
// Against published tables and numbers worked out by hand.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "reports/statistics/comparison.h"
#include "reports/statistics/depth.h"
#include "reports/statistics/improvement.h"
#include "reports/statistics/interval.h"
#include "reports/statistics/iqm.h"
#include "reports/statistics/learning_rate.h"
#include "reports/statistics/median.h"
#include "reports/statistics/tasks.h"

namespace agon::reports {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
const auto kClose = boost::test_tools::tolerance(1e-9);

}  // namespace

BOOST_AUTO_TEST_SUITE(statistics)

BOOST_AUTO_TEST_CASE(medians) {
  BOOST_TEST(median({3, 1, 2}) == 2);
  BOOST_TEST(median({4, 1, 2, 3}) == 2.5);
  const double lost = std::numeric_limits<double>::infinity();
  BOOST_TEST(median({lost, 1, 2}) == 2);
}

BOOST_AUTO_TEST_CASE(student_t_agrees_with_the_tables) {
  BOOST_TEST(t_quantile(0.975, 1) == 12.706204736, kClose);
  BOOST_TEST(t_quantile(0.975, 2) == 4.302652730, kClose);
  BOOST_TEST(t_quantile(0.975, 4) == 2.776445105, kClose);
  BOOST_TEST(t_quantile(0.995, 9) == 3.249835542, kClose);
}

BOOST_AUTO_TEST_CASE(mean_interval_of_few_values) {
  const MeanInterval m = mean_interval(std::vector<double>{1, 2, 3});
  BOOST_TEST(m.n == 3u);
  BOOST_TEST(m.mean == 2.0);
  BOOST_TEST(m.sd == 1.0);
  BOOST_TEST(m.ci.high == 2 + 4.302652730 / std::sqrt(3.0), kClose);
  BOOST_TEST(m.ci.low == 2 - 4.302652730 / std::sqrt(3.0), kClose);
  const MeanInterval one = mean_interval(std::vector<double>{0.7});
  BOOST_TEST(one.mean == 0.7);
  BOOST_TEST(!one.ci.known());
  BOOST_TEST(std::isnan(mean_interval({}).mean));
  // Equal values: the mean is that value to the last bit, and no spread is no certainty.
  const MeanInterval same = mean_interval(std::vector<double>(7, 0.1));
  BOOST_TEST(same.mean == 0.1);
  BOOST_TEST(same.sd == 0.0);
  BOOST_TEST(!same.ci.known());
}

BOOST_AUTO_TEST_CASE(scores_have_intervals_within_0_and_1) {
  const MeanInterval high = score_interval(std::vector<double>{0.97, 1.0, 0.99});
  BOOST_TEST(high.ci.high == 1.0);
  BOOST_TEST(high.ci.low == mean_interval(std::vector<double>{0.97, 1.0, 0.99}).ci.low);
  BOOST_TEST(score_interval(std::vector<double>{0.01, 0.0, 0.02}).ci.low == 0.0);
  // What is no share is left alone.
  BOOST_TEST(score_interval(std::vector<double>{0.9, 1.1, 1.3}).ci.high > 1.3);
  BOOST_TEST(!within(Interval{}, 0, 1).known());
}

BOOST_AUTO_TEST_CASE(interquartile_mean_cuts_a_quarter_at_each_end_and_names_it) {
  const auto of = [](std::vector<double> values) { return interquartile_mean(values); };
  BOOST_TEST(of({8, 1, 7, 2, 6, 3, 5, 4}).value == 4.5);
  BOOST_TEST(of({8, 1, 7, 2, 6, 3, 5, 4}).cut == (std::vector<size_t>{1, 3, 2, 0}),
             boost::test_tools::per_element());
  BOOST_TEST(of({0, 1, 2, 3, 100}).value == 2.0);  // cut 1 of 5
  BOOST_TEST(of({0, 1, 5}).value == 2.0);          // cut none of 3
  BOOST_TEST(of({0, 1, 5}).cut.empty());
  BOOST_TEST(std::isnan(of({}).value));
}

BOOST_AUTO_TEST_CASE(percentiles_interpolate) {
  const std::vector<double> sorted{1, 2, 3, 4};
  BOOST_TEST(percentile(sorted, 0.25) == 1.75);
  BOOST_TEST(percentile(sorted, 0) == 1.0);
  BOOST_TEST(percentile(sorted, 1) == 4.0);
}

// The worked example of a lesson on section 2.2 of Wortsman et al.: 4.5, 4.0, diverged from 7.0.
BOOST_AUTO_TEST_CASE(learning_rate_sensitivity) {
  const std::vector<double> losses{4.5, 4.0, kNaN};
  const Sensitivity s = lr_sensitivity(losses, 7.0);
  BOOST_TEST(s.lrs == 15.5 / 3 - 4.0, kClose);
  BOOST_TEST(std::round(s.lrs * 1e4) == 11667.0);
  BOOST_TEST(s.normalised == (15.5 / 3 - 4.0) / 3.0, kClose);
  BOOST_TEST(s.learns);
  // Worse than at the start counts as the start; so does infinity.
  BOOST_TEST(lr_sensitivity(std::vector<double>{4.5, 4.0, 1e30}, 7.0).lrs == s.lrs, kClose);
  BOOST_TEST(
      lr_sensitivity(std::vector<double>{4.5, 4.0, std::numeric_limits<double>::infinity()}, 7.0)
              .lrs == s.lrs,
      kClose);
  // Never learns: normalised 1, and it says so.
  const Sensitivity never = lr_sensitivity(std::vector<double>{kNaN, 9.0}, 7.0);
  BOOST_TEST(never.lrs == 0.0);
  BOOST_TEST(never.normalised == 1.0);
  BOOST_TEST(!never.learns);
  BOOST_TEST(lr_sensitivity(std::vector<double>{2.0, 2.0}, 7.0).normalised == 0.0);
  BOOST_TEST(std::isnan(lr_sensitivity({}, 7.0).lrs));
  BOOST_TEST(std::isnan(lr_sensitivity(losses, kNaN).lrs));
}

BOOST_AUTO_TEST_CASE(relative_performance_corrects_for_chance) {
  const auto r = relative_performance(std::vector<double>{0.5, 0.9, 0.05, kNaN}, 0.1);
  BOOST_TEST(r.at(0) == 0.5, kClose);
  BOOST_TEST(r.at(1) == 1.0);
  BOOST_TEST(r.at(2) == 0.0);
  BOOST_TEST(r.at(3) == 0.0);
  BOOST_TEST(
      relative_performance(std::vector<double>{0.1, 0.1}, 0.1) == (std::vector<double>{0, 0}),
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(usable_width_interpolates_in_log_eta) {
  const std::vector<double> rates{1e-3, 1e-2, 1e-1, 1}, relative{0.5, 1.0, 0.9, 0.0};
  const UsableWidth w95 = usable_width(rates, relative, 0.95);
  BOOST_TEST(w95.decades == 0.6, kClose);  // 10^-2.1 to 10^-1.5
  BOOST_TEST(w95.low == std::pow(10, -2.1), kClose);
  BOOST_TEST(w95.high == std::pow(10, -1.5), kClose);
  BOOST_TEST(!w95.at_edge());
  BOOST_TEST(usable_width(rates, relative, 0.90).decades == 1.2, kClose);  // 10^-2.2 to 10^-1

  const UsableWidth edge = usable_width(rates, std::vector<double>{0.97, 1.0, 0.0, 1.0}, 0.95);
  BOOST_TEST(edge.low_at_edge);
  BOOST_TEST(!edge.high_at_edge);
  BOOST_TEST(edge.decades == 1.05, kClose);  // the second hill is not contiguous
  BOOST_TEST(usable_width(rates, std::vector<double>{0, 0, 0, 0}, 0.95).decades == 0.0);
  BOOST_TEST(usable_width(rates, std::vector<double>{1, 1, 1, 1}, 0.95).decades == 3.0, kClose);
}

BOOST_AUTO_TEST_CASE(depth_auc_is_a_mean_over_doublings) {
  const auto curve = [](std::vector<std::pair<int64_t, double>> points) {
    std::vector<Retention> out;
    for (const auto& [d, r] : points) out.push_back({d, r, {}});
    return out;
  };
  BOOST_TEST(depth_auc(curve({{1, 1}, {2, 1}, {4, 0.8}, {8, 0.4}})) == 0.8, kClose);
  BOOST_TEST(depth_auc(curve({{1, 1}, {4, 0.8}, {16, 0.4}})) == (1 + 0.9 + 0.8 + 0.6 + 0.4) / 5,
             kClose);
  BOOST_TEST(depth_auc(curve({{1, 1.2}, {2, -0.3}})) == 0.5, kClose);
  BOOST_TEST(depth_auc(curve({{4, 0.7}})) == 0.7, kClose);
  BOOST_TEST(std::isnan(depth_auc({})));
}

BOOST_AUTO_TEST_CASE(depth_metrics_by_hand) {
  const std::vector<DepthPoint> points{{1, {{1, 0.90}, {2, 0.92}, {3, 0.94}}},
                                       {2, {{1, 0.91}, {2, 0.93}, {3, 0.95}}},
                                       {4, {{1, 0.90}, {2, 0.92}, {3, 0.94}}},
                                       {8, {{1, 0.30}, {2, 0.50}, {3, 0.10}}}};
  const DepthMetrics m = depth_metrics(points, 0.1);
  BOOST_TEST(m.reference == 2);
  BOOST_TEST_REQUIRE(m.retention.size() == 4u);
  BOOST_TEST(m.retention[1].value == 1.0);
  BOOST_TEST(!m.retention[1].ci.known());  // the reference against itself has no spread
  BOOST_TEST(m.retention[2].value == 0.82 / 0.83, kClose);
  BOOST_TEST(m.retention[3].value == 0.2 / 0.83, kClose);
  BOOST_TEST(m.auc == (0.82 / 0.83 + 1 + 0.82 / 0.83 + 0.2 / 0.83) / 4, kClose);
  BOOST_TEST(m.trainable == 4);
  BOOST_TEST(!m.trainable_censored);
  // Differences at depth 8: -.61, -.43, -.85; t interval with 2 degrees of freedom over the span
  // .83.
  const double mean = (-0.61 - 0.43 - 0.85) / 3;
  const double sd = std::sqrt(
      (std::pow(-0.61 - mean, 2) + std::pow(-0.43 - mean, 2) + std::pow(-0.85 - mean, 2)) / 2);
  BOOST_TEST(m.retention[3].ci.high == 1 + (mean + 4.302652730 * sd / std::sqrt(3.0)) / 0.83,
             kClose);
  BOOST_TEST(m.retention[3].ci.low == -0.1 / 0.83, kClose);  // a score of 0: there is nothing below
}

BOOST_AUTO_TEST_CASE(depth_metrics_say_what_they_cannot) {
  const std::vector<DepthPoint> one_seed{{1, {{1, 0.9}}}, {2, {{1, 0.9}}}};
  BOOST_TEST(depth_metrics(one_seed, 0.1).trainable == -1);
  BOOST_TEST(depth_metrics(one_seed, 0.1).auc == 1.0);
  const std::vector<DepthPoint> flat{{1, {{1, 0.9}, {2, 0.8}}}, {4, {{1, 0.9}, {2, 0.8}}}};
  BOOST_TEST(depth_metrics(flat, 0.1).trainable == 4);
  BOOST_TEST(depth_metrics(flat, 0.1).trainable_censored);
  const std::vector<DepthPoint> chance{{1, {{1, 0.1}, {2, 0.1}}}, {4, {{1, 0.9}, {2, 0.8}}}};
  BOOST_TEST(depth_metrics(chance, 0.1).retention.empty());
  BOOST_TEST(depth_metrics({}, 0.1).reference == -1);
  // Seeds without a partner give a value and no interval.
  const std::vector<DepthPoint> apart{{1, {{1, 0.9}, {2, 0.9}}}, {4, {{3, 0.5}, {4, 0.5}}}};
  BOOST_TEST(depth_metrics(apart, 0.1).retention.at(1).value == 0.5, kClose);
  BOOST_TEST(!depth_metrics(apart, 0.1).retention.at(1).ci.known());
}

BOOST_AUTO_TEST_CASE(medians_use_order_statistics) {
  std::vector<double> twenty;
  for (int i = 20; i >= 1; --i) twenty.push_back(i);
  const MedianInterval t = median_interval(twenty, 0.99);
  BOOST_TEST(t.median == 10.5);
  // The classical 99 % interval at n = 20: the 4th and the 17th value, coverage 1 - 2 * 1351 /
  // 2^20.
  BOOST_TEST(t.ci.low == 4.0);
  BOOST_TEST(t.ci.high == 17.0);
  BOOST_TEST(t.confidence == 1 - 2 * 1351.0 / 1048576, kClose);
  // Five values cannot reach 99 %: the range, and what it covers.
  const MedianInterval five = median_interval(std::vector<double>{5, 1, 4, 2, 3}, 0.99);
  BOOST_TEST(five.ci.low == 1.0);
  BOOST_TEST(five.ci.high == 5.0);
  BOOST_TEST(five.confidence == 0.9375, kClose);
  BOOST_TEST(median_interval(std::vector<double>{3}).median == 3.0);
  BOOST_TEST(!median_interval(std::vector<double>{3}).ci.known());
  BOOST_TEST(std::isnan(median_interval({}).median));
}

BOOST_AUTO_TEST_CASE(differences_are_paired_by_seed) {
  const SeedScores low{{1, 0.50}, {2, 0.52}, {3, 0.54}}, high{{1, 0.90}, {2, 0.93}, {3, 0.94}};
  const Difference d = difference(high, low);
  BOOST_TEST(d.n == 3u);
  BOOST_TEST(d.mean == (0.40 + 0.41 + 0.40) / 3, kClose);
  BOOST_TEST(d.ci.low > 0.38);
  BOOST_TEST(d.p == 0.1, kClose);  // t alone would say 7e-5
  BOOST_TEST(difference(low, high).mean == -d.mean, kClose);
  BOOST_TEST(difference(low, high).p == d.p, kClose);
  // No spread: no interval; p is 1 without a difference, else as small as the seeds allow.
  BOOST_TEST(difference(low, low).p == 1.0);
  BOOST_TEST(!difference(low, low).ci.known());
  const SeedScores none{{1, 0}, {2, 0}, {3, 0}}, all{{1, 1}, {2, 1}, {3, 1}};
  BOOST_TEST(difference(all, none).p == 0.1, kClose);
  BOOST_TEST(!difference(all, none).ci.known());
  // Not beyond what two scores can differ by.
  BOOST_TEST(difference(SeedScores{{1, 1}, {2, 0.6}}, SeedScores{{1, 0}, {2, 0}}).ci.high == 1.0);
  BOOST_TEST(difference(high, SeedScores{{1, 0.5}}).n == 1u);
  BOOST_TEST(std::isnan(difference(high, SeedScores{{1, 0.5}}).p));
  BOOST_TEST(difference(high, SeedScores{{7, 0.5}}).n == 0u);
  // t = 0.02 / (sd / sqrt 5), checked against a table's program.
  const SeedScores x{{1, 0.93}, {2, 0.91}, {3, 0.95}, {4, 0.90}, {5, 0.94}},
      y{{1, 0.90}, {2, 0.92}, {3, 0.91}, {4, 0.89}, {5, 0.91}};
  BOOST_TEST(difference(x, y).p == t_two_sided(0.02 / (std::sqrt(0.0004) / std::sqrt(5.0)), 4),
             kClose);
}

BOOST_AUTO_TEST_CASE(runs_ahead_are_paired_by_seed) {
  const SeedScores x{{1, 0.5}, {2, 0.6}, {3, 0.7}, {9, 1}}, y{{1, 0.4}, {2, 0.6}, {3, 0.8}, {8, 0}};
  const SeedScores below{{1, 0.4}, {2, 0.5}, {3, 0.6}}, apart{{7, 1}};
  const auto ahead = [](std::vector<TaskPair> tasks) { return probability_of_improvement(tasks); };
  BOOST_TEST(ahead({{&x, &y}}).value == 0.5);
  BOOST_TEST(ahead({{&x, &y}}).pairs == 3u);
  BOOST_TEST(ahead({{&x, &below}}).value == 1.0);
  BOOST_TEST(std::isnan(ahead({{&x, &apart}}).value));
  // Tasks count alike, whatever their seeds; one without a pair counts nowhere.
  const Improvement both = ahead({{&x, &y}, {&x, &below}, {&x, &apart}});
  BOOST_TEST(both.value == 0.75);
  BOOST_TEST(both.pairs == 6u);
  BOOST_TEST(both.ci.contains(0.75));
}

BOOST_AUTO_TEST_CASE(corrections_by_hand) {
  const std::vector<double> p{0.04, 0.01, 0.03, 0.005};
  const std::vector<double> bh = benjamini_hochberg(p), h = holm(p);
  for (const auto& [got, wanted] : {std::pair{bh, std::vector<double>{0.04, 0.02, 0.04, 0.02}},
                                    std::pair{h, std::vector<double>{0.06, 0.03, 0.06, 0.02}}}) {
    for (size_t i = 0; i < p.size(); ++i) BOOST_TEST(got[i] == wanted[i], kClose);
  }
  BOOST_TEST(benjamini_hochberg(std::vector<double>{1, 0.9}) == (std::vector<double>{1, 1}),
             boost::test_tools::per_element());
  BOOST_TEST(benjamini_hochberg({}).empty());
  BOOST_TEST(holm({}).empty());
}

BOOST_AUTO_TEST_CASE(one_criterion_and_none_below_five_seeds) {
  Difference d{5, 0.1, {0.05, 0.15}, 0.001};
  BOOST_TEST((outcome_of(d, 0.049) == Outcome::win));
  BOOST_TEST((outcome_of(d, 0.05) == Outcome::tie));  // whatever its own interval says
  d.mean = -0.1;
  BOOST_TEST((outcome_of(d, 0.049) == Outcome::loss));
  d.n = 4;
  BOOST_TEST((outcome_of(d, 0.001) == Outcome::unknown));
  BOOST_TEST(smallest_p(3) == 0.1, kClose);
  BOOST_TEST(smallest_p(4) == 2.0 / 70, kClose);
  BOOST_TEST(smallest_p(5) == 2.0 / 252, kClose);
  BOOST_TEST(smallest_p(0) == 1.0);
  BOOST_TEST(smallest_p(1000) < 1e-300);
}

BOOST_AUTO_TEST_CASE(a_normalised_score_is_paired_with_its_unit) {
  // x is half of what bp has above chance, seed by seed: no noise is left, whatever bp's is.
  const SeedScores bp{{1, 0.9}, {2, 0.7}, {3, 0.8}}, half{{1, 0.5}, {2, 0.4}, {3, 0.45}};
  const TaskValue value = scaled_to(bp, half, 0.1);
  BOOST_TEST(value.value == 0.5, kClose);
  BOOST_TEST(value.variance < 1e-30);
  BOOST_TEST(value.n == 3u);
  // Only common seeds count, in the unit too.
  BOOST_TEST(scaled_to(bp, SeedScores{{1, 0.5}, {7, 0.1}}, 0.1).value == 0.5, kClose);
  BOOST_TEST(std::isnan(scaled_to(bp, SeedScores{{7, 0.1}}, 0.1).value));
  BOOST_TEST(std::isnan(scaled_to(SeedScores{{1, 0.1}}, half, 0.1).value));
  // The noise of bp counts: z = (x - N b) / (B - c).
  const SeedScores steady{{1, 0.45}, {2, 0.45}, {3, 0.45}};
  BOOST_TEST(scaled_to(bp, steady, 0.1).variance == 0.25 * 0.01 / 3 / (0.7 * 0.7), kClose);
  BOOST_TEST(scaled_to_perfect(half, 0.1).value == 0.35 / 0.9, kClose);
  BOOST_TEST(scaled_difference(bp, half, 0.7).value == 0.5, kClose);
}

BOOST_AUTO_TEST_CASE(the_mean_of_tasks_adds_their_variances) {
  const std::vector<TaskValue> tasks{{0.5, 0.04, 3, 2}, {1.0, 0, 3, 2}, {0.9, 0.01, 5, 4}};
  const TaskMean mean = mean_of_tasks(tasks);
  const double v = 0.05 / 9, df = v * v / (std::pow(0.04 / 9, 2) / 2 + std::pow(0.01 / 9, 2) / 4);
  BOOST_TEST(mean.value == 0.8, kClose);
  BOOST_TEST(mean.ci.high == 0.8 + t_quantile(0.975, df) * std::sqrt(v), kClose);
  BOOST_TEST(mean.p == t_two_sided(0.8 / std::sqrt(v), df), kClose);
  // One seed of one task, or no spread anywhere, give no interval.
  BOOST_TEST(!mean_of_tasks(std::vector<TaskValue>{{0.5, kNaN, 1}, {1, 0.1, 3}}).ci.known());
  const TaskMean even = mean_of_tasks(std::vector<TaskValue>{{0.5, 0, 5}, {1, 0, 6}});
  BOOST_TEST(!even.ci.known());
  BOOST_TEST(even.p == 2.0 / 252, kClose);
  BOOST_TEST(mean_of_tasks(std::vector<TaskValue>{{0, 0, 5}}).p == 1.0);
  BOOST_TEST(std::isnan(mean_of_tasks({}).value));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
