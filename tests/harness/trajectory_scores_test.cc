// SPDX-License-Identifier: MIT
//
// Scores of free runs on trajectories whose score can be said by hand.
#include "harness/train/trajectory_scores.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <numbers>

using namespace agon::harness;
namespace tt = boost::test_tools;

namespace {

constexpr double kDt = 1e-3;
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// (r cos, r sin) turning at `hz` for so many seconds.
std::vector<float> circle(double hz, double radius, double seconds, double phase = 0) {
  std::vector<float> out;
  for (size_t n = 0; n < static_cast<size_t>(std::lround(seconds / kDt)); ++n) {
    const double angle = phase + 2 * std::numbers::pi * hz * static_cast<double>(n) * kDt;
    out.push_back(static_cast<float>(radius * std::cos(angle)));
    out.push_back(static_cast<float>(radius * std::sin(angle)));
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(nrmse_is_the_error_over_the_spread_about_each_dimensions_mean) {
  const std::vector<float> teacher{1, 10, 3, 10, 5, 10};  // means 3, 10; squares 4 0 4 and 0 0 0
  BOOST_TEST(nrmse(teacher, teacher, 2) == 0.0);
  std::vector<float> run = teacher;
  run[1] += 2;  // one error of 4 against 8 in all
  BOOST_TEST(nrmse(run, teacher, 2) == std::sqrt(0.5), tt::tolerance(1e-12));
  const std::vector<float> mean{3, 10, 3, 10, 3, 10};
  BOOST_TEST(nrmse(mean, teacher, 2) == 1.0, tt::tolerance(1e-12));
  run[4] = kNaN;
  BOOST_TEST(std::isinf(nrmse(run, teacher, 2)));
}

BOOST_AUTO_TEST_CASE(nrmse_at_a_step_takes_one_error_per_trial) {
  const std::vector<float> a{0, 1, 2}, b{0, -1, -2};  // mean 0, mean square 10/6
  const std::vector<Rows> teachers{a, b};
  const std::vector<float> c{9, 1, 2.5}, d{9, 9, -2};  // errors at step 2: .5 and 0
  const std::vector<Rows> runs{c, d};
  BOOST_TEST(nrmse_at(2, runs, teachers, 1) == std::sqrt(0.125 / (10.0 / 6)), tt::tolerance(1e-12));
  BOOST_TEST(nrmse_at(0, runs, teachers, 1) > 5);
}

// A lost run scores 0: the others' 1 / (1 + NRMSE) times their share.
BOOST_AUTO_TEST_CASE(a_lost_run_costs_its_share_at_a_step) {
  const std::vector<float> a{0, 1, 2}, b{0, -1, -2};
  const std::vector<Rows> teachers{a, b};
  const std::vector<float> c{9, 1, 2.5}, lost{9, kNaN, kNaN};
  const double of_one = std::sqrt(0.25 / (10.0 / 6));
  const std::vector<float> far{9, 1e5f, kNaN};  // on its way
  const std::vector<Rows> half{c, lost}, none{lost, lost}, leaves{c, far};
  BOOST_TEST(nrmse_at(1, leaves, teachers, 1) < 5);
  BOOST_TEST(1 / (1 + nrmse_at(2, half, teachers, 1)) == 0.5 / (1 + of_one), tt::tolerance(1e-12));
  BOOST_TEST(std::isinf(nrmse_at(2, none, teachers, 1)));
  BOOST_TEST(1 / (1 + nrmse_at(2, none, teachers, 1)) == 0.0);
}

BOOST_AUTO_TEST_CASE(errors_at_a_step_are_each_trials_over_the_spread_of_all_teachers) {
  const std::vector<float> a{0, 1, 2}, b{0, -1, -2};  // mean 0, mean square 10/6
  const std::vector<Rows> teachers{a, b};
  const std::vector<float> c{9, 1, 2.5}, lost{9, -1, kNaN};
  const std::vector<Rows> runs{c, lost};
  const std::vector<double> at_2 = nrmses_at(2, runs, teachers, 1);
  BOOST_TEST(at_2[0] == 0.5 / std::sqrt(10.0 / 6), tt::tolerance(1e-12));
  BOOST_TEST(std::isinf(at_2[1]));
  BOOST_TEST(std::isinf(nrmses_at(1, runs, teachers, 1)[1]));  // lost later
  // Pooled over the trials that are left it is nrmse_at.
  const std::vector<float> d{9, 9, -1};
  const std::vector<Rows> both{c, d};
  double square = 0;
  for (const double error : nrmses_at(2, both, teachers, 1)) square += error * error / 2;
  BOOST_TEST(std::sqrt(square) == nrmse_at(2, both, teachers, 1), tt::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(the_horizon_ends_where_the_error_first_exceeds_the_bound) {
  const std::vector<float> teacher(10, 0.0f);
  std::vector<float> run(10, 0.1f);
  BOOST_TEST(horizon(run, teacher, 2, 0.15) == 5u);
  run[6] = run[7] = 0.2f;  // step 3: |(.2, .2)| = .28
  run[8] = 0;
  BOOST_TEST(horizon(run, teacher, 2, 0.15) == 3u);
  BOOST_TEST(horizon(run, teacher, 2, 0.3) == 5u);
  run[4] = kNaN;
  BOOST_TEST(horizon(run, teacher, 2, 0.3) == 2u);
  const std::vector<float> wave{3, 0, -3, 0};
  const std::vector<Rows> teachers{wave};
  BOOST_TEST(spread(teachers, 2) == 3.0, tt::tolerance(1e-12));  // rows (3, 0) and (-3, 0)
}

BOOST_AUTO_TEST_CASE(frequency_counts_whole_turns_after_the_first_seconds) {
  for (const double hz : {0.7, 0.944, 1.3}) {
    BOOST_TEST(frequency(circle(hz, 1, 20, 0.4), 2, kDt) == hz, tt::tolerance(2e-3));
  }
  // A small wave on top makes passages, but none from below -.3.
  std::vector<float> run = circle(0.5, 1, 20);
  for (size_t n = 0; n < run.size() / 2; ++n) {
    run[2 * n] += 0.1f * std::sin(0.2f * static_cast<float>(n));
  }
  BOOST_TEST(frequency(run, 2, kDt) == 0.5, tt::tolerance(2e-3));
  BOOST_TEST(frequency(circle(1, 0.2, 20), 2, kDt) == 0.0);  // too small
  std::vector<float> still = circle(1, 1, 20);
  for (size_t i = 4000; i < still.size(); ++i) still[i] = 0.5f;
  BOOST_TEST(frequency(still, 2, kDt) == 0.0);
}

BOOST_AUTO_TEST_CASE(orbit_distance_forgets_phase_and_speed) {
  const std::vector<float> orbit = circle(1, 0.8, 6);  // points 5e-3 apart
  BOOST_TEST(orbit_distance(circle(1, 0.8, 6, 2), orbit, 2, kDt) < 2.5e-3);
  BOOST_TEST(orbit_distance(circle(0.7, 0.8, 6), orbit, 2, kDt) < 2.5e-3);
  BOOST_TEST(orbit_distance(circle(1, 0.88, 6), orbit, 2, kDt) == 0.1, tt::tolerance(1e-2));
  BOOST_TEST(orbit_distance(std::vector<float>(orbit.size(), 0.0f), orbit, 2, kDt) == 1.0,
             tt::tolerance(1e-3));
}

BOOST_AUTO_TEST_CASE(a_basin_is_the_side_at_the_end) {
  const std::vector<float> right{0, 0, 1, 0}, left{0, 0, -1, 0}, also_right{-3, 1, 0.2f, 5},
      lost{0, 0, kNaN, kNaN};
  BOOST_TEST(same_basin(also_right, right, 2));
  BOOST_TEST(!same_basin(also_right, left, 2));
  BOOST_TEST(!same_basin(lost, right, 2));
  BOOST_TEST(!same_basin(lost, left, 2));
}

BOOST_AUTO_TEST_CASE(a_run_locks_when_it_stays_on_one_side_for_the_last_20_seconds) {
  std::vector<float> run(30'000 * 3, 0.0f);
  for (size_t n = 0; n < 30'000; ++n) run[n * 3] = n % 2000 < 1000 ? 0.5f : -0.5f;
  BOOST_TEST(!locked(run, 3, kDt));
  for (size_t n = 9'000; n < 30'000; ++n) run[n * 3] = n % 2000 < 1000 ? 0.5f : -0.1f;
  BOOST_TEST(locked(run, 3, kDt));
  run[29'000 * 3] = -0.5f;
  BOOST_TEST(!locked(run, 3, kDt));
}

BOOST_AUTO_TEST_CASE(wasserstein_is_the_distance_of_quantiles_under_the_symmetry) {
  // The teacher visits +-[0, 1] in x1, 2 +-[0, 1] in x3; its sd are .577 and .577.
  std::vector<float> teacher, mirrored, moved;
  for (size_t n = 0; n < 4000; ++n) {
    const float v = (static_cast<float>(n) + 0.5f) / 2000 - 1;
    teacher.insert(teacher.end(), {v, v, 2 + v});
    mirrored.insert(mirrored.end(), {-std::fabs(v), std::fabs(v), 2 - v});
    moved.insert(moved.end(), {v, v, 2.3f + v});
  }
  const Visits usual(teacher);
  const double sd = std::sqrt(1.0 / 3);
  BOOST_TEST(usual.sd[0] == sd, tt::tolerance(1e-5));
  for (const double w : wasserstein(Visits(mirrored), usual)) BOOST_TEST(w < 1e-3);
  const auto w = wasserstein(Visits(moved), usual);
  BOOST_TEST(w[0] < 1e-6);
  BOOST_TEST(w[2] == 0.3 / sd, tt::tolerance(1e-4));
  // A shorter run is compared quantile by quantile.
  const Visits part(Rows(moved).first(3));
  BOOST_TEST(wasserstein(part, usual)[0] == 0.5 / sd,
             tt::tolerance(2e-3));  // |x1| = 1 against [0, 1]
}
