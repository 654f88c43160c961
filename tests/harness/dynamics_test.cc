// SPDX-License-Identifier: MIT
//
// Dynamics tasks in this process: the regression of the field with rules of the tree, and rules
// made here whose free runs can be said beforehand.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <set>

#include "agon/rule.h"
#include "harness/plugins/loader.h"
#include "harness/plugins/manifest.h"
#include "harness/plugins/values.h"
#include "harness/train/courses/trajectory.h"
#include "harness/train/protocols/train.h"

using namespace agon;
using namespace agon::harness;
using reports::CellOutcome;
using reports::Status;

namespace {

const datasets::Catalogue& catalogue() {
  static const datasets::Catalogue built_in({});
  return built_in;
}

// Loaded once each: some take a while.
const datasets::Task& task(const std::string& id) {
  static std::map<std::string, datasets::Task> loaded;
  const auto it = loaded.find(id);
  return it != loaded.end()
             ? it->second
             : loaded.emplace(id, catalogue().load(catalogue().info(id))).first->second;
}

CellOutcome run(const agon_rule& rule, const std::vector<agon_value>& values,
                const datasets::Task& on, CellJob job,
                std::vector<reports::CurvePoint>* curve = nullptr) {
  CellContext cell;
  cell.rule = &rule;
  cell.values = values;
  cell.task = &on;
  cell.job = &job;
  cell.on_curve = [curve](const reports::CurvePoint& point) {
    if (curve != nullptr) curve->push_back(point);
  };
  return train_cell(cell);
}

CellOutcome run(const std::string& rule_id, const std::string& settings, const std::string& task_id,
                uint64_t seed = 0) {
  const std::filesystem::path file =
      std::filesystem::path(std::getenv("AGON_PLUGINS")) / (rule_id + ".agon.so");
  const agon_plugin& plugin = open_plugin(file);
  const agon_rule& rule = rule_of(plugin, rule_id, file);
  const RuleManifest manifest = manifest_of(plugin, rule, file.string());
  std::vector<agon_value> values = manifest.defaults();
  for (const auto& [key, text] : parse_settings(settings)) {
    values[manifest.index_of(key)] = parse_value(*manifest.param(key), text);
  }
  CellJob job;
  job.batch = values[manifest.index_of("batch")].i;
  job.epochs = values[manifest.index_of("epochs")].i;
  job.updates = values[manifest.index_of("updates")].i;
  job.seed = seed;
  job.pictures = true;
  return run(rule, values, task(task_id), job);
}

// ---- rules of this file

// Regresses nothing: answers `value` everywhere.
template <int kWhat>
class Constant {
 public:
  static constexpr RuleInfo info{.id = "constant",
                                 .name = "",
                                 .summary = "",
                                 .reference = "",
                                 .capabilities = AGON_CAN_REGRESS};
  static constexpr auto params = std::to_array<agon_param>({batch_param(64)});
  Constant(Context&, const agon_task&, const Values&) {}
  double fit(Context&, const agon_batch& batch) {
    return batch.labels == nullptr ? 1.0 : std::nan("");
  }
  void predict(Context&, ConstView, View out) {
    for (int64_t r = 0; r < out.rows; ++r) {
      for (float& v : row_of(out, r)) {
        if (kWhat == 0) v = 0;
        if (kWhat == 1) v = std::nanf("");
        if (kWhat == 2) v = 1e12f;
      }
      if (kWhat == 3 && r > 0) std::ranges::fill(row_of(out, r), 0.0f);  // row 0 stays unwritten
    }
  }
};

// Learns trajectories; its free runs stand still, or leave the finite numbers at step 7, all of
// them or the third of the test, or end at once.
enum { kLosesOne = 3 };
std::vector<double> g_starts;  // x1 of every episode learnt, in order
std::vector<int64_t> g_steps;
template <int kWhat>
class Still {
 public:
  static constexpr RuleInfo info{
      .id = "still", .name = "", .summary = "", .reference = "", .capabilities = AGON_CAN_DYNAMICS};
  static constexpr auto params = std::to_array<agon_param>({batch_param(64)});
  Still(Context&, const agon_task& task, const Values&) {
    if (task.kind != AGON_DYNAMICS || task.inputs != 2 || task.outputs != 2 || !(task.dt > 0))
      invalid("not told so");
    episodes_ = task.episodes;
  }
  double fit(Context&, ConstView drive, ConstView teacher, bool new_episode) {
    if (!new_episode || drive.rows != teacher.rows || drive.cols != 2)
      invalid("a whole episode, please");
    g_starts.push_back(static_cast<double>(teacher.data[0]));
    g_steps.push_back(drive.rows);
    return 1.0 / static_cast<double>(++learnt_);
  }
  void rollout(Context&, ConstView start, ConstView drive, View out) {
    if (learnt_ % episodes_ != 0) invalid("asked in the middle of an epoch");
    for (int64_t n = 0; n < drive.rows; ++n) {
      for (size_t q = 0; q < 2; ++q) row_of(out, n)[q] = row_of(start, 0)[q];
      const auto& third = task("oscillator").trajectories.test.at(2);
      const bool loses =
          kWhat == 1 || (kWhat == kLosesOne && row_of(start, 0)[0] == third.state[0] &&
                         row_of(start, 0)[1] == third.state[1]);
      if (loses && n == 7) row_of(out, n)[1] = std::nanf("");
    }
    if (kWhat == 2) throw RuleError(AGON_DIVERGED, "boom at step 3");
  }

 private:
  int64_t episodes_ = 0, learnt_ = 0;
};

template <typename R>
CellOutcome run_own(const datasets::Task& on, int64_t epochs = 1, uint64_t seed = 0) {
  CellJob job;
  job.batch = 64;
  job.epochs = epochs;
  job.seed = seed;
  const std::vector<agon_value> values{R::params[0].default_value};
  return run(detail::Describe<R>::rule, values, on, job);
}

}  // namespace

// The oscillator's field is linear, and its free run is stable: a linear rule finds it all but
// exactly.
BOOST_AUTO_TEST_CASE(a_linear_rule_learns_a_linear_field) {
  const CellOutcome outcome = run("linear", "readout=ridge,epochs=1", "oscillator");
  BOOST_TEST((outcome.status == Status::ok), outcome.status_detail);
  BOOST_TEST(outcome.metric == "nrmse");
  BOOST_TEST(outcome.rule_metrics.at("nrmse") < 0.01);
  BOOST_TEST(outcome.rule_metrics.at("nrmse_max") < 0.02);
  BOOST_TEST(outcome.rule_metrics.at("horizon_s") == 5.0);
  // The mean over trials lies between the worst of them and no error at all.
  BOOST_TEST(outcome.score_test > 1 / (1 + outcome.rule_metrics.at("nrmse_max")));
  BOOST_TEST(outcome.score_test < 1);
  BOOST_TEST(outcome.score_val > 0.98);
  BOOST_TEST(outcome.score_train > 0.98);
  BOOST_TEST(outcome.samples_per_s_predict > 0);
  // By gradient steps the same, less exactly.
  const CellOutcome steps = run("linear", "readout=softmax,epochs=3", "oscillator");
  BOOST_TEST(steps.rule_metrics.at("nrmse") < 0.05);
}

BOOST_AUTO_TEST_CASE(every_rule_that_regresses_beats_persistence_on_the_oscillator) {
  for (const auto& [rule, settings] : {std::pair{"bp", "epochs=3"},
                                       {"elm", "width=64"},
                                       {"monolith", "z=2,readout=ridge,epochs=1"},
                                       {"ed", "epochs=20,init=units,batch=32"}}) {
    BOOST_TEST_CONTEXT(rule) {
      const CellOutcome outcome = run(rule, settings, "oscillator");
      BOOST_TEST((outcome.status == Status::ok), outcome.status_detail);
      BOOST_TEST(outcome.rule_metrics.at("nrmse") <
                 0.6 * outcome.rule_metrics.at("persistence_nrmse"));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_bits) {
  const CellOutcome a = run("bp", "epochs=1", "narma-10"), b = run("bp", "epochs=1", "narma-10");
  BOOST_TEST(a.score_test == b.score_test);
  BOOST_TEST(a.loss_final == b.loss_final);
  BOOST_TEST(a.score_test != run("bp", "epochs=1", "narma-10", 1).score_test);
}

// A series is learnt from its window: far better than the score of standing still, which is the
// chance.
BOOST_AUTO_TEST_CASE(series_are_forecast_from_their_window) {
  const CellOutcome glass = run("elm", "width=256", "mackey-glass");
  BOOST_TEST((glass.status == Status::ok), glass.status_detail);
  BOOST_TEST(glass.rule_metrics.at("nrmse") < 0.3);
  BOOST_TEST(glass.rule_metrics.at("horizon_s") > 84);
  const CellOutcome narma = run("elm", "width=256", "narma-10");
  BOOST_TEST((narma.status == Status::ok), narma.status_detail);
  BOOST_TEST(narma.rule_metrics.at("nrmse") < 0.3);
}

BOOST_AUTO_TEST_CASE(the_chance_of_a_task_file_is_the_score_of_persistence) {
  for (const char* id :
       {"oscillator", "van-der-pol", "double-well", "lorenz", "mackey-glass", "narma-10"}) {
    BOOST_TEST_CONTEXT(id) {
      BOOST_TEST(task(id).info.chance == persistence_score(task(id)),
                 boost::test_tools::tolerance(3e-4));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_ridge_of_a_task_file_is_the_score_of_a_linear_field) {
  for (const char* id :
       {"oscillator", "van-der-pol", "double-well", "lorenz", "mackey-glass", "narma-10"}) {
    BOOST_TEST_CONTEXT(id) {
      BOOST_TEST(task(id).info.ridge() == run("linear", "readout=ridge,epochs=1", id).score_test,
                 boost::test_tools::tolerance(2e-3));
    }
  }
}

BOOST_AUTO_TEST_CASE(bad_output_of_a_regression_is_a_row_with_its_reason) {
  const datasets::Task& on = task("narma-10");
  for (const CellOutcome& outcome : {run_own<Constant<1>>(on), run_own<Constant<2>>(on)}) {
    BOOST_TEST((outcome.status == Status::ok));
    BOOST_TEST(outcome.status_detail ==
               "10 of 10 free runs of the test are lost and infinitely wrong; the first, "
               "run 1: the state left all bounds at step 1");
    BOOST_TEST(outcome.score_val == 0);
    BOOST_TEST(outcome.score_test == 0);
    BOOST_TEST(std::isinf(outcome.rule_metrics.at("nrmse")));
    BOOST_TEST(outcome.rule_metrics.at("lost_trials") == 10);
    BOOST_TEST(outcome.pictures.empty());
  }
  const CellOutcome unwritten = run_own<Constant<3>>(on);
  BOOST_TEST((unwritten.status == Status::invalid_output));
  BOOST_TEST(unwritten.status_detail == "predict left 1 of 5 outputs unwritten");
}

BOOST_AUTO_TEST_CASE(a_rule_of_trajectories_sees_every_episode_in_an_order_of_the_seed) {
  const datasets::Task& on = task("oscillator");
  const auto order = [&](uint64_t seed) {
    g_starts.clear();
    g_steps.clear();
    const CellOutcome outcome = run_own<Still<0>>(on, 2, seed);
    BOOST_TEST((outcome.status == Status::ok), outcome.status_detail);
    BOOST_TEST(outcome.epochs_done == 2);
    BOOST_TEST(std::isnan(outcome.loss_init));  // it offers no loss without learning
    // It stands still: persistence itself.
    BOOST_TEST(outcome.rule_metrics.at("nrmse") == outcome.rule_metrics.at("persistence_nrmse"));
    return g_starts;
  };
  const std::vector<double> first = order(0);
  BOOST_TEST(first.size() == 100u);  // no second fit: episodes for validation cost nothing
  BOOST_TEST(std::ranges::count(g_steps, 2000) == 100);
  const std::set<double> once(first.begin(), first.begin() + 50),
      again(first.begin() + 50, first.end());
  BOOST_TEST(once.size() == 50u);
  BOOST_TEST((once == again));
  BOOST_TEST(!std::equal(first.begin(), first.begin() + 50, first.begin() + 50));
  BOOST_TEST((first == order(0)));
  BOOST_TEST((first != order(1)));
}

BOOST_AUTO_TEST_CASE(a_free_run_that_is_lost_says_where) {
  const datasets::Task& on = task("oscillator");
  for (const auto& [lost, reason] :
       {std::pair{run_own<Still<1>>(on), "the state is not finite at step 7"},
        {run_own<Still<2>>(on), "boom at step 3"}}) {
    BOOST_TEST((lost.status == Status::ok));
    BOOST_TEST(
        lost.status_detail ==
        std::string(
            "20 of 20 free runs of the test are lost and infinitely wrong; the first, run 1: ") +
            reason);
    BOOST_TEST(lost.score_val == 0);
    BOOST_TEST(lost.score_test == 0);
  }
}

// Loses its third run of the test, which another rule would stand still in.
BOOST_AUTO_TEST_CASE(one_lost_run_costs_its_trial_and_not_the_cell) {
  const datasets::Task& on = task("oscillator");
  const CellOutcome whole = run_own<Still<0>>(on), one = run_own<Still<kLosesOne>>(on);
  BOOST_TEST((one.status == Status::ok), one.status_detail);
  BOOST_TEST(one.rule_metrics.at("lost_trials") == 1);
  BOOST_TEST(whole.rule_metrics.at("lost_trials") == 0);
  BOOST_TEST(whole.status_detail.empty());
  BOOST_TEST(one.status_detail.starts_with("1 of 20 free runs of the test are lost"),
             one.status_detail);
  BOOST_TEST(std::isinf(one.rule_metrics.at("nrmse_max")));
  // The score is the mean over the trials: the others gave what they gave, the lost one 0.
  const std::vector<double> rows = reports::values_of(one.test_rows.at(0)),
                            kept = reports::values_of(whole.test_rows.at(0));
  BOOST_TEST_REQUIRE(rows.size() == 20u);
  for (size_t i = 0; i < rows.size(); ++i) BOOST_TEST(rows[i] == (i == 2 ? 0 : kept[i]));
  BOOST_TEST(one.score_test == whole.score_test - kept[2] / 20,
             boost::test_tools::tolerance(1e-12));
}

// A still run of van der Pol turns at no frequency and lies one radius off or more; in the double
// well it ends in the well of its start.
BOOST_AUTO_TEST_CASE(long_runs_are_asked_what_the_task_says) {
  const auto cycle = run_own<Still<0>>(task("van-der-pol")).rule_metrics;
  BOOST_TEST(cycle.at("frequency_error") == 1.0);
  BOOST_TEST(cycle.at("orbit_distance") > 0.0);
  BOOST_TEST(cycle.at("lost_runs") == 0);
  const auto wells = run_own<Still<0>>(task("double-well")).rule_metrics;
  int same = 0;
  for (const datasets::Trajectory& t : task("double-well").trajectories.runs) {
    same += (t.state[0] > 0) == (t.state[t.state.size() - 2] > 0) ? 1 : 0;
  }
  BOOST_TEST(wells.at("basin_accuracy") == same / 100.0);
  const auto lost =
      run_own<Constant<0>>(task("lorenz")).rule_metrics;  // drifts away in a straight line
  BOOST_TEST(lost.at("locked") == 3);
  BOOST_TEST(std::isnan(lost.at("w1")));
}

BOOST_AUTO_TEST_CASE(free_runs_are_drawn_beside_their_teacher) {
  const CellOutcome plane = run("linear", "readout=ridge,epochs=1", "oscillator");
  BOOST_TEST_REQUIRE(plane.pictures.size() == 1u);
  const reports::Picture& tracks = plane.pictures.front();
  BOOST_TEST(tracks.key == "free_run");
  BOOST_TEST(tracks.kind == "tracks");
  BOOST_TEST((tracks.series == std::vector<std::string>{"teacher", "model"}));
  BOOST_TEST(tracks.rows == 4);
  BOOST_TEST(tracks.cols > 1000);
  BOOST_TEST_REQUIRE(tracks.values.size() == static_cast<size_t>(tracks.rows * tracks.cols));
  const float* const teacher = tracks.values.data();
  const float* const model = teacher + 2 * tracks.cols;
  for (int64_t i = 0; i < 2 * tracks.cols; ++i)
    BOOST_TEST_REQUIRE(std::fabs(teacher[i] - model[i]) < 0.05f);
  BOOST_TEST(teacher[0] == task("oscillator").trajectories.test.front().state[0]);

  const CellOutcome series = run("linear", "readout=ridge,epochs=1", "narma-10");
  BOOST_TEST_REQUIRE(series.pictures.size() == 1u);
  const reports::Picture& lines = series.pictures.front();
  BOOST_TEST(lines.kind == "lines");
  BOOST_TEST(lines.rows == 3);
  BOOST_TEST(lines.cols == 500);
  BOOST_TEST(lines.values[7] == 7.0f);
}
