// SPDX-License-Identifier: MIT
//
// What the rules of the tree do beyond what is asked of every rule (contract_test.cc): they find what
// follows from the inputs, free runs begin where they are told to, series are told apart.
#include <algorithm>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numeric>

#include "checked.h"
#include "harness/conformance/trial.h"

namespace agon::test {
namespace {

using conformance::Bits;
using conformance::Kind;
using conformance::Trial;

const auto kOfRows = boost::unit_test::data::make(rules_that(AGON_CAN_CLASSIFY | AGON_CAN_REGRESS));
const auto kRegress = boost::unit_test::data::make(rules_that(AGON_CAN_REGRESS));
const auto kOfTime = boost::unit_test::data::make(rules_that(AGON_CAN_SEQUENCE));
const auto kDynamics = boost::unit_test::data::make(rules_that(AGON_CAN_DYNAMICS));

// Each column to mean 0 and standard deviation 1.
void standardise(Trial& m, conformance::Portion& p) {
  const double rows = static_cast<double>(p.rows());
  for (int64_t c = 0; c < m.outputs(); ++c) {
    double sum = 0, square = 0;
    for (int64_t r = 0; r < p.rows(); ++r) sum += static_cast<double>(p.target.at(r, c));
    const double mean = sum / rows;
    for (int64_t r = 0; r < p.rows(); ++r)
      square += std::pow(static_cast<double>(p.target.at(r, c)) - mean, 2);
    for (int64_t r = 0; r < p.rows(); ++r) {
      const double centred = static_cast<double>(p.target.at(r, c)) - mean;
      p.target.at(r, c) = static_cast<float>(centred / std::sqrt(square / rows));
    }
  }
}

// Against the constant that fits best; enough epochs for rules that take steps. The host scales
// targets to mean 0 and sd 1, or into [0, 1] for a rule that needs it.
BOOST_DATA_TEST_CASE(regression_finds_what_follows_from_the_inputs, kRegress) {
  constexpr int64_t kRows = 48, kBatch = 16;
  Trial m(sample.subject(), {.kind = Kind::regress, .rows = kRows, .batch = kBatch});
  std::vector<int64_t> numbers(kRows);
  std::iota(numbers.begin(), numbers.end(), 0);
  conformance::Portion all = m.portion_of(numbers);
  if (!sample.can(AGON_NEEDS_NONNEGATIVE_INPUT)) standardise(m, all);
  m.prepare();
  for (int64_t e = 1; e <= 100; ++e) {
    for (int64_t at = 0; at < kRows; at += kBatch) {
      agon_batch batch = all.batch();
      batch.x.data += at * batch.x.stride;
      batch.target.data += at * batch.target.stride;
      batch.x.rows = batch.target.rows = kBatch;
      m->fit(batch);
    }
    m->end_epoch(e);
  }
  const Bits y = m.answers(), t = conformance::bits_of(all.target.view());
  double error = 0, spread = 0, mean[2] = {};
  for (size_t i = 0; i < t.size(); ++i) mean[i % 2] += static_cast<double>(t[i]) / kRows;
  for (size_t i = 0; i < t.size(); ++i) {
    error += std::pow(static_cast<double>(y[i]) - static_cast<double>(t[i]), 2);
    spread += std::pow(static_cast<double>(t[i]) - mean[i % 2], 2);
  }
  BOOST_CHECK_LT(error, 0.8 * spread);
}

BOOST_DATA_TEST_CASE(noise_falls_on_the_weights_of_every_rule, kOfRows) {
  const conformance::Subject subject = sample.subject();
  Trial m(subject, {.kind = conformance::kinds_of(*subject.rule).front()});
  BOOST_CHECK(m->takes_harm(AGON_WEIGHT_NOISE));
  BOOST_CHECK(m->has_state());
  BOOST_CHECK_EQUAL(m->has_loss(), sample.id() != "ebn-ls");
}

BOOST_DATA_TEST_CASE(a_free_run_begins_at_its_start_and_follows_what_is_learnt, kDynamics) {
  Trial m(sample.subject(), {.kind = Kind::dynamics});
  const double before = m->has_loss() ? m.loss() : 0;
  const double first = m.epoch(1);
  if (m->has_loss()) BOOST_CHECK_GT(before, first);  // it learns within the episode
  const Bits run = m.answers(), teacher = m.right_answers();
  for (size_t q = 0; q < 2; ++q) BOOST_CHECK_SMALL(run[q] - teacher[q], 0.1f);
  m.epoch(2);
  BOOST_CHECK(!conformance::same_bits(run, m.answers()) || sample.can(AGON_CLOSED_FORM));
}

BOOST_DATA_TEST_CASE(series_are_told_apart, kOfTime) {
  Trial m(sample.subject(), {.kind = Kind::series, .rows = 36, .batch = 8});
  m.prepare();
  m.epochs(3);
  const Bits scores = m.answers(), right = m.right_answers();
  int64_t hits = 0;
  for (int64_t row = 0; row < 36; ++row) {
    const auto at = scores.begin() + row * 3;
    hits += std::max_element(at, at + 3) - at == row % 3 ? 1 : 0;
  }
  BOOST_CHECK_GE(hits, 36 * 9 / 10);
}

// A series task without its flag: the same rows, flat.
BOOST_DATA_TEST_CASE(rows_without_time_are_no_series, kOfTime) {
  const conformance::Subject subject = sample.subject();
  if (!sample.can(AGON_CAN_CLASSIFY)) return;
  try {
    Trial m(subject, {.kind = Kind::classify}, subject.manifest.defaults());
    BOOST_CHECK(!m->takes_series());
  } catch (const harness::RuleFailure& refused) {  // flat rows of this size do not fit the model
    BOOST_TEST_MESSAGE(refused.what());
  }
}

}  // namespace
}  // namespace agon::test
