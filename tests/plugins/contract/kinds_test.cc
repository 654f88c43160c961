// SPDX-License-Identifier: MIT
//
// What every rule of the tree keeps where it regresses and where it learns trajectories, what its
// tensors are, what harm and its own loss do to it. contract_test.cc has the rest of
// classification.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "trial.h"

namespace agon::test {
namespace {

using harness::RuleFailure;

constexpr int64_t kRows = 48;
constexpr uint64_t kSupervised = AGON_CAN_CLASSIFY | AGON_CAN_REGRESS;
const auto kOfRows = boost::unit_test::data::make(subjects_that(kSupervised));
const auto kRegress = boost::unit_test::data::make(subjects_that(AGON_CAN_REGRESS));
const auto kDynamics = boost::unit_test::data::make(subjects_that(AGON_CAN_DYNAMICS));

bool finite(const Bits& values) {
  return std::ranges::all_of(values, [](float v) { return std::isfinite(v); });
}

void standardise(Matrix& m) {
  for (int64_t c = 0; c < m.cols(); ++c) {
    double sum = 0, square = 0;
    for (int64_t r = 0; r < m.rows(); ++r) sum += static_cast<double>(m.at(r, c));
    const double rows = static_cast<double>(m.rows()), mean = sum / rows;
    for (int64_t r = 0; r < m.rows(); ++r)
      square += std::pow(static_cast<double>(m.at(r, c)) - mean, 2);
    for (int64_t r = 0; r < m.rows(); ++r)
      m.at(r, c) =
          static_cast<float>((static_cast<double>(m.at(r, c)) - mean) / std::sqrt(square / rows));
  }
}

BOOST_AUTO_TEST_CASE(rules_of_every_kind_are_here) {
  BOOST_CHECK_GE(subjects_that(AGON_CAN_REGRESS).size(), 6u);
  BOOST_CHECK_GE(subjects_that(AGON_CAN_DYNAMICS).size(), 3u);
}

// ---- regression

BOOST_DATA_TEST_CASE(regression_learns_the_same_bits_from_the_same_seed, kRegress) {
  Rows d(AGON_REGRESS, kRows);
  RowModel a(sample.rule(), d), b(sample.rule(), d);
  for (RowModel* m : {&a, &b}) {
    m->prepare();
    m->epochs(2);
  }
  BOOST_CHECK(finite(a.predict()));
  BOOST_CHECK(same_bits(a.learnt(), b.learnt()));
  BOOST_CHECK(same_bits(a.predict(), b.predict()));
  BOOST_CHECK(same_bits(a.predict(), a.predict()));
}

// Against the constant that fits best; enough epochs for rules that take steps. The host scales
// targets to mean 0 and sd 1, or into [0, 1] for a rule that needs it.
BOOST_DATA_TEST_CASE(regression_finds_what_follows_from_the_inputs, kRegress) {
  Rows d(AGON_REGRESS, kRows);
  if (!sample.can(AGON_NEEDS_NONNEGATIVE_INPUT)) standardise(d.target);
  RowModel m(sample.rule(), d);
  m.prepare();
  m.epochs(100);
  const Bits y = m.predict(), t = bits_of(d.target);
  double error = 0, spread = 0, mean[2] = {};
  for (size_t i = 0; i < t.size(); ++i) mean[i % 2] += static_cast<double>(t[i]) / kRows;
  for (size_t i = 0; i < t.size(); ++i) {
    error += std::pow(static_cast<double>(y[i]) - static_cast<double>(t[i]), 2);
    spread += std::pow(static_cast<double>(t[i]) - mean[i % 2], 2);
  }
  BOOST_CHECK_LT(error, 0.8 * spread);
}

// ---- trajectories

BOOST_DATA_TEST_CASE(trajectories_are_learnt_to_the_same_bits_and_runs_are_pure, kDynamics) {
  TrajectoryModel a(sample.rule()), b(sample.rule());
  const double loss = a.epoch();
  BOOST_CHECK(std::isfinite(loss));
  const Bits once = a.rollout();
  BOOST_CHECK(finite(once));
  BOOST_CHECK(a.wrote_nothing_else());
  BOOST_CHECK(same_bits(once, a.rollout()));
  BOOST_CHECK_EQUAL(b.epoch(), loss);
  BOOST_CHECK(same_bits(once, b.rollout()));
  // A free run in between changes nothing that is learnt.
  a.epoch(2);
  BOOST_CHECK(!same_bits(once, a.rollout()) || sample.can(AGON_CLOSED_FORM));
  b.epoch(2);
  BOOST_CHECK(same_bits(a.rollout(), b.rollout()));
}

BOOST_DATA_TEST_CASE(a_free_run_begins_at_its_start, kDynamics) {
  TrajectoryModel m(sample.rule());
  m.epoch();
  const Bits run = m.rollout(), teacher = m.teacher();
  for (size_t q = 0; q < 2; ++q) BOOST_CHECK_SMALL(run[q] - teacher[q], 0.1f);
}

BOOST_DATA_TEST_CASE(harm_to_a_free_run_is_healed_to_the_bit, kDynamics) {
  TrajectoryModel m(sample.rule());
  m.epoch();
  const Bits whole = m.rollout();
  for (const auto& [kind, level] :
       {std::pair{AGON_SILENCE, 0.3}, {AGON_STATE_NOISE, 0.3}, {AGON_WEIGHT_NOISE, 0.3}}) {
    if (!m->takes_harm(static_cast<uint32_t>(kind))) continue;
    BOOST_TEST_CONTEXT("harm " << kind) {
      m->harm(static_cast<uint32_t>(kind), level, 1);
      BOOST_CHECK(!same_bits(whole, m.rollout()));
      m->harm(static_cast<uint32_t>(kind), 0, 0);
      BOOST_CHECK(same_bits(whole, m.rollout()));
    }
  }
}

// ---- tensors

// n_params counts what learning changes, and nothing else; tensors that say they stay do stay.
BOOST_DATA_TEST_CASE(parameters_are_the_weights_that_learning_changes, kOfRows) {
  Rows d(sample.can(AGON_CAN_CLASSIFY) ? AGON_CLASSIFY : AGON_REGRESS, kRows);
  RowModel m(sample.rule(), d);
  m.prepare();
  const auto before = m.tensors();
  m.epochs(2);
  const auto after = m.tensors();
  int64_t learnt = 0;
  for (const auto& [name, values] : after) {
    const bool changed = !same_bits(values, before.at(name));
    if (m.learns(name)) {
      BOOST_CHECK_MESSAGE(changed, name << " is called learnt and did not change");
      learnt += static_cast<int64_t>(values.size());
    } else if (m.roles().at(name) != AGON_TENSOR_SHOWN) {
      BOOST_CHECK_MESSAGE(!changed, name << " changed and is not called learnt");
    }
  }
  BOOST_CHECK_GT(learnt, 0);
  BOOST_CHECK_EQUAL(m->n_params(), learnt);
}

// ---- harm

BOOST_DATA_TEST_CASE(a_little_harm_does_little_and_level_0_restores_every_byte, kOfRows) {
  if (!sample.can(AGON_CAN_CLASSIFY)) return;
  Rows d(AGON_CLASSIFY, kRows);
  RowModel m(sample.rule(), d);
  m.prepare();
  m.epochs(3);
  const Bits whole = m.predict();
  const auto tensors = m.tensors();
  const float largest =
      std::fabs(*std::ranges::max_element(whole, {}, [](float v) { return std::fabs(v); }));
  for (const uint32_t kind : {AGON_SILENCE, AGON_STATE_NOISE, AGON_WEIGHT_NOISE}) {
    if (!m->takes_harm(kind)) continue;
    BOOST_TEST_CONTEXT("harm " << kind) {
      m->harm(kind, 1e-6, 1);
      const Bits hardly = m.predict();
      BOOST_CHECK_LE(std::abs(m.hits(hardly) - m.hits(whole)), 1);
      for (size_t i = 0; i < whole.size() && !sample.can(AGON_SPIKING);
           ++i)  // a spike moves by a whole step
        BOOST_REQUIRE_SMALL(hardly[i] - whole[i], 1e-3f * (1 + largest));
      m->harm(kind, 0.5, 2);
      BOOST_CHECK(!same_bits(whole, m.predict()));
      m->harm(kind, 0, 0);
      BOOST_CHECK(same_bits(whole, m.predict()));
      const auto healed = m.tensors();
      for (const auto& [name, values] : tensors)
        BOOST_CHECK_MESSAGE(same_bits(values, healed.at(name)), name << " is not what it was");
    }
  }
}

BOOST_DATA_TEST_CASE(noise_on_the_weights_falls_on_all_that_was_learnt_and_nothing_else, kOfRows) {
  Rows d(sample.can(AGON_CAN_CLASSIFY) ? AGON_CLASSIFY : AGON_REGRESS, kRows);
  RowModel m(sample.rule(), d);
  BOOST_REQUIRE(m->takes_harm(AGON_WEIGHT_NOISE));
  m.prepare();
  m.epochs(2);
  const auto before = m.tensors();
  m->harm(AGON_WEIGHT_NOISE, 0.5, 1);
  for (const auto& [name, values] : m.tensors())
    BOOST_CHECK_MESSAGE(same_bits(values, before.at(name)) != m.learns(name), name);
}

// ---- the loss without learning

BOOST_DATA_TEST_CASE(the_loss_is_that_of_fit_and_asking_for_it_leaves_no_trace, kOfRows) {
  for (const uint32_t kind : {AGON_CLASSIFY, AGON_REGRESS}) {
    if (!sample.can(kind == AGON_CLASSIFY ? AGON_CAN_CLASSIFY : AGON_CAN_REGRESS)) continue;
    Rows d(kind, kRows);
    RowModel asked(sample.rule(), d, kRows), quiet(sample.rule(), d, kRows);
    BOOST_CHECK_EQUAL(asked->has_loss(), std::string("ebn-ls") != sample.rule().id);
    if (!asked->has_loss()) return;
    asked.prepare();
    quiet.prepare();
    const double loss = asked.loss();
    BOOST_CHECK(std::isfinite(loss));
    BOOST_CHECK_EQUAL(asked.loss(), loss);
    const double reported = asked.epochs(1);
    quiet.epochs(1);
    if (!sample.can(AGON_ONLINE))
      BOOST_CHECK_CLOSE_FRACTION(reported, loss, 1e-6);  // before one update
    BOOST_CHECK(same_bits(asked.learnt(), quiet.learnt()));
    asked.loss();
    BOOST_CHECK(same_bits(asked.predict(), quiet.predict()));
    asked.epochs(1);
    quiet.epochs(1);
    BOOST_CHECK(same_bits(asked.learnt(), quiet.learnt()));
    BOOST_CHECK(asked->metrics() == quiet->metrics() || !finite({static_cast<float>(loss)}) ||
                std::ranges::any_of(asked->metrics(), [](double v) { return std::isnan(v); }));
  }
}

BOOST_DATA_TEST_CASE(asking_for_the_loss_of_an_episode_leaves_no_trace, kDynamics) {
  TrajectoryModel asked(sample.rule()), quiet(sample.rule());
  BOOST_CHECK_EQUAL(asked->has_loss(), std::string("ebn-ls") != sample.rule().id);
  if (!asked->has_loss()) return;
  const double loss = asked.loss();
  BOOST_CHECK(std::isfinite(loss));
  BOOST_CHECK_EQUAL(asked.loss(), loss);
  BOOST_CHECK_GT(loss, quiet.epoch());  // it learns within the episode
  asked.epoch();
  BOOST_CHECK(same_bits(asked.rollout(), quiet.rollout()));
  asked.loss();
  BOOST_CHECK_EQUAL(asked.epoch(2), quiet.epoch(2));
  BOOST_CHECK(same_bits(asked.rollout(), quiet.rollout()));
}

}  // namespace
}  // namespace agon::test
