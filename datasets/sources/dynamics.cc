// SPDX-License-Identifier: MIT
//
// Source "dynamics": the teachers of the dynamics tasks, and [episodes], which stands in place of
// [split].
#include "datasets/generators/dynamics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "datasets/sources/source.h"

namespace agon::datasets {
namespace {

constexpr std::array<std::string_view, 3> kSourceKeys = {"dt", "command", "seed"};
// In the order of System.
constexpr std::array<std::string_view, 6> kSystems = {"oscillator", "van-der-pol",  "double-well",
                                                      "lorenz",     "mackey-glass", "narma-10"};
constexpr std::array<std::string_view, 14> kEpisodeKeys = {
    "train", "train_s", "validation", "test", "test_s", "driven_test", "stride",
    "lead",  "window",  "inputs",     "runs", "run_s",  "reference_s", "statistics"};
// In the order of DynamicsInfo::Statistics.
constexpr std::array<std::string_view, 4> kStatistics = {"none", "cycle", "basins", "attractor"};
constexpr int64_t kMostEpisodes = 100'000, kMostSteps = 10'000'000;

template <size_t N>
int64_t place(const std::array<std::string_view, N>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) - words.begin();
}

// Rows of a run of so many seconds.
int64_t steps(const TomlTable& episodes, std::string_view key, double dt) {
  const double seconds = episodes.number(key, dt, 1e6);
  const double count = std::round(seconds / dt);
  if (count < 2 || count > static_cast<double>(kMostSteps)) {
    episodes.fail(key, fmt::format("is {} steps of dt", count),
                  fmt::format("keep it from 2 to {} steps", kMostSteps));
  }
  return static_cast<int64_t>(count);
}

std::string describe(const Dynamics& d) {
  const auto part = [&d](const Episodes& e) {
    return fmt::format("{} of {:g} s{}", e.count, static_cast<double>(e.steps) * d.dt,
                       e.commands ? " with commands" : "");
  };
  return fmt::format("episodes: {} to train, {} for validation, {} for the test, seed {}",
                     part(d.train), part(d.validation), part(d.test), d.seed);
}

void read_runs(const TomlTable& episodes, Dynamics& d, DynamicsInfo& info) {
  if (!episodes.has("statistics")) return;
  info.statistics = static_cast<DynamicsInfo::Statistics>(
      place(kStatistics, episodes.choice("statistics", kStatistics)));
  if (info.statistics == DynamicsInfo::Statistics::none) return;
  const int64_t least = info.statistics == DynamicsInfo::Statistics::attractor ? 3 : 2;
  if (state_dims(d.system) < least) {
    episodes.fail("statistics", fmt::format("needs a state of {} dimensions", least),
                  "leave it out");
  }
  d.runs = {episodes.integer("runs", 1, kMostEpisodes), steps(episodes, "run_s", d.dt), false};
  if (info.statistics == DynamicsInfo::Statistics::attractor) {
    d.reference = {1, steps(episodes, "reference_s", d.dt), false};
  }
}

Recipe read(const TomlTable& top, TaskInfo& info) {
  const TomlTable source = top.section("source");
  Dynamics d;
  d.system = static_cast<System>(place(kSystems, source.text("generator")));
  d.dt = source.number("dt", 1e-5, 10);
  if (source.has("command")) d.command = source.number("command", 0, 100);
  d.seed = static_cast<uint64_t>(source.integer("seed", 0, std::numeric_limits<int64_t>::max()));
  if (info.shape != std::vector<int64_t>{state_dims(d.system)}) {
    source.fail("generator", "does not fit 'shape'",
                fmt::format("set shape = [{}]", state_dims(d.system)));
  }

  const TomlTable episodes = top.section("episodes");
  episodes.allow_only(kEpisodeKeys);
  const bool series = d.system == System::mackey_glass || d.system == System::narma;
  auto& about = std::get<DynamicsInfo>(info.of);
  about.dt = d.dt;
  about.drives = drive_dims(d.system);
  about.window = episodes.integer_or("window", 1, 1000, 1);
  about.drive_window = episodes.integer_or("inputs", 0, 1000, 0);
  if (series == about.is_flow() || (about.drive_window > 0 && about.drives == 0)) {
    episodes.fail("window", "does not fit the generator",
                  "series have a window of past states and inputs, flows have none");
  }
  about.inputs = state_dims(d.system) * about.window + about.drives * about.drive_window;
  d.warmup = about.warmup();
  const bool driven = episodes.has("driven_test") && episodes.boolean("driven_test");
  const int64_t test_steps = steps(episodes, "test_s", d.dt);
  d.train = {episodes.integer("train", 1, kMostEpisodes), steps(episodes, "train_s", d.dt),
             d.command > 0};
  d.validation = {episodes.integer("validation", 1, kMostEpisodes), test_steps, driven};
  d.test = {episodes.integer("test", 1, kMostEpisodes), test_steps, driven};
  about.episodes = d.train.count;
  about.stride = episodes.integer_or("stride", 1, d.train.steps, 1);
  about.lead = episodes.integer_or("lead", 1, test_steps - 1, 0);
  read_runs(episodes, d, about);
  info.split = describe(d);
  return {.load = [d](TaskFiles&) { return make_trajectories(d); }};
}

}  // namespace

extern const Source kDynamicsSource;
constinit const Source kDynamicsSource{kSystems, Kind::dynamics, false, kSourceKeys, read};

}  // namespace agon::datasets
