// SPDX-License-Identifier: MIT
//
// What is printed as 95 % over seeds covers 95 % of what other seeds would do on the same test
// rows. Outcomes are simulated: seed s gets row i right when
//   z_p + sqrt(1 - u^2) (sqrt(r) a_i + sqrt(1 - r) e_si) + u b_s > 0,
// a of the rows, drawn once and then the same for every seed, e and b of the seed. So the truth for
// these rows is a sum of normal distributions and needs no second simulation. Fixed streams: the
// same counts on every machine but for the last bit of a logarithm.
#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

#include "core/rng.h"
#include "reports/statistics/comparison.h"
#include "reports/statistics/tasks.h"

namespace agon::reports {
namespace {

constexpr size_t kRepetitions = 600;
constexpr double kChance = 0.1;

// A rule on one task.
struct Setting {
  double p = 0.95, r = 0.987, u = 0.02;  // mean score, correlation of two seeds, spread of seeds
};

class Task {
 public:
  Task(size_t rows, core::Stream& stream) : stream_(stream) {
    for (size_t i = 0; i < rows; ++i) a_.push_back(stream_.normal());
  }

  double truth(const Setting& s) const {
    const double rest = 1 - s.u * s.u, sd = std::sqrt(rest * (1 - s.r) + s.u * s.u);
    double sum = 0;
    for (const double a : a_)
      sum += boost::math::cdf(kNormal, (mean(s) + std::sqrt(rest * s.r) * a) / sd);
    return sum / static_cast<double>(a_.size());
  }

  SeedScores scores(const Setting& s, size_t seeds) {
    const double z = mean(s), rest = 1 - s.u * s.u;
    const double row = std::sqrt(rest * s.r), own = std::sqrt(rest * (1 - s.r));
    SeedScores out;
    for (uint64_t seed = 0; seed < seeds; ++seed) {
      const double b = z + s.u * stream_.normal();
      size_t right = 0;
      for (const double a : a_) right += b + row * a + own * stream_.normal() > 0 ? 1 : 0;
      out[seed] = static_cast<double>(right) / static_cast<double>(a_.size());
    }
    return out;
  }

 private:
  static double mean(const Setting& s) { return boost::math::quantile(kNormal, s.p); }
  inline static const boost::math::normal kNormal{};
  core::Stream& stream_;
  std::vector<double> a_;
};

std::vector<double> values(const SeedScores& scores) {
  std::vector<double> out;
  for (const auto& [seed, score] : scores) out.push_back(score);
  return out;
}

// How many of the intervals hold the truth. Seeds that all agree have none: nothing is claimed.
struct Count {
  size_t known = 0, hits = 0;
  void add(const Interval& ci, double truth) {
    known += ci.known() ? 1 : 0;
    hits += ci.contains(truth) ? 1 : 0;
  }
  double share() const { return static_cast<double>(hits) / static_cast<double>(known); }
  // Twice the error of counting is allowed; nearly all must say something.
  bool enough(double least) const {
    return known >= kRepetitions * 9 / 10 &&
           share() >= least - 2 * std::sqrt(least * (1 - least) / static_cast<double>(known));
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(seeds_only)

// Seeds that differ much have skewed scores near 1, where a t interval of few covers a little less.
BOOST_AUTO_TEST_CASE(of_one_score_and_of_a_difference) {
  core::Stream stream(20261127, 1);
  for (const double u : {0.02, 0.4}) {
    for (const size_t seeds : {3, 5, 10}) {
      const Setting one{0.90, 0.925, u}, other{0.85, 0.925, u};
      Count score, both;
      for (size_t i = 0; i < kRepetitions; ++i) {
        Task task(150, stream);
        const SeedScores x = task.scores(one, seeds), y = task.scores(other, seeds);
        score.add(score_interval(values(x)).ci, task.truth(one));
        both.add(difference(x, y).ci, task.truth(one) - task.truth(other));
      }
      BOOST_TEST_MESSAGE("u " << u << ", seeds " << seeds << ": " << score.share() << " "
                              << both.share());
      BOOST_TEST(score.enough(u > 0.1 ? 0.85 : 0.92),
                 "score, u " << u << ", seeds " << seeds << ": " << score.share());
      BOOST_TEST(both.enough(0.92),
                 "difference, u " << u << ", seeds " << seeds << ": " << both.share());
    }
  }
}

BOOST_AUTO_TEST_CASE(of_a_mean_over_tasks_in_units_of_bp) {
  core::Stream stream(20261127, 2);
  for (const size_t tasks : {1, 5}) {
    for (const size_t seeds : {3, 10}) {
      Count count;
      for (size_t i = 0; i < kRepetitions; ++i) {
        std::vector<TaskValue> parts;
        double truth = 0;
        for (size_t t = 0; t < tasks; ++t) {
          Task task(100, stream);
          const Setting bp{0.92, 0.93, t == 0 ? 0.3 : 0.02}, rule{0.85, 0.93, 0.1};
          const SeedScores unit = task.scores(bp, seeds);
          parts.push_back(scaled_to(unit, task.scores(rule, seeds), kChance));
          truth += (task.truth(rule) - kChance) / (task.truth(bp) - kChance);
        }
        count.add(mean_of_tasks(parts).ci, truth / static_cast<double>(tasks));
      }
      BOOST_TEST_MESSAGE(tasks << " tasks, " << seeds << " seeds: " << count.share());
      BOOST_TEST(count.enough(0.92), tasks << " tasks, " << seeds << " seeds: " << count.share());
    }
  }
}

// The same rule again, with other seeds, under seven names on ten tasks: hardly a table has a sign.
BOOST_AUTO_TEST_CASE(of_tables_without_a_difference) {
  core::Stream stream(20261127, 3);
  constexpr size_t kTables = 200;
  for (const size_t seeds : {5, 10}) {
    size_t false_tables = 0, uncorrected = 0;
    for (size_t table = 0; table < kTables; ++table) {
      std::vector<Difference> differences;
      std::vector<double> p;
      for (size_t t = 0; t < 10; ++t) {
        Task task(60, stream);
        const Setting rule{0.9, 0.925, t < 3 ? 0.3 : 0.02};
        const SeedScores bp = task.scores(rule, seeds);
        for (size_t k = 0; k < 7; ++k) {
          differences.push_back(difference(task.scores(rule, seeds), bp));
          p.push_back(differences.back().p);
        }
      }
      const std::vector<double> corrected = benjamini_hochberg(p);
      bool any = false;
      for (size_t i = 0; i < p.size(); ++i) {
        const Outcome outcome = outcome_of(differences[i], corrected[i]);
        any |= outcome == Outcome::win || outcome == Outcome::loss;
      }
      false_tables += any ? 1 : 0;
      uncorrected += std::ranges::any_of(p, [](double x) { return x < kSignificant; }) ? 1 : 0;
    }
    BOOST_TEST_MESSAGE(seeds << " seeds: " << false_tables << ", uncorrected " << uncorrected);
    BOOST_TEST(false_tables <= kTables * 8 / 100, seeds << " seeds: " << false_tables);
    BOOST_TEST(uncorrected > kTables / 2);  // what the correction is for
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
