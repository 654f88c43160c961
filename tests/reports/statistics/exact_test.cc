// SPDX-License-Identifier: MIT
//
// What holds exactly, whatever the data: order does not matter, sides swap, one rule under two names
// ties, the same seed draws the same interval, and where the definition says unknown no number comes
// out and nothing is thrown.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "core/error.h"
#include "population.h"
#include "reports/statistics/auroc.h"
#include "reports/statistics/bayes.h"
#include "reports/statistics/comparison.h"
#include "reports/statistics/crossed.h"
#include "reports/statistics/depth.h"
#include "reports/statistics/expected_best.h"
#include "reports/statistics/friedman.h"
#include "reports/statistics/improvement.h"
#include "reports/statistics/iqm.h"
#include "reports/statistics/iqm_interval.h"
#include "reports/statistics/limits.h"
#include "reports/statistics/power.h"
#include "reports/statistics/profile.h"
#include "reports/statistics/proportion.h"
#include "reports/statistics/rank_group.h"
#include "reports/statistics/score.h"
#include "reports/statistics/selection.h"
#include "reports/statistics/tasks.h"
#include "reports/statistics/wilcoxon.h"

namespace agon::reports {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr RowKind kReal{false, TestedRows::sampled};
constexpr RowKind kAll{true, TestedRows::all};

RowTable constant(size_t seeds, size_t rows, double value) {
  return {seeds, rows, std::vector<double>(seeds * rows, value)};
}

RowTable some(size_t seeds, size_t rows, double p, uint64_t stream) {
  core::Stream draws(7, stream);
  return Population(rows, draws).runs({p, 0.9, 0.2, 0.9}, seeds);
}

// Seeds in reverse, rows turned by 3.
RowTable shuffled(const RowTable& x) {
  RowTable out = x;
  for (size_t s = 0; s < x.seeds; ++s) {
    for (size_t r = 0; r < x.rows; ++r)
      out.values[s * x.rows + r] = x.values[(x.seeds - 1 - s) * x.rows + (r + 3) % x.rows];
  }
  return out;
}

bool close(double a, double b) { return a == b || std::fabs(a - b) <= 1e-12; }

}  // namespace

BOOST_AUTO_TEST_SUITE(exact)

BOOST_AUTO_TEST_CASE(the_order_of_seeds_and_rows_does_not_matter) {
  const RowTable x = some(5, 60, 0.9, 1), y = some(5, 60, 0.8, 2);
  RowTable trials = x;
  for (size_t i = 0; i < trials.values.size(); ++i)
    trials.values[i] = 0.5 + 0.4 * std::sin(static_cast<double>(i * i));
  for (const RowKind kind : {RowKind{}, kReal, kAll}) {
    const RowTable& of = kind.binary ? x : trials;
    const RowScore a = score_interval(of, kind), b = score_interval(shuffled(of), kind);
    BOOST_TEST(close(a.value, b.value));
    BOOST_TEST(close(a.ci.low, b.ci.low));
    BOOST_TEST(close(a.ci.high, b.ci.high));
    const Difference d = difference(of, y, kind), e = difference(shuffled(of), shuffled(y), kind);
    BOOST_TEST(close(d.p, e.p));
    BOOST_TEST(close(d.ci.low, e.ci.low));
    BOOST_TEST(d.discordant == e.discordant);
  }
}

BOOST_AUTO_TEST_CASE(swapped_sides_change_signs_and_keep_p) {
  const RowTable x = some(5, 60, 0.9, 1), y = some(5, 60, 0.8, 2);
  for (const RowKind kind : {RowKind{}, kReal, kAll}) {
    const Difference d = difference(x, y, kind), e = difference(y, x, kind);
    BOOST_TEST(close(d.mean, -e.mean));
    BOOST_TEST(close(d.ci.low, -e.ci.high));
    BOOST_TEST(close(d.p, e.p));
    BOOST_TEST(close(d.visible, e.visible));
  }
}

BOOST_AUTO_TEST_CASE(a_rule_under_two_names_ties_everywhere) {
  std::vector<Difference> table;
  for (uint64_t t = 0; t < 6; ++t) {
    const RowTable x = some(5, 40, 0.9, t);
    table.push_back(difference(x, x, t % 2 == 0 ? RowKind{} : kAll));
    BOOST_TEST(table.back().p == 1.0);
  }
  const JudgedTable judged = judge_table(table);
  BOOST_TEST(judged.comparisons == 6u);
  for (const Judged& cell : judged.cells) {
    BOOST_TEST((cell.outcome == Outcome::tie));
    BOOST_TEST(!cell.alone_only);
  }
}

BOOST_AUTO_TEST_CASE(a_tie_whose_own_interval_excludes_zero_carries_a_dot) {
  std::vector<Difference> table(20);
  for (Difference& d : table) d = {5, 0.01, {-0.01, 0.03}, 0.5};
  table[3] = {5, 0.02, {0.001, 0.04}, 0.04};
  table[4] = {4, 0.5, {0.4, 0.6}, 1e-9};  // too few seeds: not in the table
  const JudgedTable judged = judge_table(table);
  BOOST_TEST(judged.comparisons == 19u);
  BOOST_TEST((judged.cells[3].outcome == Outcome::tie));
  BOOST_TEST(judged.cells[3].alone_only);
  BOOST_TEST(!judged.cells[2].alone_only);
  BOOST_TEST((judged.cells[4].outcome == Outcome::unknown));
  BOOST_TEST(std::isnan(judged.cells[4].corrected));
}

BOOST_AUTO_TEST_CASE(pairs_are_made_of_common_seeds_on_the_same_rows) {
  const Runs x{"digits", {{1, {1, 0}}, {2, {1, 1}}, {5, {0, 0}}}},
      y{"digits", {{2, {0, 1}}, {3, {1, 1}}}};
  const PairedRuns pair = paired(x, y);
  BOOST_TEST(pair.x.seeds == 1u);
  BOOST_TEST(pair.x.values == (std::vector<double>{1, 1}), boost::test_tools::per_element());
  BOOST_TEST(pair.y.values == (std::vector<double>{0, 1}), boost::test_tools::per_element());
  BOOST_TEST(pair.dropped == 3u);
  BOOST_TEST(paired(x, Runs{"digits", {}}).dropped == 3u);
  BOOST_CHECK_THROW(paired(x, Runs{"xor", {{1, {1, 0}}}}), Error);
  BOOST_CHECK_THROW(paired(x, Runs{"digits", {{1, {1, 0, 1}}}}), Error);
  BOOST_CHECK_THROW(table_of(Runs{"digits", {{1, {1, 0}}, {2, {1}}}}), Error);
}

BOOST_AUTO_TEST_CASE(intervals_say_what_they_are_over) {
  BOOST_TEST(basis_text(score_interval(some(5, 60, 0.9, 1), {})) ==
             "over 5 seeds and 60 test rows");
  BOOST_TEST(basis_text(score_interval(some(1, 60, 0.9, 1), {})) == "over 60 test rows, one seed");
  BOOST_TEST(basis_text(score_interval(some(5, 8, 0.9, 1), kAll)) ==
             "over 5 seeds, all patterns tested");
}

BOOST_AUTO_TEST_CASE(monte_carlo_repeats) {
  const std::vector<TaskValue> tasks{{0.9, 1e-4, 5, 12}, {0.8, 4e-4, 5, 3}, {1, 0, 5, kNaN}};
  const Interval a = iqm_interval(tasks), b = iqm_interval(tasks),
                 c = iqm_interval(tasks, 10000, 2);
  BOOST_TEST(a.low == b.low);
  BOOST_TEST(a.high == b.high);
  BOOST_TEST(a.low != c.low);
  const std::vector<double> many{0.9, 0.8, 0.7, 0.95, 1, 0.97, 0.6, 0.99};
  BOOST_TEST(iqm_of_tasks_like(many).low == iqm_of_tasks_like(many).low);
  BOOST_TEST(iqm_of_tasks_like(many).contains(interquartile_mean(many).value));
  BOOST_TEST(!iqm_of_tasks_like(std::span(many).first(7)).known());
}

// Moments of the draws, within five standard errors.
BOOST_AUTO_TEST_CASE(draws_have_their_distributions) {
  core::Stream stream(3, 4);
  constexpr size_t kDraws = 40000;
  const double error = 1 / std::sqrt(static_cast<double>(kDraws));
  for (const double shape : {0.5, 1.0, 6.5}) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < kDraws; ++i) {
      const double g = draw_gamma(stream, shape);
      sum += g;
      squares += (g - shape) * (g - shape);
    }
    BOOST_TEST(std::fabs(sum / kDraws - shape) < 5 * std::sqrt(shape) * error);
    BOOST_TEST(std::fabs(squares / kDraws - shape) < 0.1 * shape);
  }
  size_t beyond = 0;
  for (size_t i = 0; i < kDraws; ++i)
    beyond += std::fabs(draw_t(stream, 4)) > t_quantile(0.975, 4) ? 1 : 0;
  BOOST_TEST(std::fabs(static_cast<double>(beyond) / kDraws - 0.05) <
             5 * std::sqrt(0.0475) * error);
}

// No seed, one seed, one row, no task, all failed, a baseline at chance.
BOOST_AUTO_TEST_CASE(what_is_unknown_is_no_number) {
  for (size_t seeds = 0; seeds < 4; ++seeds) {
    for (size_t rows = 0; rows < 4; ++rows) {
      for (const RowKind kind : {RowKind{}, kReal, kAll, RowKind{false, TestedRows::all}}) {
        const RowTable x = constant(seeds, rows, 0.1);  // all failed
        BOOST_TEST_CONTEXT(seeds << " seeds, " << rows << " rows, binary " << kind.binary) {
          const RowScore score = score_interval(x, kind);
          const bool sampled = kind.binary && kind.test_rows == TestedRows::sampled && rows > 1;
          BOOST_TEST(std::isnan(score.value) == (seeds == 0 || rows == 0));
          BOOST_TEST(score.ci.known() == (sampled && seeds > 0));
          const Difference d = difference(x, x, kind);
          BOOST_TEST(d.ci.known() == (sampled && seeds > 0));
          if (seeds > 1 && rows > 0) BOOST_TEST(d.p == 1.0);
          if (seeds == 0 || rows == 0) BOOST_TEST(std::isnan(d.p));
          BOOST_TEST(std::isnan(normalised(x, x, 0.1, kind).value));  // at chance
          BOOST_TEST(!serves_as_unit(score, 0.1));
          scaled_to_perfect(x, 0.1, kind);
          scaled_difference(x, 0.5, kind);
          components(x);
        }
      }
    }
  }
  // Every seed of a test of everything alike: a difference without an interval, as small a p as the
  // seeds allow.
  const Difference sure = difference(constant(5, 8, 1), constant(5, 8, 0.5), kAll);
  BOOST_TEST(!sure.ci.known());
  BOOST_TEST(sure.p == smallest_p(5));
  BOOST_TEST(std::isnan(sure.visible));
  BOOST_TEST(std::isnan(difference(constant(1, 8, 1), constant(1, 8, 0), kAll).p));
  // Trials that all differ by the same: no spread, and a p.
  const Difference even = difference(constant(5, 8, 0.75), constant(5, 8, 0.5), kReal);
  BOOST_TEST(!even.ci.known());
  BOOST_TEST(even.p == std::ldexp(1, -7));

  BOOST_TEST(std::isnan(mean_of_tasks({}).value));
  BOOST_TEST(!iqm_interval({}).known());
  BOOST_TEST(!iqm_interval(std::vector<TaskValue>{{0.5, kNaN, 1}}).known());
  BOOST_TEST(!clopper_pearson(0, 0).known());
  BOOST_TEST(!wilson(0, 0).known());
  BOOST_TEST(std::isnan(auroc_values(std::vector<double>{1, 2}, std::vector<uint8_t>{1, 1}).auroc));
  BOOST_TEST(std::isnan(auroc_values({}, {}).auroc));
  BOOST_TEST(std::isnan(bayes_signed_rank({}).better));
  BOOST_TEST(wilcoxon({}).p == 1.0);
  BOOST_TEST(std::isnan(friedman({}, 0).f));
  BOOST_TEST(std::isnan(friedman(std::vector<double>{1, 2}, 2).f));
  BOOST_TEST(friedman(std::vector<double>{1, 1, 2, 2}, 2).p_f == 1.0);
  BOOST_TEST(std::isnan(critical_difference(1, 5).cd));
  BOOST_TEST(std::isnan(probability_of_improvement({}).value));
  BOOST_TEST(std::isnan(expected_best(std::vector<double>{1, 2}, 3)));
  BOOST_TEST(std::isnan(best_k_gain({}, 1)));
  BOOST_TEST(std::isnan(best_epoch_gain({})));
  BOOST_TEST(std::isnan(tuned_on_test_gain({}, 0)));
  BOOST_TEST(performance_profile({}, 0, {}).empty());
  BOOST_TEST(needed({kNaN, kNaN, kNaN}, 0.01).empty());
  BOOST_TEST(needed({0, 0, 0}, 0.01).empty());
  BOOST_TEST(needed({1e-6, 0.01, 0.01}, 0).empty());
  BOOST_TEST(!best_group(0, [](size_t, size_t) { return std::vector<TaskValue>{}; }).known);
  BOOST_TEST(!best_group(2, [](size_t, size_t) { return std::vector<TaskValue>{}; }).known);
}

BOOST_AUTO_TEST_CASE(what_can_never_be_significant) {
  BOOST_TEST((never_significant(4, 100, TestedRows::sampled) == Never::seeds));
  BOOST_TEST((never_significant(5, 5, TestedRows::sampled) == Never::rows));
  BOOST_TEST((never_significant(5, 6, TestedRows::sampled) == Never::no));
  BOOST_TEST((never_significant(5, 0, TestedRows::all) == Never::no));
  BOOST_TEST((never_significant_over(5) == Never::tasks));
  BOOST_TEST((never_significant_over(6) == Never::no));
  BOOST_TEST((never_significant_over(8, 7) == Never::tasks));
  BOOST_TEST((never_significant_over(9, 7) == Never::no));
  BOOST_TEST(never_alone(smallest_signed_p(11), 70));
  BOOST_TEST(!never_alone(smallest_signed_p(12), 70));
  BOOST_TEST(never_alone(smallest_p(6), 70));
  BOOST_TEST(!never_alone(smallest_p(7), 70));
  BOOST_TEST(smallest_signed_p(0) == 1.0);
}

BOOST_AUTO_TEST_CASE(power_grows_with_the_difference_and_is_certain_far_out) {
  const Components pair{3e-6, 0.0107, 0.0147};
  double before = 0;
  for (const double delta : {0.002, 0.01, 0.05, 0.1, 0.2, 0.5, 1.0}) {
    const double now = power(pair, delta, 5, 1000, 70);
    BOOST_TEST(now >= before);
    before = now;
  }
  BOOST_TEST(before == 1.0, boost::test_tools::tolerance(1e-9));
  // One point between unlike rules: not on digits, but with 2000 rows.
  BOOST_TEST(power(pair, 0.01, 5, 360, 1) < 0.8);
  BOOST_TEST(power(pair, 0.01, 5, 2000, 1) >= 0.8);
}

BOOST_AUTO_TEST_CASE(seeds_below_halfway_are_counted) {
  const SeedsBelow none = seeds_below(std::vector<double>{0.9, 0.95, 0.8, 0.9, 0.9}, 0.1);
  BOOST_TEST(none.below == 0u);
  BOOST_TEST(std::round(100 * none.up_to) == 52.0);
  BOOST_TEST(seeds_below(std::vector<double>{0.9, kNaN, 0.3}, 0.1).below == 2u);
  BOOST_TEST(seeds_below(std::vector<double>{kNaN, kNaN}, 0.1).below == 2u);
  BOOST_TEST(seeds_below({}, 0.1).n == 0u);
}

BOOST_AUTO_TEST_CASE(a_baseline_is_a_unit_only_clearly_above_chance) {
  BOOST_TEST(serves_as_unit(score_interval(constant(5, 100, 1), {}), 0.1));
  RowScore low;
  low.value = 0.2;
  low.ci = {0.1449, 0.26};
  BOOST_TEST(!serves_as_unit(low, 0.1));
  low.ci.low = 0.1451;
  BOOST_TEST(serves_as_unit(low, 0.1));
  BOOST_TEST(too_narrow(true, 5, 4).mean);
  BOOST_TEST(!too_narrow(true, 5, 5).mean);
  BOOST_TEST(too_narrow(true, 5, 12).iqm);
  BOOST_TEST(!too_narrow(true, 10, 4).iqm);
  BOOST_TEST(!too_narrow(false, 3, 4).iqm);
}

// The better of two rules alone, both of two that cannot be told apart.
BOOST_AUTO_TEST_CASE(the_best_group_leaves_out_whom_another_beats) {
  const auto with = [](double value) {
    return [value](size_t i, size_t k) {
      // Rules 0 and 1 are alike, 2 is worse by `value`.
      return std::vector<TaskValue>(3, {k == 2 && i < 2 ? value : 0.0, 1e-6, 5, 12});
    };
  };
  const RankGroup apart = best_group(3, with(0.1));
  BOOST_TEST(apart.known);
  BOOST_TEST((apart.among_best == std::vector<bool>{true, true, false}));
  BOOST_TEST((best_group(3, with(1e-5)).among_best == std::vector<bool>{true, true, true}));
}

BOOST_AUTO_TEST_CASE(depth_by_rows_counts_the_noise_of_both) {
  std::vector<DepthRuns> points;
  for (const int64_t depth : {1, 2, 4, 8}) {
    const RowTable x = some(3, 80, depth < 4 ? 0.95 : depth == 4 ? 0.93 : 0.3, 5);
    DepthRuns& point = points.emplace_back();
    point.depth = depth;
    point.runs.test = "digits";
    for (size_t s = 0; s < 3; ++s) {
      const auto values = RowView(x).of_seed(s);
      point.runs.by_seed[s] = {values.begin(), values.end()};
    }
  }
  const DepthMetrics m = depth_metrics(points, 0.1, {});
  BOOST_TEST_REQUIRE(m.retention.size() == 4u);
  BOOST_TEST(m.reference == 1);
  BOOST_TEST(m.retention[0].value == 1.0);
  BOOST_TEST(!m.retention[0].ci.known());
  BOOST_TEST(m.retention[3].ci.known());
  BOOST_TEST(m.retention[3].ci.contains(m.retention[3].value));
  BOOST_TEST(m.retention[3].value < 0.5);
  BOOST_TEST(m.trainable < 8);
  BOOST_TEST(depth_metrics(std::span<const DepthRuns>{}, 0.1, {}).reference == -1);
}

BOOST_AUTO_TEST_CASE(selection_by_hand) {
  const std::vector<double> test{0.9, 0.95, kNaN}, validation{0.8, 0.8, 0.9};
  BOOST_TEST(best_epoch_gain(std::vector<EpochScores>{{test, validation}}) == 0.0);
  const std::vector<double> turned{0.95, 0.9}, even{0.8, 0.8};
  BOOST_TEST(best_epoch_gain(std::vector<EpochScores>{{turned, even}}) == 0.05,
             boost::test_tools::tolerance(1e-9));
  BOOST_TEST(tuned_on_test_gain(std::vector<double>{0.5, 0.75, 0.625}, 2) == 0.125);
  // Chosen on validation, worth its test score: of two trials the last always wins.
  BOOST_TEST(expected_best(std::vector<double>{0.9, 0.5}, std::vector<double>{0.1, 0.2}, 2) == 0.5);
  BOOST_TEST(performance_profile(std::vector<double>{1, kNaN, 2, kInfinity}, 2,
                                 std::vector<double>{2})[1][0] == 0.5);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
