// SPDX-License-Identifier: MIT
//
// The two references of the rule: the student without spikes and the least-squares bound, against
// plain implementations and against what they are references of.
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "training.h"

namespace agon::test {
namespace {

const auto kReferences = boost::unit_test::data::make({"ebn-rate", "ebn-ls"});
const char* const kSmall = "width=30,basis=20";

// psi of (7) from the tensors of a model.
struct Dendrites {
  explicit Dendrites(DynamicModel& model)
      : M(model.tensor("M")), theta(model.tensor("theta")[0]), psi0(model.tensor("psi0")[0]) {}
  std::vector<double> operator()(const std::vector<double>& x) const {
    std::vector<double> psi(theta);
    for (size_t j = 0; j < psi.size(); ++j) {
      for (size_t q = 0; q < x.size(); ++q) psi[j] += M[q][j] * x[q];
      psi[j] = std::exp(-psi[j] * psi[j]) - psi0[j];
    }
    return psi;
  }
  Rows M;
  std::vector<double> theta, psi0;
};

std::vector<double> row(const Matrix& m, int64_t n) { return {m.row(n).begin(), m.row(n).end()}; }

// A teacher whose every step is from one end to the other.
Trajectory jumping() {
  Random random(1);
  Trajectory t = trajectory(kVanDerPol, random, 0.5, true);
  for (int64_t n = 0; n < t.state.rows(); ++n) {
    for (float& v : t.state.row(n)) v = n % 2 == 0 ? 1.0f : -1.0f;
  }
  return t;
}

BOOST_AUTO_TEST_SUITE(ebn_references)

// ---- ebn-rate

// x <- (1 - lambda dt) x + dt (c + A psi + k e), A += eta dt e psi^T, in double.
struct RateReference {
  Rows A{2, std::vector<double>(20)};
  std::vector<double> x{0, 0};
  void step(const Dendrites& dendrites, const std::vector<double>& c, const double* teacher,
            double eta) {
    const std::vector<double> psi = dendrites(x);
    double e[2], u[2];
    for (size_t q = 0; q < 2; ++q) {
      e[q] = teacher == nullptr ? 0 : teacher[q] - x[q];
      u[q] = c[q] + 100 * e[q];
      for (size_t j = 0; j < psi.size(); ++j) u[q] += A[q][j] * psi[j];
    }
    for (size_t q = 0; q < 2; ++q) {
      x[q] = (1 - 10 * kStep) * x[q] + kStep * u[q];
      for (size_t j = 0; j < psi.size(); ++j) A[q][j] += eta * kStep * e[q] * psi[j];
    }
  }
};

BOOST_AUTO_TEST_CASE(the_rate_student_is_the_plain_equation) {
  DynamicModel model(ebn_rule("ebn-rate"), {.episodes = 3},
                     kSmall + std::string(",decay=0.5,epochs=1"));
  const Dendrites dendrites(model);
  RateReference plain;
  Random random(1);
  for (int episode = 0; episode < 3; ++episode) {
    const Trajectory t = trajectory(kVanDerPol, random, 0.5, true);
    const double loss = model.fit(t.drive, t.state);
    plain.x = row(t.state, 0);
    double error = 0;
    for (int64_t n = 0; n < t.state.rows(); ++n) {
      const std::vector<double> teacher = row(t.state, n);
      for (size_t q = 0; q < 2; ++q) error += std::pow(teacher[q] - plain.x[q], 2);
      plain.step(dendrites, row(t.drive, n), teacher.data(), 200 * std::pow(0.5, episode / 3.0));
    }
    BOOST_CHECK_CLOSE(loss, error / (2.0 * static_cast<double>(t.state.rows())), 0.1);
  }
  model.end_epoch();
  const Rows A = model.tensor("A");
  double size = 0;
  for (size_t q = 0; q < 2; ++q) {
    for (size_t j = 0; j < A[q].size(); ++j) {
      BOOST_CHECK_SMALL(A[q][j] - plain.A[q][j], 1e-3);
      size = std::max(size, std::fabs(A[q][j]));
    }
  }
  BOOST_CHECK_GT(size, 1);
  const Trajectory t = trajectory(kVanDerPol, random, 0.5, true);
  const Matrix run = model.rollout(first(t), t.drive);
  plain.x = row(t.state, 0);
  for (int64_t n = 0; n < run.rows(); ++n) {
    for (size_t q = 0; q < 2; ++q)
      BOOST_CHECK_SMALL(static_cast<double>(run.row(n)[q]) - plain.x[q], 1e-3);
    plain.step(dendrites, row(t.drive, n), nullptr, 0);
  }
}

// N = 30, K = 2, B = 20: M x^ and A psi make 2 K B products a step, V takes N K and a spike N + K.
BOOST_AUTO_TEST_CASE(the_cost_of_a_free_run_is_counted) {
  Random random(1);
  const Trajectory t = trajectory(kVanDerPol, random, 0.5, true);
  const auto macs = [&](DynamicModel& model) {
    model.call.work().reset();
    model.rollout(first(t), t.drive);
    return model.call.macs();
  };
  DynamicModel rate(ebn_rule("ebn-rate"), {}, kSmall), spiking(ebn_rule(), {}, kSmall);
  BOOST_CHECK_EQUAL(macs(rate), 499u * 80u);
  const uint64_t counted = macs(spiking);
  const size_t spikes = spiking.picture(0).size();
  BOOST_CHECK_GT(spikes, 10u);
  BOOST_CHECK_EQUAL(counted, 499u * 140u + spikes * 32u);
}

BOOST_AUTO_TEST_CASE(the_rate_student_has_no_spikes) {
  const agon_rule& rule = ebn_rule("ebn-rate");
  const auto& metrics = *static_cast<const agon_metrics*>(rule.extension(&rule, AGON_METRICS_ID));
  for (uint32_t i = 0; i < metrics.count; ++i)
    BOOST_CHECK_EQUAL(metrics.schema[i].key, std::string("train_error"));
  BOOST_CHECK(rule.extension(&rule, AGON_PICTURES_ID) == nullptr);
  BOOST_CHECK_EQUAL(rule.capabilities & AGON_SPIKING, 0u);
  DynamicModel model(rule, {}, kSmall);
  for (const uint32_t harm : {AGON_SILENCE, AGON_STATE_NOISE}) {
    BOOST_CHECK_EXCEPTION(
        model.harm(harm, 0.1), harness::RuleFailure,
        [](const harness::RuleFailure& e) { return e.status() == AGON_UNSUPPORTED; });
  }
}

BOOST_AUTO_TEST_CASE(the_rate_student_ignores_what_only_neurons_have) {
  const agon_rule& rule = ebn_rule("ebn-rate");
  DynamicModel plain(rule, {.episodes = 3}, "basis=20"),
      other(rule, {.episodes = 3}, "basis=20,width=30,gamma=3,mu=2,spikes=1");
  train(plain, kVanDerPol, 3, 0.5);
  train(other, kVanDerPol, 3, 0.5);
  BOOST_CHECK(plain.tensor("A") == other.tensor("A"));
}

// It says so in the terms it has, whatever the length of a spike.
BOOST_AUTO_TEST_CASE(a_rate_student_that_loses_its_teacher_names_no_spikes) {
  const Trajectory t = jumping();  // strong feedback is always where the teacher just was
  for (const char* const settings : {"k=900", "k=900,gamma=10"}) {
    DynamicModel model(ebn_rule("ebn-rate"), {}, settings);
    try {
      model.fit(t.drive, t.state);
      BOOST_ERROR("nothing was thrown");
    } catch (const harness::RuleFailure& e) {
      const std::string text = e.what();
      BOOST_CHECK_EQUAL(e.status(), AGON_DIVERGED);
      BOOST_CHECK_MESSAGE(text.find("lost its teacher") != text.npos, text);
      BOOST_CHECK_MESSAGE(text.ends_with("; lower lr, or take finer steps: raise substeps"), text);
      BOOST_CHECK_MESSAGE(text.find("spike") == text.npos, text);
    }
  }
}

// It loses nothing to the spiking network.
BOOST_AUTO_TEST_CASE(the_rate_student_learns_the_oscillator) {
  const agon_rule& rule = ebn_rule("ebn-rate");
  DynamicModel model(rule, {.episodes = 50}, preset_of(rule, "oscillator"));
  train(model, kOscillator, 50);
  BOOST_CHECK_LE(median(errors(model, kOscillator, 20, 5, true)), 0.03);
}

// ---- ebn-ls

// At a minimum of |t - A psi|^2 + p |A|^2 the residual's products with psi are p A.
BOOST_AUTO_TEST_CASE(the_bound_solves_the_normal_equations) {
  DynamicModel model(ebn_rule("ebn-ls"), {.episodes = 3}, kSmall);
  const Dendrites dendrites(model);
  Random random(1);
  std::vector<std::vector<double>> psi, targets;
  for (int episode = 0; episode < 3; ++episode) {
    const Trajectory t = trajectory(kVanDerPol, random, 2, true);
    model.fit(t.drive, t.state);
    for (int64_t n = 0; n + 1 < t.state.rows(); n += 10) {
      const auto x = row(t.state, n), next = row(t.state, n + 1), c = row(t.drive, n);
      psi.push_back(dendrites(x));
      targets.push_back({});
      for (size_t q = 0; q < 2; ++q)
        targets.back().push_back((next[q] - (1 - 10 * kStep) * x[q]) / kStep - c[q]);
    }
  }
  for (const auto& at_first : model.tensor("A")) {
    for (const double a : at_first) BOOST_CHECK_EQUAL(a, 0);
  }
  model.end_epoch();
  const Rows A = model.tensor("A");
  double explained = 0, all = 0;
  for (size_t q = 0; q < 2; ++q) {
    std::vector<double> slope(A[q].size());
    double size = 0;
    for (size_t n = 0; n < psi.size(); ++n) {
      double off = targets[n][q];
      for (size_t j = 0; j < A[q].size(); ++j) off -= A[q][j] * psi[n][j];
      for (size_t j = 0; j < A[q].size(); ++j) {
        slope[j] += off * psi[n][j];
        size += std::fabs(targets[n][q] * psi[n][j]);
      }
      all += targets[n][q] * targets[n][q];
      explained += targets[n][q] * targets[n][q] - off * off;
    }
    for (size_t j = 0; j < A[q].size(); ++j)
      BOOST_CHECK_SMALL(slope[j] - 1e-3 * A[q][j], 1e-5 * size);
  }
  BOOST_CHECK_GT(explained, 0.8 * all);
}

// A linear teacher leaves no residual: A is known from a few seconds, to the curvature of a step.
// Without a cost of spikes, which would pull xhat away from the states that A was solved for.
BOOST_AUTO_TEST_CASE(the_bound_knows_a_linear_teacher_at_once) {
  const agon_rule& rule = ebn_rule("ebn-ls");
  DynamicModel model(rule, {.episodes = 3}, preset_of(rule, "oscillator") + ",mu=0");
  train(model, kOscillator, 3);
  const Rows A = model.tensor("A");
  const double want[2][2] = {{9.3, kTurn}, {-kTurn, 9.3}};
  for (size_t q = 0; q < 2; ++q) {
    for (size_t j = 0; j < 2; ++j) BOOST_CHECK_SMALL(A[q][j] - want[q][j], 0.03);
  }
  BOOST_CHECK_LE(median(errors(model, kOscillator, 20, 5, true)), 0.03);
  BOOST_CHECK_GT(model.metric("spikes_per_s"), 10);
}

BOOST_AUTO_TEST_CASE(the_local_rule_stays_behind_the_bound) {
  const std::string settings = "width=60,basis=150";
  DynamicModel local(ebn_rule(), {.episodes = 60}, settings),
      bound(ebn_rule("ebn-ls"), {.episodes = 60}, settings);
  train(local, kVanDerPol, 60);
  train(bound, kVanDerPol, 60);
  BOOST_CHECK_EQUAL(local.tensor("DT") == bound.tensor("DT"), true);  // the same network
  const double best = median(errors(bound, kVanDerPol, 20, 2, false));
  BOOST_CHECK_LE(best, median(errors(local, kVanDerPol, 20, 2, false)));
  BOOST_CHECK_LE(best, 0.1);
}

// What is solved stays; the loss of a second pass is that of the solution.
BOOST_AUTO_TEST_CASE(a_second_epoch_changes_nothing) {
  DynamicModel model(ebn_rule("ebn-ls"), {.episodes = 3}, kSmall);
  train(model, kVanDerPol, 3);
  const Rows A = model.tensor("A");
  Random random(1);
  const Trajectory t = trajectory(kVanDerPol, random, 2, true);
  const double after = model.fit(t.drive, t.state);
  model.end_epoch();
  BOOST_CHECK(model.tensor("A") == A);
  DynamicModel fresh(ebn_rule("ebn-ls"), {.episodes = 3}, kSmall);
  BOOST_CHECK_LT(after, 0.5 * fresh.fit(t.drive, t.state));
}

// It runs nothing while it is taught, so however far a teacher jumps it does not lose it.
BOOST_AUTO_TEST_CASE(the_bound_cannot_lose_its_teacher) {
  const Trajectory t = jumping();
  DynamicModel model(ebn_rule("ebn-ls"), {}, kSmall);
  BOOST_CHECK_GT(model.fit(t.drive, t.state), 1);
  model.end_epoch();
}

BOOST_AUTO_TEST_CASE(the_bound_sees_what_is_not_finite) {
  Random random(1);
  const Trajectory t = trajectory(kVanDerPol, random, 0.5, true);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const char* const id : {"ebn-rate", "ebn-ls"}) {
    Trajectory bad = copy(t);
    bad.state.row(123)[1] = nan;
    DynamicModel a(ebn_rule(id), {}, kSmall), b(ebn_rule(id), {}, kSmall);
    diverges([&] { a.fit(bad.drive, bad.state); }, {"teacher", "step 123 of episode 1"});
    bad = copy(t);
    bad.drive.row(77)[0] = nan;
    diverges([&] { b.fit(bad.drive, bad.state); }, {"drive", "step 77 of episode 1"});
  }
}

// ---- both

BOOST_DATA_TEST_CASE(they_are_controls_and_refuse_what_they_lack, kReferences, id) {
  const agon_rule& rule = ebn_rule(id);
  BOOST_CHECK_NE(rule.capabilities & AGON_CONTROL, 0u);
  agon_task task{};
  task.struct_size = sizeof(agon_task);
  task.inputs = task.outputs = 2;
  task.dt = 1e-3;
  const auto reason = [&](const char* settings) -> std::string {
    harness::Call call;
    call.begin();
    const auto values = values_of(rule, settings);
    return rule.check(&rule, harness::Host().abi(), call.abi(), &task, values.data()) == AGON_OK
               ? ""
               : call.fail_text();
  };
  task.kind = AGON_DYNAMICS;
  for (uint32_t i = 0; i < rule.preset_count; ++i)
    BOOST_CHECK_EQUAL(reason(rule.presets[i].settings), "");
  for (const char* const settings : {"weights=full", "fast=learnt"}) {
    BOOST_CHECK(reason(settings).find(id) == 0);
    BOOST_CHECK(reason(settings).find("leave out weights and fast") != std::string::npos);
  }
  task.kind = AGON_REGRESS;
  BOOST_CHECK(reason("").find(std::string(id) + " learns trajectories and classes") == 0);
}

BOOST_DATA_TEST_CASE(their_runs_are_pure_and_the_seed_decides, kReferences, id) {
  DynamicModel a(ebn_rule(id), {.episodes = 4}, kSmall), b(ebn_rule(id), {.episodes = 4}, kSmall),
      c(ebn_rule(id), {.episodes = 4, .seed = 2}, kSmall);
  Random random(5);
  const Trajectory t = trajectory(kVanDerPol, random, 0.5, true);
  std::vector<Rows> runs;
  for (DynamicModel* model : {&a, &b, &c}) {
    train(*model, kVanDerPol, 4, 0.5);
    runs.push_back(rows_of(model->rollout(first(t), t.drive).view()));
  }
  BOOST_CHECK(rows_of(a.rollout(first(t), t.drive).view()) == runs[0]);
  BOOST_CHECK(runs[1] == runs[0]);
  BOOST_CHECK(runs[2] != runs[0]);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::test
