// SPDX-License-Identifier: MIT
//
// Against published tables and numbers worked out by hand.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "reports/statistics/comparison.h"
#include "reports/statistics/depth.h"
#include "reports/statistics/interval.h"
#include "reports/statistics/iqm.h"
#include "reports/statistics/learning_rate.h"
#include "reports/statistics/speed.h"

namespace agon::reports {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
const auto kClose = boost::test_tools::tolerance(1e-9);

}  // namespace

BOOST_AUTO_TEST_SUITE(statistics)

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
  // Equal values: no spread, and the mean is that value to the last bit.
  const MeanInterval same = mean_interval(std::vector<double>(7, 0.1));
  BOOST_TEST(same.mean == 0.1);
  BOOST_TEST(same.sd == 0.0);
  BOOST_TEST(same.ci.low == same.ci.high);
}

BOOST_AUTO_TEST_CASE(interquartile_mean_cuts_a_quarter_at_each_end) {
  BOOST_TEST(interquartile_mean(std::vector<double>{8, 1, 7, 2, 6, 3, 5, 4}) == 4.5);
  BOOST_TEST(interquartile_mean(std::vector<double>{0, 1, 2, 3, 100}) == 2.0);  // cut 1 of 5
  BOOST_TEST(interquartile_mean(std::vector<double>{0, 1, 5}) == 2.0);          // cut none of 3
  BOOST_TEST(interquartile_mean(TaskScores{{0, 1, 2}, {3, 100}}) == 2.0);       // pooled over tasks
  BOOST_TEST(std::isnan(interquartile_mean(TaskScores{})));
}

BOOST_AUTO_TEST_CASE(percentiles_interpolate) {
  const std::vector<double> sorted{1, 2, 3, 4};
  BOOST_TEST(percentile(sorted, 0.25) == 1.75);
  BOOST_TEST(percentile(sorted, 0) == 1.0);
  BOOST_TEST(percentile(sorted, 1) == 4.0);
}

BOOST_AUTO_TEST_CASE(bootstrap_resamples_within_tasks_and_repeats_itself) {
  // No spread within a task: whatever is resampled, the pool is the same.
  const Estimate fixed = iqm_estimate({{0.2, 0.2, 0.2}, {0.9, 0.9, 0.9}});
  BOOST_TEST(fixed.ci.low == fixed.value, kClose);
  BOOST_TEST(fixed.ci.high == fixed.value, kClose);

  const TaskScores scores{{0.90, 0.92, 0.94, 0.91, 0.95}, {0.70, 0.75, 0.72, 0.71, 0.74}};
  const Estimate a = iqm_estimate(scores), b = iqm_estimate(scores);
  BOOST_TEST(a.ci.low == b.ci.low);
  BOOST_TEST(a.ci.high == b.ci.high);
  BOOST_TEST(a.ci.contains(a.value));
  BOOST_TEST(a.ci.low < a.ci.high);
  BOOST_TEST(a.ci.low >= 0.70);
  BOOST_TEST(a.ci.high <= 0.95);
  BOOST_TEST(!iqm_estimate({{0.5}, {0.6}}).ci.known());
}

// One task of 4 seeds, of which the two middle ones count. A resample's interquartile mean is 0
// unless two draws or more are 1, each with chance 1/4: percentiles follow from the binomial
// distribution.
BOOST_AUTO_TEST_CASE(bootstrap_agrees_with_the_exact_distribution) {
  const Estimate e = iqm_estimate({{0, 0, 0, 1}}, 0.5, 20'000);
  BOOST_TEST(e.value == 0.0);
  // P(2 ones or more) = 0.2617 > 1/4: the upper quartile is 1/2 (P(3 or more) = 0.0508).
  BOOST_TEST(e.ci.low == 0.0);
  BOOST_TEST(e.ci.high == 0.5);
}

BOOST_AUTO_TEST_CASE(difference_pairs_seeds) {
  // b is a minus 0.1 seed by seed: paired, the difference has no spread at all.
  const TaskScores a{{0.5, 0.7, 0.9}, {0.3, 0.6, 0.8}}, b{{0.4, 0.6, 0.8}, {0.2, 0.5, 0.7}};
  const Estimate d = iqm_difference(a, b);
  BOOST_TEST(d.value == 0.1, kClose);
  BOOST_TEST(d.ci.low == 0.1, kClose);
  BOOST_TEST(d.ci.high == 0.1, kClose);
  BOOST_CHECK_THROW(iqm_difference(a, {{0.1}}), std::invalid_argument);
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
  BOOST_TEST(m.retention[1].ci.low == 1.0);  // the reference against itself has no spread
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
  BOOST_TEST(m.retention[3].ci.low == 1 + (mean - 4.302652730 * sd / std::sqrt(3.0)) / 0.83,
             kClose);
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

BOOST_AUTO_TEST_CASE(throughput_uses_order_statistics) {
  std::vector<double> twenty;
  for (int i = 20; i >= 1; --i) twenty.push_back(i);
  const Throughput t = throughput(twenty);
  BOOST_TEST(t.median == 10.5);
  // The classical 99 % interval at n = 20: the 4th and the 17th value, coverage 1 - 2 * 1351 /
  // 2^20.
  BOOST_TEST(t.ci.low == 4.0);
  BOOST_TEST(t.ci.high == 17.0);
  BOOST_TEST(t.confidence == 1 - 2 * 1351.0 / 1048576, kClose);
  // Five repetitions cannot reach 99 %: the range, and what it covers.
  const Throughput five = throughput(std::vector<double>{5, 1, 4, 2, 3});
  BOOST_TEST(five.ci.low == 1.0);
  BOOST_TEST(five.ci.high == 5.0);
  BOOST_TEST(five.confidence == 0.9375, kClose);
  BOOST_TEST(throughput(std::vector<double>{3}).median == 3.0);
  BOOST_TEST(!throughput(std::vector<double>{3}).ci.known());
  BOOST_TEST(std::isnan(throughput({}).median));

  const SpeedRatio r = speed_ratio(t, five);
  BOOST_TEST(r.value == 3.5, kClose);
  BOOST_TEST(r.ci.low == 0.8, kClose);
  BOOST_TEST(r.ci.high == 17.0, kClose);
  BOOST_TEST(std::isnan(speed_ratio(t, {}).value));
}

BOOST_AUTO_TEST_CASE(paired_differences_win_tie_and_lose) {
  using Scores = std::map<uint64_t, double>;
  const Scores low{{1, 0.50}, {2, 0.52}, {3, 0.54}}, high{{1, 0.90}, {2, 0.93}, {3, 0.94}};
  BOOST_TEST((paired_difference(high, low).outcome == Outcome::win));
  BOOST_TEST((paired_difference(low, high).outcome == Outcome::loss));
  BOOST_TEST((paired_difference(low, low).outcome == Outcome::tie));
  const Scores wide{{1, 0.10}, {2, 0.99}, {3, 0.60}};
  BOOST_TEST((paired_difference(wide, low).outcome == Outcome::tie));
  BOOST_TEST((paired_difference(high, Scores{{1, 0.5}}).outcome == Outcome::unknown));
  BOOST_TEST((paired_difference(high, Scores{{7, 0.5}, {8, 0.5}}).outcome == Outcome::unknown));
  BOOST_TEST(paired_difference(high, low).difference.mean == (0.40 + 0.41 + 0.40) / 3, kClose);
}

BOOST_AUTO_TEST_CASE(probability_of_improvement_counts_pairs) {
  BOOST_TEST(probability_of_improvement(std::vector<double>{1, 2, 3}, std::vector<double>{2}) ==
             0.5);
  BOOST_TEST(probability_of_improvement(std::vector<double>{3, 4}, std::vector<double>{1, 2}) ==
             1.0);
  BOOST_TEST(std::isnan(probability_of_improvement(std::vector<double>{}, std::vector<double>{2})));
  const Estimate e =
      probability_of_improvement(TaskScores{{3, 4}, {1, 1}}, TaskScores{{1, 2}, {1, 1}});
  BOOST_TEST(e.value == 0.75);
  BOOST_TEST(e.ci.low == 0.75);
  BOOST_TEST(e.ci.high == 0.75);
}

BOOST_AUTO_TEST_CASE(few_seeds_cannot_be_significant) {
  BOOST_TEST(smallest_p(3, 3) == 0.1, kClose);
  BOOST_TEST(smallest_p(4, 4) == 2.0 / 70, kClose);
  BOOST_TEST(smallest_p(5, 5) == 2.0 / 252, kClose);
  BOOST_TEST(smallest_p(0, 3) == 1.0);
  BOOST_TEST(smallest_p(1000, 1000) < 1e-300);
  BOOST_TEST(!can_be_significant(3));
  BOOST_TEST(can_be_significant(4));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
