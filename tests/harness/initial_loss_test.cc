// SPDX-License-Identifier: MIT
//
// loss_init: of the whole training set before training, or not known.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstddef>

#include "agon/rule.h"
#include "harness/train/protocols/forgetting.h"
#include "tests/harness/setup.h"

using namespace agon;
using namespace agon::harness;
using reports::CellOutcome;

namespace {

// Its loss is the mean of the rows' first input; learning changes it at once.
class Telling {
 public:
  static constexpr RuleInfo info{.id = "telling", .name = "", .summary = "", .reference = ""};
  static constexpr auto params = std::to_array<agon_param>({batch_param(4)});
  Telling(Context&, const agon_task&, const Values&) {}
  double loss(Context&, const agon_batch& batch) {
    double sum = 0;
    for (int64_t r = 0; r < batch.x.rows; ++r) sum += static_cast<double>(row_of(batch.x, r)[0]);
    return fitted_ ? -1 : sum / static_cast<double>(batch.x.rows);
  }
  double fit(Context&, const agon_batch&) {
    fitted_ = true;
    return 7;
  }
  void predict(Context&, ConstView, View out) {
    for (int64_t r = 0; r < out.rows; ++r) std::ranges::fill(row_of(out, r), 0.0f);
  }

 private:
  bool fitted_ = false;
};

// The table of Telling as a plugin had it that was made before `loss` was there.
const void* old_extension(const agon_rule*, const char* id) {
  static const agon_supervised table = [] {
    agon_supervised t = detail::Supervised<Telling>::table;
    t.struct_size = offsetof(agon_supervised, loss);
    return t;
  }();
  return std::string_view(id) == AGON_SUPERVISED_ID ? &table : nullptr;
}

CellOutcome run(const agon_rule& rule, const char* task_id) {
  static const datasets::Catalogue catalogue({});
  const datasets::Task task = catalogue.load(catalogue.info(task_id));
  CellJob job;
  job.batch = 1;
  job.epochs = 1;
  CellContext cell;
  cell.rule = &rule;
  cell.values = {Telling::params[0].default_value};
  cell.task = &task;
  cell.job = &job;
  return train_cell(cell);
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_initial_loss_is_the_mean_over_the_training_set) {
  const CellOutcome outcome = run(detail::Describe<Telling>::rule, "parity-3");
  BOOST_TEST(outcome.loss_init == 0.5);  // half of all patterns have a 1 there
  BOOST_TEST(outcome.loss_final == 7.0);
}

BOOST_AUTO_TEST_CASE(a_rule_that_cannot_say_has_none) {
  agon_rule old = detail::Describe<Telling>::rule;
  old.extension = &old_extension;
  const CellOutcome outcome = run(old, "parity-3");
  BOOST_TEST((outcome.status == reports::Status::ok), outcome.status_detail);
  BOOST_TEST(std::isnan(outcome.loss_init));
  BOOST_TEST(outcome.loss_final == 7.0);
}

BOOST_AUTO_TEST_CASE(the_size_of_a_minibatch_does_not_move_it) {
  for (const auto& [rule, settings] : {std::pair{"bp", ""},
                                       {"linear", ""},
                                       {"ed", ""},
                                       {"ed", "init=units"},
                                       {"elm", "width=32"},
                                       {"ebn", "width=20,basis=20"}}) {
    for (const char* task : {"xor", "two-spirals"}) {
      BOOST_TEST_CONTEXT(rule << " on " << task) {
        Setup setup(rule, task, settings);
        setup.job.epochs = 1;
        std::vector<double> losses;
        for (const int64_t batch : {1, 32, 65536}) {
          setup.job.batch = batch;
          losses.push_back(setup.train().loss_init);
        }
        BOOST_TEST(losses[0] > 1e-3);
        // What prepare measures is summed in batches, so that rounding differs.
        BOOST_TEST(losses[1] == losses[0], boost::test_tools::tolerance(1e-3));
        BOOST_TEST(losses[2] == losses[0], boost::test_tools::tolerance(1e-3));
      }
    }
  }
}

// One row of four, learnt already, was 6e-14.
BOOST_AUTO_TEST_CASE(error_diffusion_does_not_know_exclusive_or_before_it_learns) {
  Setup setup("ed", "xor", "init=one,update_norm=none,deriv_scale=1,batch=1,lr=0.8,epochs=1");
  const double loss = setup.train().loss_init;
  BOOST_TEST(loss > 0.2);
  BOOST_TEST(loss < 0.3);
}

BOOST_AUTO_TEST_CASE(before_two_tasks_it_is_that_of_both) {
  Setup setup("linear", "split-digits", "epochs=1");
  const CellOutcome outcome = setup.train(forgetting_cell);
  BOOST_TEST(outcome.loss_init == std::log(static_cast<double>(setup.task.data.classes)),
             boost::test_tools::tolerance(1e-6));
}
