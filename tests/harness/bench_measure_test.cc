// SPDX-License-Identifier: MIT
//
// Rounds over contenders whose seconds are made up: what comes out is known.
#include <boost/test/unit_test.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "harness/bench/measure.h"

using namespace agon::harness::bench;

namespace {

// Says that it took so long for one time.
class Steady : public Contender {
 public:
  explicit Steady(double seconds) : seconds_(seconds) {}
  double run(int64_t times) override {
    ++turns_;
    return seconds_ * static_cast<double>(times);
  }
  int turns() const { return turns_; }

 private:
  double seconds_;
  int turns_ = 0;
};

class Failing : public Contender {
 public:
  double run(int64_t times) override {
    if (times > 3) throw std::runtime_error("gone");  // after the warm-up
    return 1e-6;
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(ratios_are_those_of_the_seconds) {
  Steady ours(1e-4), slower(2.5e-4), faster(0.5e-4);
  const std::vector<Contender*> all{&ours, &slower, &faster};
  const Comparison measured = compare("made up", all, 20);
  BOOST_TEST(measured.rounds + measured.discarded == 20u);
  BOOST_TEST(measured.rounds > 0u);
  BOOST_TEST(measured.peak > 0);
  BOOST_TEST_REQUIRE(measured.all.size() == 3u);
  const auto close = boost::test_tools::tolerance(1e-9);
  BOOST_TEST(measured.all[0].median == 1e-4, close);
  BOOST_TEST(measured.all[0].ratio.median == 1.0, close);
  BOOST_TEST(measured.all[1].ratio.median == 2.5, close);
  BOOST_TEST(measured.all[1].ratio.ci.low == 2.5, close);
  BOOST_TEST(measured.all[2].ratio.median == 0.5, close);
  // The first one warms up twice, and then stands in every round twice.
  BOOST_TEST(ours.turns() == 2 + 2 * 20);
}

BOOST_AUTO_TEST_CASE(what_a_contender_throws_ends_the_comparison) {
  Steady ours(1e-4);
  Failing gone;
  const std::vector<Contender*> all{&ours, &gone};
  BOOST_CHECK_EXCEPTION(
      compare("failing", all, 5), std::runtime_error,
      [](const std::runtime_error& e) { return std::string(e.what()) == "gone"; });
}
