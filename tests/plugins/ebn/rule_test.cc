// SPDX-License-Identifier: MIT
//
// The rule on trajectories, through the ABI: it learns, runs are pure, lesions heal, the same seed
// gives the same bits, nothing is allocated while it runs, and bad input is refused or diverges.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "plugins/ebn/measure.h"
#include "tests/plugins/golden/count_allocations.h"
#include "training.h"

namespace agon::test {
namespace {

namespace data = boost::unit_test::data;

const char* const kSmall = "width=30,basis=40";

// A short training on van der Pol: enough for weights that matter.
struct Small {
  explicit Small(const std::string& more = "", uint64_t seed = 1)
      : model(ebn_rule(), {.episodes = 4, .seed = seed}, kSmall + more) {
    Random random(5);
    run = trajectory(kVanDerPol, random, 0.5, true);
    train(model, kVanDerPol, 4, 0.5);
  }
  Rows free() { return rows_of(model.rollout(first(run), run.drive).view()); }
  DynamicModel model;
  Trajectory run;
};

BOOST_AUTO_TEST_SUITE(ebn_rule_on_trajectories)

BOOST_AUTO_TEST_CASE(it_learns_the_oscillator) {
  for (const uint64_t seed : {3, 4, 5}) {
    DynamicModel model(ebn_rule(), {.episodes = 50, .seed = seed},
                       preset_of(ebn_rule(), "oscillator"));
    train(model, kOscillator, 50);
    BOOST_CHECK_LE(median(errors(model, kOscillator, 20, 5, true)), 0.03);
    const Rows A = model.tensor("A");  // fixed point: lambda I + the teacher's matrix
    const double want[2][2] = {{9.3, kTurn}, {-kTurn, 9.3}};
    for (size_t q = 0; q < 2; ++q) {
      for (size_t j = 0; j < 2; ++j) BOOST_CHECK_SMALL(A[q][j] - want[q][j], 0.1);
    }
    Random random(7);
    const Trajectory t = trajectory(kOscillator, random, 20, true);
    model.rollout(first(t), t.drive);
    BOOST_CHECK_GE(model.metric("ei_correlation"), 0.95);
    BOOST_CHECK_GE(model.metric("poisson_spikes_ratio"), 50);
    BOOST_CHECK_EQUAL(model.metric("cap_hit_share"), 0);
    BOOST_CHECK_CLOSE(model.metric("spikes_per_s"), 50 * model.metric("rate_hz"), 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(it_learns_a_limit_cycle_and_survives_the_death_of_four_in_ten) {
  DynamicModel model(ebn_rule(), {.episodes = 400, .seed = 3},
                     preset_of(ebn_rule(), "van-der-pol"));
  train(model, kVanDerPol, 400);
  const double whole = median(errors(model, kVanDerPol, 20, 2, false));
  BOOST_CHECK_LE(whole, 0.16);
  Random random(7);
  const Trajectory t = trajectory(kVanDerPol, random, 20, false);
  const Matrix run = model.rollout(first(t), t.drive);
  BOOST_CHECK_CLOSE(frequency(run), frequency(t.state), 3);
  BOOST_CHECK_LE(orbit_distance(run, t.state), 0.03);
  BOOST_CHECK_GE(model.metric("ei_correlation"), 0.95);
  BOOST_CHECK_GE(model.metric("poisson_spikes_ratio"), 50);
  BOOST_CHECK_GT(model.metric("rate_hz"), 1);
  BOOST_CHECK_LT(model.metric("rate_hz"), 8);
  BOOST_CHECK_GT(model.metric("cv_isi"), 0.8);
  BOOST_CHECK_GT(model.metric("cv2"), 0.8);
  model.harm(AGON_SILENCE, 0.4, 1);
  BOOST_CHECK_LE(median(errors(model, kVanDerPol, 20, 2, false)), 1.5 * whole);
}

BOOST_AUTO_TEST_CASE(full_weights_learn_what_factored_ones_learn) {
  Small factored, full(",weights=full");
  const Rows A = factored.model.tensor("A"), W = full.model.tensor("W"),
             DT = factored.model.tensor("DT");
  double off = 0, size = 0;
  for (size_t i = 0; i < W.size(); ++i) {
    for (size_t j = 0; j < W[i].size(); ++j) {
      const double product = DT[i][0] * A[0][j] + DT[i][1] * A[1][j];
      off += (W[i][j] - product) * (W[i][j] - product);
      size += product * product;
    }
  }
  BOOST_CHECK_GT(size, 0);
  BOOST_CHECK_LT(off, 1e-6 * size);
}

BOOST_AUTO_TEST_CASE(a_stretch_continues_the_one_before) {
  Random random(5);
  const Trajectory t = trajectory(kVanDerPol, random, 0.6, true);
  DynamicModel whole(ebn_rule(), {}, kSmall), parts(ebn_rule(), {}, kSmall);
  whole.fit(t.drive, t.state);
  for (const auto& [begin, end] : {std::pair{0, 100}, {100, 350}, {350, 600}}) {
    parts.fit(agon::rows_of(t.drive.view(), begin, end), agon::rows_of(t.state.view(), begin, end),
              begin == 0);
    // A free run in between changes nothing.
    parts.rollout(first(t), t.drive);
  }
  BOOST_CHECK(whole.tensor("A") == parts.tensor("A"));
}

BOOST_AUTO_TEST_CASE(runs_are_pure_and_the_seed_decides) {
  Small a, b, c("", 2);
  const Rows once = a.free();
  BOOST_CHECK(a.free() == once);
  BOOST_CHECK(b.free() == once);
  BOOST_CHECK(c.free() != once);
  BOOST_CHECK(a.model.tensor("A") == b.model.tensor("A"));
}

BOOST_AUTO_TEST_CASE(the_first_row_of_a_run_is_its_start) {
  Small s;
  const Rows out = s.free();
  for (size_t q = 0; q < 2; ++q)
    BOOST_CHECK_SMALL(out[0][q] - static_cast<double>(s.run.state.row(0)[q]), 0.03);
}

BOOST_AUTO_TEST_CASE(lesions_harm_and_heal_exactly) {
  Small s;
  const Rows whole = s.free();
  s.model.harm(AGON_SILENCE, 0.4, 1);
  const Rows dead = s.free();
  std::vector<bool> spiked(30);
  for (const auto& event : s.model.picture(0)) spiked[static_cast<size_t>(event[1])] = true;
  BOOST_CHECK_LE(std::ranges::count(spiked, true), 18);
  BOOST_CHECK(dead != whole);
  s.model.harm(AGON_SILENCE, 0.4, 2);
  BOOST_CHECK(s.free() != dead);
  s.model.harm(AGON_SILENCE, 0);
  BOOST_CHECK(s.free() == whole);
  s.model.harm(AGON_STATE_NOISE, 0.3, 1);
  const Rows noisy = s.free();
  BOOST_CHECK(noisy != whole);
  BOOST_CHECK(s.free() == noisy);
  s.model.harm(AGON_STATE_NOISE, 0);
  BOOST_CHECK(s.free() == whole);
  const Rows A = s.model.tensor("A"), DT = s.model.tensor("DT");
  s.model.harm(AGON_WEIGHT_NOISE, 0.1, 1);
  BOOST_CHECK(s.model.tensor("A") != A);
  BOOST_CHECK(s.model.tensor("DT") == DT);  // only what was learnt is noisy
  s.model.harm(AGON_WEIGHT_NOISE, 0);
  BOOST_CHECK(s.free() == whole);
  s.model.harm(AGON_SILENCE, 1);
  s.free();
  BOOST_CHECK_EQUAL(s.model.metric("spikes_per_s"), 0);
}

// The membrane noise by its definition: without spikes V has the sd level * threshold.
BOOST_AUTO_TEST_CASE(noise_makes_spikes_where_there_is_no_drive) {
  DynamicModel model(ebn_rule(), {}, "width=100");
  Matrix rest(1, 2), drive(2000, 2);
  const auto rate = [&](double level) {
    model.harm(AGON_STATE_NOISE, level, 1);
    model.rollout(rest.view(), drive.view());
    return model.metric("spikes_per_s");
  };
  BOOST_CHECK_EQUAL(rate(0), 0);
  BOOST_CHECK_LT(rate(0.1), 1);
  BOOST_CHECK_GT(rate(1), 100);
}

BOOST_AUTO_TEST_CASE(the_raster_shows_the_longest_run_and_stays_small) {
  Small s;
  BOOST_CHECK(s.model.picture(0).empty());
  s.free();
  const Rows raster = s.model.picture(0);
  BOOST_CHECK_CLOSE(static_cast<double>(raster.size()), s.model.metric("spikes_per_s") * 0.499,
                    0.5);
  Random random(6);
  const Trajectory longer = trajectory(kVanDerPol, random, 20, false);
  s.model.rollout(first(longer), longer.drive);
  BOOST_CHECK_GE(s.model.picture(0).back()[0], 5.0);
  BOOST_CHECK_LE(s.model.picture(0).size(), 4096u);
  const Rows kept = s.model.picture(0);
  s.free();
  BOOST_CHECK(s.model.picture(0) == kept);
}

BOOST_AUTO_TEST_CASE(learning_and_running_do_not_allocate) {
  Small s;
  Matrix out(s.run.drive.rows(), 2);
  const auto round = [&] {
    s.model.fit(s.run.drive, s.run.state);
    s.model.rollout(first(s.run), s.run.drive, out);
  };
  round();
  BOOST_CHECK_EQUAL(count_allocations(round), 0);
  s.model.harm(AGON_STATE_NOISE, 0.2, 1);
  round();
  BOOST_CHECK_EQUAL(count_allocations(round), 0);
}

// substeps=2 on every second row is nearly the run on all rows: the teacher is interpolated.
BOOST_AUTO_TEST_CASE(substeps_refine_a_coarse_trajectory) {
  const std::string settings = preset_of(ebn_rule(), "oscillator");
  DynamicModel coarse(ebn_rule(), {.dt = 4e-3, .episodes = 50}, settings + ",substeps=4");
  Random random(1), test(99);
  const auto every_fourth = [](const Matrix& m) {
    Matrix out(m.rows() / 4, m.cols());
    for (int64_t n = 0; n < out.rows(); ++n) std::ranges::copy(m.row(4 * n), out.row(n).begin());
    return out;
  };
  for (int i = 0; i < 50; ++i) {
    const Trajectory t = trajectory(kOscillator, random, 2, true);
    coarse.fit(every_fourth(t.drive), every_fourth(t.state));
  }
  std::vector<double> e;
  for (int i = 0; i < 20; ++i) {
    const Trajectory t = trajectory(kOscillator, test, 5, true);
    e.push_back(nrmse(coarse.rollout(first(t), every_fourth(t.drive)), every_fourth(t.state)));
  }
  BOOST_CHECK_LE(median(e), 0.04);
}

BOOST_AUTO_TEST_CASE(fast_weights_are_learnt_when_asked) {
  Small s(",fast=learnt,fast_lr=0.01");
  const Rows fast = s.model.tensor("fast"), DT = s.model.tensor("DT");
  double against = 0;  // the learnt weights oppose the products of the decoders
  for (size_t i = 0; i < fast.size(); ++i) {
    for (size_t j = 0; j < fast.size(); ++j) {
      if (i != j) against += fast[i][j] * (DT[i][0] * DT[j][0] + DT[i][1] * DT[j][1]);
    }
  }
  BOOST_CHECK_LT(against, 0);
  for (const auto& row : s.free()) BOOST_REQUIRE(std::isfinite(row[0]));
}

// ---- what cannot work

struct Refusal {
  const char* settings;
  std::vector<std::string> says;
};
std::ostream& operator<<(std::ostream& out, const Refusal& r) { return out << r.settings; }
const Refusal kRefusals[] = {
    {"lambda=1000", {"1 ms", "lambda*dt = 1 must be below 1", "raise substeps or lower lambda"}},
    {"k=2000", {"k*dt = 2 must be below 1", "lower k"}},
    {"gamma=0.002", {"spike rate", "5 spikes per step", "spikes=4", "raise spikes or gamma"}},
    {"dendrites=linear,basis=7", {"one dendrite per dimension", "basis=7", "leave basis out"}},
};

BOOST_DATA_TEST_CASE(settings_that_cannot_work_are_refused, data::make(kRefusals), refusal) {
  agon_task task{};
  task.struct_size = sizeof(agon_task);
  task.kind = AGON_DYNAMICS;
  task.inputs = task.outputs = 2;
  task.dt = 1e-3;
  const auto values = values_of(ebn_rule(), refusal.settings);
  harness::Call call;
  call.begin();
  BOOST_CHECK_EQUAL(
      ebn_rule().check(&ebn_rule(), harness::Host().abi(), call.abi(), &task, values.data()),
      AGON_INVALID);
  for (const std::string& words : refusal.says) {
    BOOST_CHECK_MESSAGE(call.fail_text().find(words) != std::string::npos,
                        words << " is not in: " << call.fail_text());
  }
  try {
    const DynamicModel made(ebn_rule(), {}, refusal.settings);
    BOOST_ERROR("create() takes what check() refuses");
  } catch (const harness::RuleFailure& e) {
    BOOST_CHECK_EQUAL(e.what(), call.fail_text());
  }
}

BOOST_AUTO_TEST_CASE(other_tasks_are_refused_and_presets_are_not) {
  agon_task task{};
  task.struct_size = sizeof(agon_task);
  harness::Call call;
  const auto check = [&](const std::string& settings) {
    const auto values = values_of(ebn_rule(), settings);
    call.begin();
    return ebn_rule().check(&ebn_rule(), harness::Host().abi(), call.abi(), &task, values.data());
  };
  task.kind = AGON_REGRESS;
  task.inputs = task.outputs = 2;
  BOOST_CHECK_EQUAL(check(""), AGON_INVALID);
  BOOST_CHECK(call.fail_text().find("trajectories and classes") != std::string::npos);
  task.kind = AGON_DYNAMICS;
  BOOST_CHECK_EQUAL(check(""), AGON_INVALID);  // no dt
  task.dt = 1e-3;
  for (uint32_t i = 0; i < ebn_rule().preset_count; ++i)
    BOOST_CHECK_EQUAL(check(ebn_rule().presets[i].settings), AGON_OK);
  task.outputs = 3;
  BOOST_CHECK_EQUAL(check(""), AGON_INVALID);
}

BOOST_AUTO_TEST_CASE(a_trajectory_with_a_nan_diverges_with_its_step) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  Small s;
  Trajectory bad = copy(s.run);
  bad.state.row(123)[1] = nan;
  diverges([&] { s.model.fit(bad.drive, bad.state); }, {"teacher", "step 123 of episode 5"});
  bad = copy(s.run);
  bad.drive.row(77)[0] = nan;
  Small t;
  diverges([&] { t.model.rollout(first(bad), bad.drive); }, {"drive", "step 77 of a free run"});
  diverges([&] { t.model.fit(bad.drive, bad.state); }, {"drive", "step 77 of episode 5"});
  bad.state.row(0)[0] = nan;
  diverges([&] { t.model.rollout(first(bad), s.run.drive); }, {"start of a free run"});
}

BOOST_AUTO_TEST_CASE(a_network_that_loses_its_teacher_diverges_with_the_reason) {
  DynamicModel fast(ebn_rule(), {.episodes = 4}, "lr=1000");
  BOOST_CHECK(fast.call.log_tail().find("learning overshoots") != std::string::npos);
  diverges([&] { train(fast, kVanDerPol, 4); },
           {"lost its teacher by step 2000 of episode 1", "lower lr"});
  DynamicModel coarse(ebn_rule(), {.episodes = 4}, "width=50,spikes=1,gamma=0.011");
  diverges([&] { train(coarse, kVanDerPol, 4); },
           {"spikes=1 were too few", "raise substeps, or raise spikes or gamma"});
}

BOOST_AUTO_TEST_CASE(too_few_spikes_per_step_are_counted_and_warned_of) {
  DynamicModel model(ebn_rule(), {.episodes = 1}, "width=50,spikes=1,gamma=0.02");
  train(model, kVanDerPol, 1);
  BOOST_CHECK_GT(model.metric("cap_hit_share"), 0.5);
  BOOST_CHECK(model.call.log_tail().find("too coarse for the spike rate") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

// ---- the measure of efficiency against a population that really is Poisson

BOOST_AUTO_TEST_SUITE(ebn_measures)

// Neurons at f_i = a [d_i u]_+ with a = 2K/(N gamma^2): their decoded error must be the predicted
// one.
BOOST_AUTO_TEST_CASE(a_poisson_population_is_as_inexact_as_predicted) {
  constexpr int kNeurons = 100, kLong = 200'000;
  constexpr double kGamma = 0.03, kLambda = 10, kA = 2 * 2 / (kNeurons * kGamma * kGamma);
  Random random(3);
  double z[2] = {0, 0}, decoded[2] = {0, 0}, error = 0, rate = 0;
  for (int n = 0; n < kLong; ++n) {
    const double u[2] = {8 * std::sin(6e-3 * n), 8 * std::cos(6e-3 * n)};
    double spikes[2] = {0, 0}, total = 0;
    for (int i = 0; i < kNeurons; ++i) {
      const double d[2] = {kGamma * std::cos(kTurn * i / kNeurons),
                           kGamma * std::sin(kTurn * i / kNeurons)};
      const double f = kA * std::max(0.0, d[0] * u[0] + d[1] * u[1]);
      total += f;
      if (random.uniform() < f * kStep) {
        spikes[0] += d[0];
        spikes[1] += d[1];
      }
    }
    rate += total / kLong;
    for (int q = 0; q < 2; ++q) {
      z[q] = (1 - kLambda * kStep) * z[q] + kStep * u[q];
      decoded[q] = (1 - kLambda * kStep) * decoded[q] + spikes[q];
      if (n > 1000) error += (decoded[q] - z[q]) * (decoded[q] - z[q]) / (2.0 * (kLong - 1001));
    }
  }
  BOOST_CHECK_CLOSE(error, kGamma * kGamma * rate / (2 * kLambda * 2), 10);
}

BOOST_AUTO_TEST_CASE(intervals_of_a_clock_and_of_a_pair) {
  ebn::SpikeTrain train(3);
  for (int n = 0; n < 50; ++n) train.add(0, 0.1 * n);
  BOOST_CHECK_SMALL(train.cv(), 1e-6);
  BOOST_CHECK_SMALL(train.cv2(), 1e-6);
  train.clear();
  double time = 0;
  for (int n = 0; n < 41; ++n) train.add(1, time += n % 2 == 0 ? 0.1 : 0.3);  // 0.3 0.1 0.3 ...
  BOOST_CHECK_CLOSE(train.cv(), 0.5, 1e-6);
  BOOST_CHECK_CLOSE(train.cv2(), 1.0, 1e-6);
  train.add(2, 5);  // too few intervals to count
  BOOST_CHECK_CLOSE(train.cv(), 0.5, 1e-6);
  BOOST_CHECK_EQUAL(train.count(), 42);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::test
