// SPDX-License-Identifier: MIT
//
// A speed cell times what a user pays: the rate and the operations of a training cell of the same
// settings. Both rates are CPU time, so that a loaded machine moves neither.
#include "harness/train/protocols/speed.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cmath>
#include <ctime>
#include <ostream>
#include <thread>

#include "core/cpu_time.h"
#include "core/parallel.h"
#include "core/sanitized.h"
#include "harness/train/stopwatch.h"
#include "tests/harness/setup.h"

using namespace agon;
using namespace agon::harness;

namespace {

struct Case {
  const char *rule, *settings;
};
std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.rule << "[" << c.settings << "]";
}

// Every rule of the tree, the closed forms by name: they learn in end_epoch.
const std::vector<Case> kRules{{"bp", "epochs=20"},
                               {"ed", "width=16,init=units,epochs=5"},
                               {"pc", "steps=8,gamma=0.03,epochs=5"},
                               {"ebn", "width=100,epochs=1"},
                               {"monolith", "epochs=10"},
                               {"monolith", "readout=ridge,epochs=1"},
                               {"linear", "epochs=30"},
                               {"linear", "readout=ridge,epochs=1"},
                               {"elm", "epochs=1"},
                               {"elm", "readout=softmax,epochs=5"}};

reports::CellOutcome timed(Setup& setup) {
  const reports::CellOutcome outcome = setup.train(time_cell);
  BOOST_TEST_REQUIRE((outcome.status == reports::Status::ok), outcome.status_detail);
  return outcome;
}

}  // namespace

BOOST_DATA_TEST_CASE(a_speed_cell_trains_at_the_rate_of_a_training_cell, kRules, rule) {
  if (core::kSanitized) {
    BOOST_TEST_MESSAGE(
        "skipped: a sanitizer makes first epochs and later ones dearer by other factors");
    return;
  }
  Setup setup(rule.rule, "digits", rule.settings);
  setup.job.refit = false;
  // Caches and a sibling on the core move CPU time, too: one of three attempts has to agree.
  double ratio = 0;
  for (int attempt = 0; attempt < 3 && !(ratio > 0.5 && ratio < 2); ++attempt) {
    const double speed = timed(setup).samples_per_s_train;
    const reports::CellOutcome training = setup.train();
    ratio = speed / (static_cast<double>(setup.curve.back().samples) / training.train_s);
  }
  BOOST_TEST(ratio > 0.5);
  BOOST_TEST(ratio < 2);
}

// Operations do not depend on any clock. One epoch of a budget of several may carry more of what
// comes once.
BOOST_DATA_TEST_CASE(a_speed_cell_counts_the_operations_of_whole_epochs, kRules, rule) {
  Setup setup(rule.rule, "digits", rule.settings);
  setup.job.refit = false;
  const double speed = timed(setup).macs_per_sample, training = setup.train().macs_per_sample;
  if (setup.job.epochs == 1) {
    BOOST_TEST(speed == training);
  } else {
    BOOST_TEST(speed < 1.5 * training);
    BOOST_TEST(speed > 0.9 * training);
  }
}

BOOST_AUTO_TEST_CASE(a_budget_of_updates_is_timed_as_it_is_trained) {
  // Ten updates of 32 rows, then the solution.
  Setup setup("elm", "digits", "batch=32,epochs=1,updates=10");
  setup.job.refit = false;
  BOOST_TEST(timed(setup).macs_per_sample == setup.train().macs_per_sample);
}

BOOST_AUTO_TEST_CASE(the_seed_of_a_speed_cell_decides_nothing) {
  Setup setup("ebn", "xor", "width=20,epochs=2");
  const double first = timed(setup).macs_per_sample;
  setup.job.seed = 1;
  BOOST_TEST(timed(setup).macs_per_sample == first);
}

BOOST_AUTO_TEST_CASE(repetitions_are_few_and_their_median_is_the_rate) {
  Setup setup("linear", "two-spirals", "epochs=3");
  const reports::CellOutcome outcome = timed(setup);
  BOOST_TEST(outcome.repetitions_train.size() >= 1u);
  BOOST_TEST(outcome.repetitions_train.size() <= 6u);
  // Those beside which the clock was low are left out: below the median burst, so never more than half.
  BOOST_TEST(outcome.repetitions_predict.size() >= 3u);
  BOOST_TEST(outcome.repetitions_predict.size() <= 6u);
  const auto [low, high] = std::ranges::minmax(outcome.repetitions_train);
  BOOST_TEST(outcome.samples_per_s_train >= low);
  BOOST_TEST(outcome.samples_per_s_train <= high);
  BOOST_TEST(outcome.rule_metrics.at("samples_per_s_train_wall") > 0);
  BOOST_TEST(std::isnan(outcome.train_s));
}

BOOST_AUTO_TEST_CASE(a_limit_stops_a_speed_cell) {
  Setup setup("bp", "digits", "epochs=100,width=512,depth=8");
  setup.job.timeout_s = 0.01;
  BOOST_TEST((setup.train(time_cell).status == reports::Status::timeout));
}

// CPU time: what waits, or does not have the processor, costs a rule nothing.
BOOST_AUTO_TEST_CASE(a_cell_is_timed_by_what_it_computes) {
  Stopwatch watch;
  watch.time([] { std::this_thread::sleep_for(std::chrono::milliseconds(40)); });
  BOOST_TEST(watch.wall_seconds() >= 0.04);
  BOOST_TEST(watch.seconds() < 0.5 * watch.wall_seconds());
}

// The threads that help count as the one that asked.
BOOST_AUTO_TEST_CASE(a_cell_is_timed_with_all_its_threads) {
  const auto compute = [](size_t, size_t) {
    for (const double start = core::thread_seconds(); core::thread_seconds() - start < 0.02;) {
    }
  };
  core::set_parallel(core::Backend::std_threads, 2);
  Stopwatch watch;
  watch.time([&] { core::parallel_for(4, 1, compute); });
  core::set_parallel(core::Backend::serial, 1);
  BOOST_TEST(watch.seconds() >= 0.99 * 0.08);
}

BOOST_AUTO_TEST_CASE(readings_of_a_stopwatch_never_fall) {
  Stopwatch watch;
  double before = 0;
  for (int i = 0; i < 20; ++i) {
    watch.time([] { std::this_thread::sleep_for(std::chrono::microseconds(100)); });
    const double now = watch.seconds();
    BOOST_TEST(now >= before);
    before = now;
  }
}
