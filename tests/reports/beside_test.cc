// SPDX-License-Identifier: MIT
//
// What stands beside a score: selection, cost, and what learning added to the controls.
#include "reports/summary/beside.h"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "reports/render/csv/csv.h"
#include "reports/summary/summary.h"
#include "tests/reports/rows.h"

namespace agon::reports {
namespace {

using testing::cell;
using testing::right_but;
using testing::with_rows;

const auto kClose = boost::test_tools::tolerance(1e-9);

const SummaryRow& row(const Summary& s, const std::string& rule) {
  for (const SummaryRow& r : s.rows) {
    if (r.label == rule) return r;
  }
  BOOST_FAIL("no row " + rule);
  return s.rows.front();
}

// Three scored epochs behind the untrained one.
void add_curve(CellRecord& r, std::vector<double> validation) {
  for (size_t e = 0; e < validation.size(); ++e) {
    CurvePoint p;
    p.epoch = static_cast<int64_t>(e);
    p.samples = 1000 * p.epoch;
    p.score_val = validation[e];
    r.outcome.curve.push_back(p);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(beside_scores)

BOOST_AUTO_TEST_CASE(what_choosing_by_the_reported_rows_adds) {
  std::vector<CellRecord> records;
  const std::vector<double> scores{0.90, 0.92, 0.94, 0.80};
  for (uint64_t seed = 0; seed < 4; ++seed) {
    records.push_back(cell("accuracy", "bp", "a", seed, scores[seed]));
    add_curve(records.back(), {0.1, 0.95, seed == 0 ? 0.93 : 0.95});
  }
  const SelectionBias bias = row(summarise(records), "bp").selection;
  BOOST_TEST(bias.best_epoch == 0.02 / 4, kClose);
  BOOST_TEST(bias.best_seed == 0.94 - 0.89, kClose);
  BOOST_TEST(bias.best_three == 0.92 - 0.89, kClose);
  BOOST_TEST(std::isnan(bias.tuned_on_test));  // one learning rate
}

BOOST_AUTO_TEST_CASE(tuning_on_test_is_measured_where_rates_were_tried) {
  std::vector<CellRecord> records;
  for (const double lr : {0.01, 0.1}) {
    CellRecord r = cell("accuracy", "bp", "a", 0, lr == 0.1 ? 0.90 : 0.93, lr);
    r.outcome.score_val = lr == 0.1 ? 0.95 : 0.90;
    records.push_back(r);
  }
  const SelectionBias bias = row(summarise(records), "bp").selection;
  BOOST_TEST(bias.tuned_on_test == 0.03, kClose);
  BOOST_TEST(std::isnan(bias.best_epoch));  // no curve
  BOOST_TEST(std::isnan(bias.best_seed));   // one seed
}

BOOST_AUTO_TEST_CASE(cost_is_per_sample_and_of_the_whole_training) {
  std::vector<CellRecord> records{cell("accuracy", "bp", "a", 0, 0.9)};
  add_curve(records[0], {0.1, 0.5, 0.9});
  records[0].outcome.macs_per_sample = 50;
  records[0].outcome.weight_writes = 7;
  records[0].outcome.effective_macs = 40;
  records[0].outcome.words_moved = 30;
  records[0].outcome.rule_metrics["spikes_per_sample"] = 3;
  const Cost cost = row(summarise(records), "bp").cost;
  BOOST_TEST(cost.samples == 2000);
  BOOST_TEST(cost.macs_total == 100000);
  BOOST_TEST(cost.weight_writes == 7);
  BOOST_TEST(cost.effective_macs == 40);
  BOOST_TEST(cost.words_moved == 30);
  BOOST_TEST(cost.spikes == 3);
}

BOOST_AUTO_TEST_CASE(what_learning_added_is_held_against_the_controls) {
  std::vector<CellRecord> records;
  const auto add = [&](const char* rule, size_t wrong, int64_t params, int64_t width = 32) {
    for (uint64_t seed = 0; seed < 5; ++seed) {
      CellRecord r = with_rows(cell("accuracy", rule, "a", seed, 0),
                               right_but(100, wrong + (seed == 1 ? 1 : 0)));
      r.id.width = width;
      r.id.params_json = "{\"width\":" + std::to_string(width) + "}";
      r.id.cell_key += std::to_string(width);
      r.outcome.n_params = params;
      records.push_back(r);
    }
  };
  add("bp", 5, 1000);
  add("dull", 30, 1000);
  add("linear", 30, 100);
  add("elm", 10, 100, 8);
  add("elm", 20, 900, 64);
  const Summary s = summarise(records);
  const SummaryRow &bp = row(s, "bp"), &dull = row(s, "dull");
  BOOST_TEST(bp.over_linear.difference.mean == 0.25, kClose);
  BOOST_TEST((bp.over_linear.outcome == Outcome::win));
  BOOST_TEST(bp.over_elm.params == 0.9, kClose);  // of two elms the one of like size
  BOOST_TEST(bp.over_elm.difference.mean == 0.15, kClose);
  BOOST_TEST((dull.over_linear.outcome == Outcome::tie));
  BOOST_TEST(row(s, "linear").over_linear.difference.n == 0u);  // not against itself
  const std::string csv = summary_csv(s);
  BOOST_TEST(csv.find("over_elm_weights_ratio") != csv.npos);
}

// In a study of its own; one of another depth is none for it.
BOOST_AUTO_TEST_CASE(what_hidden_layers_added_is_held_against_the_readout_alone) {
  std::vector<CellRecord> records;
  const auto add = [&](const char* study, const char* learn, int depth, size_t wrong) {
    for (uint64_t seed = 0; seed < 5; ++seed) {
      CellRecord r =
          with_rows(cell(study, "bp", "a", seed, 0), right_but(100, wrong + (seed == 1 ? 1 : 0)));
      r.id.params_json = fmt::format(R"({{"learn":"{}","depth":{}}})", learn, depth);
      r.id.depth = depth;
      r.id.cell_key += fmt::format("{}{}{}", study, learn, depth);
      records.push_back(r);
    }
  };
  add("accuracy", "all", 2, 5);
  add("readout", "readout", 2, 25);
  add("readout", "readout", 3, 50);
  const Summary s = summarise(records);
  const SummaryRow& bp = s.rows.front();
  BOOST_TEST(bp.over_readout.difference.mean == 0.2, kClose);
  BOOST_TEST((bp.over_readout.outcome == Outcome::win));
  BOOST_TEST(s.rows.back().over_readout.difference.n == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
