// SPDX-License-Identifier: MIT
//
// Tasks of rows with real targets: what a rule is shown of them, and what its answers score.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

#include "agon/rule.h"
#include "harness/train/protocols/robustness.h"
#include "tests/harness/setup.h"

using namespace agon;
using namespace agon::harness;
using reports::CellOutcome;
using reports::Status;

namespace {

// What a rule that always answers 0 was g_shown.
struct Shown {
  agon_task task{};
  bool labels = false;
  double sum = 0, square = 0, low = 1e9, high = -1e9, lowest_input = 1e9;
  int64_t rows = 0;
};
Shown g_shown;

template <uint64_t kCapabilities>
class Answers {
 public:
  static constexpr RuleInfo info{
      .id = "answers", .name = "", .summary = "", .reference = "", .capabilities = kCapabilities};
  static constexpr auto params = std::to_array<agon_param>({batch_param(64)});
  Answers(Context&, const agon_task& task, const Values&) { g_shown.task = task; }
  double fit(Context&, const agon_batch& batch) {
    g_shown.labels = g_shown.labels || batch.labels != nullptr;
    for (int64_t r = 0; r < batch.target.rows; ++r) {
      const auto v = static_cast<double>(row_of(batch.target, r)[0]);
      g_shown.sum += v;
      g_shown.square += v * v;
      g_shown.low = std::min(g_shown.low, v);
      g_shown.high = std::max(g_shown.high, v);
      for (const float x : row_of(batch.x, r))
        g_shown.lowest_input = std::min(g_shown.lowest_input, static_cast<double>(x));
      ++g_shown.rows;
    }
    return 1;
  }
  void predict(Context&, ConstView, View out) {
    for (int64_t r = 0; r < out.rows; ++r) row_of(out, r)[0] = 0;
  }
};

template <uint64_t kCapabilities>
CellOutcome train(const datasets::Task& task) {
  g_shown = {};
  CellContext cell;
  cell.rule = &detail::Describe<Answers<kCapabilities>>::rule;
  cell.values = {Answers<kCapabilities>::params[0].default_value};
  cell.task = &task;
  CellJob job;
  job.batch = 64;
  job.epochs = 1;
  job.refit = false;
  cell.job = &job;
  return train_cell(cell);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(regress)

BOOST_AUTO_TEST_CASE(a_rule_is_shown_standard_targets_of_the_training_rows) {
  const datasets::Catalogue catalogue({});
  const datasets::Task task = catalogue.load(catalogue.info("friedman-1"));
  const CellOutcome outcome = train<AGON_CAN_REGRESS>(task);
  BOOST_TEST_REQUIRE((outcome.status == Status::ok), outcome.status_detail);
  BOOST_TEST(g_shown.task.kind == static_cast<uint32_t>(AGON_REGRESS));
  BOOST_TEST(g_shown.task.inputs == 10);
  BOOST_TEST(g_shown.task.outputs == 1);
  BOOST_TEST(!g_shown.labels);
  const auto rows = static_cast<double>(g_shown.rows);
  BOOST_TEST(rows == static_cast<double>(task.split.train.size()));
  BOOST_TEST(std::fabs(g_shown.sum / rows) < 1e-6);
  BOOST_TEST(std::fabs(g_shown.square / rows - 1) < 1e-5);
  // The mean of the training rows is nearly that of the test rows, and its RMSE their spread.
  BOOST_TEST(outcome.metric == "r2");
  BOOST_TEST(std::fabs(outcome.score_test) < 0.01);
  BOOST_TEST(outcome.score_train <= 1e-9);
  double mean = 0, spread = 0;
  for (const int32_t r : task.split.test)
    mean += static_cast<double>(task.data.targets.at(static_cast<size_t>(r), 0));
  mean /= static_cast<double>(task.split.test.size());
  for (const int32_t r : task.split.test)
    spread +=
        std::pow(static_cast<double>(task.data.targets.at(static_cast<size_t>(r), 0)) - mean, 2);
  const double sd = std::sqrt(spread / static_cast<double>(task.split.test.size()));
  BOOST_TEST(outcome.rule_metrics.at("rmse") == sd, boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(a_rule_that_needs_inputs_from_0_on_gets_them_and_targets_so) {
  const datasets::Catalogue catalogue({});
  datasets::Task task = catalogue.load(catalogue.info("friedman-1"));
  task.info.nonnegative = false;
  for (size_t r = 0; r < task.data.x.rows(); ++r) task.data.x.at(r, 0) -= 0.5f;
  const CellOutcome outcome = train<AGON_CAN_REGRESS | AGON_NEEDS_NONNEGATIVE_INPUT>(task);
  BOOST_TEST_REQUIRE((outcome.status == Status::ok), outcome.status_detail);
  BOOST_TEST(g_shown.lowest_input >= 0);
  BOOST_TEST(g_shown.low == 1.0 / 12, boost::test_tools::tolerance(1e-4));
  BOOST_TEST(g_shown.high == 11.0 / 12, boost::test_tools::tolerance(1e-4));
}

BOOST_AUTO_TEST_CASE(rules_of_the_tree_reach_what_the_task_is_for) {
  Setup linear("linear", "friedman-1", "readout=ridge,epochs=1");
  const CellOutcome plain = linear.train();
  BOOST_TEST_REQUIRE((plain.status == Status::ok), plain.status_detail);
  BOOST_TEST(plain.score_test > 0.7);
  BOOST_TEST(plain.score_test < 0.78);
  const CellOutcome again = linear.train();
  BOOST_TEST(again.score_test == plain.score_test);

  Setup bp("bp", "friedman-1");
  const CellOutcome deep = bp.train();
  BOOST_TEST_REQUIRE((deep.status == Status::ok), deep.status_detail);
  BOOST_TEST(deep.score_test > 0.85);
  BOOST_TEST(deep.rule_metrics.at("rmse") < plain.rule_metrics.at("rmse"));
}

BOOST_AUTO_TEST_CASE(a_robustness_study_adds_noise_to_inputs_of_such_rows_too) {
  Setup linear("linear", "friedman-1", "readout=ridge,epochs=1");
  linear.job.conditions = {{"input-noise", {0.1, 1.0}}};
  const CellOutcome outcome = linear.train(robustness_cell);
  BOOST_TEST_REQUIRE((outcome.status == Status::ok), outcome.status_detail);
  std::vector<double> scores;
  for (const reports::SeriesPoint& point : outcome.series) {
    if (point.series == "score@input-noise") scores.push_back(point.value);
  }
  BOOST_TEST_REQUIRE(scores.size() == 3u);
  BOOST_TEST(scores[0] == outcome.score_test);
  BOOST_TEST(scores[2] < scores[1]);
}

BOOST_AUTO_TEST_SUITE_END()
