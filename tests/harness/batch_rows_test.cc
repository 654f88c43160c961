// SPDX-License-Identifier: MIT
//
// A minibatch larger than the data costs what the data costs: a rule is never told of more rows
// than a fit has.
#include <boost/test/unit_test.hpp>
#include <tuple>

#include "agon/rule.h"
#include "tests/harness/setup.h"

using namespace agon;
using namespace agon::harness;

namespace {

struct Told {
  int64_t max_batch, train_rows, most_seen;
  int64_t epochs, updates, rows_about;
  int64_t fits = 0, ends = 0;
};
Told g_told;

class Listens {
 public:
  static constexpr RuleInfo info{.id = "listens",
                                 .name = "",
                                 .summary = "",
                                 .reference = "",
                                 .capabilities = AGON_CAN_CLASSIFY | AGON_CAN_REGRESS};
  static constexpr auto params = std::to_array<agon_param>({batch_param(4)});
  Listens(Context&, const agon_task& task, const Values&) {
    g_told = {task.max_batch, task.train_rows, 0, task.epochs, task.updates, task.rows_about};
  }
  void prepare(Context&, ConstView x, bool) {
    g_told.most_seen = std::max(g_told.most_seen, x.rows);
  }
  double fit(Context&, const agon_batch& batch) {
    g_told.most_seen = std::max(g_told.most_seen, batch.x.rows);
    ++g_told.fits;
    return 1;
  }
  void end_epoch(Context&, int64_t) { ++g_told.ends; }
  void predict(Context&, ConstView x, View out) {
    g_told.most_seen = std::max(g_told.most_seen, x.rows);
    for (int64_t r = 0; r < out.rows; ++r) std::ranges::fill(row_of(out, r), 0.0f);
  }
};

Told told(const datasets::Task& task, int64_t batch, bool refit = false, int64_t updates = 0,
          int64_t epochs = 1) {
  CellJob job;
  job.batch = batch;
  job.epochs = epochs;
  job.updates = updates;
  job.refit = refit;
  CellContext cell;
  cell.rule = &detail::Describe<Listens>::rule;
  cell.values = {Listens::params[0].default_value};
  cell.task = &task;
  cell.job = &job;
  const reports::CellOutcome outcome = train_cell(cell);
  BOOST_TEST((outcome.status == reports::Status::ok), outcome.status_detail);
  BOOST_TEST(g_told.most_seen <= g_told.max_batch);
  return g_told;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_minibatch_is_at_most_the_rows_that_are_learnt) {
  const datasets::Catalogue catalogue({});
  const datasets::Task digits = catalogue.load(catalogue.info("digits"));
  const auto rows =
      static_cast<int64_t>(digits.split.train.size() + digits.split.validation.size());
  const Told whole = told(digits, 65536, true);
  BOOST_TEST(whole.max_batch == rows);
  BOOST_TEST(whole.train_rows == rows);
  BOOST_TEST(whole.most_seen == rows);
  BOOST_TEST(told(digits, 32).max_batch == 64);  // evaluation takes 64 rows at a time
  BOOST_TEST(told(digits, 100).max_batch == 100);
  BOOST_TEST(told(catalogue.load(catalogue.info("xor")), 65536).max_batch == 4);
}

BOOST_AUTO_TEST_CASE(a_rule_is_told_how_long_it_will_learn) {
  const datasets::Catalogue catalogue({});
  const datasets::Task digits = catalogue.load(catalogue.info("digits"));
  for (const auto& [refit, updates, epochs] :
       {std::tuple{false, 0, 3}, {true, 0, 2}, {false, 5, 1}, {true, 50, 9}}) {
    const Told t = told(digits, 32, refit, updates, epochs);
    BOOST_TEST(t.updates == t.fits);
    BOOST_TEST(t.epochs == t.ends);
    BOOST_TEST(t.rows_about == 1000);
  }
  BOOST_TEST(told(catalogue.load(catalogue.info("xor")), 4).rows_about == 1);
}

BOOST_AUTO_TEST_CASE(so_it_is_for_the_steps_of_trajectories) {
  const datasets::Catalogue catalogue({});
  datasets::Task glass = catalogue.load(catalogue.info("mackey-glass"));
  glass.trajectories.test.resize(2);
  glass.trajectories.validation.resize(1);
  const Told whole = told(glass, 65536);
  BOOST_TEST(whole.max_batch == whole.train_rows);
  BOOST_TEST(whole.most_seen == whole.train_rows);
  BOOST_TEST(whole.train_rows < 65536);
}
