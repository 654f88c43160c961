// SPDX-License-Identifier: MIT
//
// Trains ebn on a teacher and measures free runs: the numbers of plugins/ebn/README.md.
//   ebn_dynamics TASK [SETTINGS] [SEED]...    TASK: oscillator, van-der-pol, double-well, lorenz
// Training data come from seed 1, tests from seed 99; SEED is the network's (default 3 4 5).
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>

#include "dynamic_model.h"
#include "scores.h"
#include "teachers.h"

namespace agon::test {
namespace {

struct Plan {
  const Teacher& teacher;
  const char* preset;
  int episodes;
  double horizon;  // s, of a test
  bool driven;     // tests with commands
};
const Plan kPlans[] = {{kOscillator, "oscillator", 50, 5, true},
                       {kVanDerPol, "van-der-pol", 400, 2, false},
                       {kDoubleWell, "double-well", 400, 2, false},
                       {kLorenz, "lorenz", 600, 1, false}};

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::vector<double> errors(DynamicModel& model, const std::vector<Trajectory>& tests) {
  std::vector<double> out;
  for (const Trajectory& t : tests)
    out.push_back(nrmse(model.rollout(agon::rows_of(t.state.view(), 0, 1), t.drive), t.state));
  return out;
}

void lesions(DynamicModel& model, const std::vector<Trajectory>& tests) {
  const double whole = median(errors(model, tests));
  for (const double share : {0.1, 0.2, 0.4}) {
    std::string line;
    for (uint64_t set = 1; set <= 3; ++set) {
      model.harm(AGON_SILENCE, share, set);
      line += fmt::format(" {:.2f}x", median(errors(model, tests)) / whole);
    }
    fmt::print("  kill {:.0f} %:{}\n", 100 * share, line);
  }
  model.harm(AGON_SILENCE, 0);
  for (const double level : {0.1, 0.3, 1.0}) {
    model.harm(AGON_STATE_NOISE, level, 1);
    const double error = median(errors(model, tests));
    fmt::print("  noise {}: {:.3f}, {:.1f} Hz\n", level, error, model.metric("rate_hz"));
  }
  model.harm(AGON_STATE_NOISE, 0);
  fmt::print("  restored: {}\n", median(errors(model, tests)) == whole);
}

void long_runs(DynamicModel& model, const Plan& plan) {
  Random random(7);
  if (plan.teacher.name == "van-der-pol") {
    const Trajectory t = trajectory(plan.teacher, random, 20, false);
    const Matrix run = model.rollout(agon::rows_of(t.state.view(), 0, 1), t.drive);
    fmt::print("  frequency {:.4f} against {:.4f} ({:+.2f} %), orbit distance {:.4f}\n",
               frequency(run), frequency(t.state), 100 * (frequency(run) / frequency(t.state) - 1),
               orbit_distance(run, t.state));
  }
  if (plan.teacher.name == "double-well") {
    int right = 0;
    for (int i = 0; i < 100; ++i) {
      const Trajectory t = trajectory(plan.teacher, random, 5, false);
      const Matrix run = model.rollout(agon::rows_of(t.state.view(), 0, 1), t.drive);
      right += (run.row(run.rows() - 1)[0] > 0) == (t.state.row(run.rows() - 1)[0] > 0) ? 1 : 0;
    }
    fmt::print("  basins {:.2f}\n", right / 100.0);
  }
  if (plan.teacher.name == "lorenz") {
    static const Trajectory reference = [&] {
      Random r(8);
      return trajectory(plan.teacher, r, 1000, false);
    }();
    for (int i = 0; i < 3; ++i) {
      const Trajectory t = trajectory(plan.teacher, random, 100, false);
      const Matrix run = model.rollout(agon::rows_of(t.state.view(), 0, 1), t.drive);
      const auto w = symmetric_w1(run, reference.state);
      fmt::print("  100 s: W1/std {:.3f} {:.3f} {:.3f}{}, E/I {:.3f}, {:.2f} Hz\n", w[0], w[1],
                 w[2], locked(run) ? ", LOCKED" : "", model.metric("ei_correlation"),
                 model.metric("rate_hz"));
    }
  } else {
    // Commands keep the double well from resting at a fixed point, where currents do not vary.
    const bool driven = plan.driven || plan.teacher.name == "double-well";
    const Trajectory t = trajectory(plan.teacher, random, 20, driven);
    model.rollout(agon::rows_of(t.state.view(), 0, 1), t.drive);
  }
  for (const char* const key : {"spikes_per_s", "rate_hz", "cv_isi", "cv2", "ei_correlation",
                                "cap_hit_share", "poisson_spikes_ratio", "train_error"}) {
    fmt::print("  {} {:.4g}", key, model.metric(key));
  }
  fmt::print("\n");
}

int run(const Plan& plan, const std::string& settings, const std::vector<uint64_t>& seeds) {
  const agon_rule& rule = open_rule(AGON_EBN_PLUGIN);
  Random train(1), test(99);
  std::vector<Trajectory> episodes, tests;
  for (int i = 0; i < plan.episodes; ++i)
    episodes.push_back(trajectory(plan.teacher, train, 2, true));
  for (int i = 0; i < 20; ++i)
    tests.push_back(trajectory(plan.teacher, test, plan.horizon, plan.driven));
  std::vector<double> medians;
  for (const uint64_t seed : seeds) {
    DynamicModel model(
        rule,
        {.dims = static_cast<int64_t>(plan.teacher.dims), .episodes = plan.episodes, .seed = seed},
        preset_of(rule, plan.preset) + settings);
    const double begin = now();
    for (const Trajectory& t : episodes) model.fit(t.drive, t.state);
    const double seconds = now() - begin;
    model.end_epoch();
    const std::vector<double> e = errors(model, tests);
    medians.push_back(median(e));
    fmt::print("seed {}: trained in {:.1f} s; NRMSE median {:.4f}, max {:.3f}; {}\n", seed, seconds,
               medians.back(), *std::ranges::max_element(e), model.call.log_tail());
    if (plan.teacher.name == "oscillator") {
      for (const auto& row : model.tensor("A")) fmt::print("  A {:.3f} {:.3f}\n", row[0], row[1]);
    }
    long_runs(model, plan);
    lesions(model, tests);
  }
  fmt::print("{}: median of {} seeds {:.4f}, worst {:.4f}\n", plan.teacher.name, medians.size(),
             median(medians), *std::ranges::max_element(medians));
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace agon::test

int main(int argc, char** argv) {
  const std::string task = argc > 1 ? argv[1] : "";
  std::string settings = argc > 2 ? argv[2] : "";
  if (!settings.empty()) settings.insert(0, ",");
  std::vector<uint64_t> seeds;
  for (int i = 3; i < argc; ++i) seeds.push_back(std::strtoull(argv[i], nullptr, 10));
  if (seeds.empty()) seeds = {3, 4, 5};
  for (const auto& plan : agon::test::kPlans) {
    if (task == plan.preset) return agon::test::run(plan, settings, seeds);
  }
  fmt::print(
      stderr,
      "usage: ebn_dynamics oscillator|van-der-pol|double-well|lorenz [SETTINGS] [SEED]...\n");
  return EXIT_FAILURE;
}
