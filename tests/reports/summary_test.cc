// SPDX-License-Identifier: MIT
//
// Summaries of synthetic runs whose answers are known.
#include "reports/summary/summary.h"

#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "tests/reports/make.h"

namespace agon::reports {
namespace {

using testing::cell;
using testing::failed;

const auto kClose = boost::test_tools::tolerance(1e-9);

const SummaryRow& row(const Summary& s, const std::string& study, const std::string& label,
                      const std::string& task) {
  for (const SummaryRow& r : s.rows) {
    if (r.study == study && r.label == label && r.task == task) return r;
  }
  BOOST_FAIL("no row " + study + " " + label + " " + task);
  return s.rows.front();
}

const ScoreboardRow& row(const Scoreboard& b, const std::string& label) {
  for (const ScoreboardRow& r : b.rows) {
    if (r.label == label) return r;
  }
  BOOST_FAIL("no row " + label);
  return b.rows.front();
}

// Seeds around `score`, 0.01 apart.
void add(std::vector<CellRecord>& out, const char* rule, const char* task, double score,
         uint64_t seeds = 3) {
  const double middle = static_cast<double>(seeds - 1) / 2;
  for (uint64_t seed = 0; seed < seeds; ++seed) {
    out.push_back(
        cell("accuracy", rule, task, seed, score + 0.01 * (static_cast<double>(seed) - middle)));
  }
}

CellRecord speed(const char* rule, double median) {
  CellRecord r = cell("speed", rule, "digits", 0, kNaN);
  r.id.mode = Mode::speed;
  r.outcome.score_val = r.outcome.score_train = r.outcome.score_chance = kNaN;
  r.outcome.samples_per_s_train = median;
  for (int i = -4; i <= 4; ++i) r.outcome.repetitions_train.push_back(median * (1 + 0.01 * i));
  r.outcome.macs_per_sample = 1000;
  return r;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(summary)

BOOST_AUTO_TEST_CASE(failed_runs_count_as_chance_and_are_counted) {
  std::vector<CellRecord> records;
  add(records, "bp", "digits", 0.9);
  records[0] = failed(records[0], Status::crashed);
  records[1] = failed(records[1], Status::diverged);
  records.push_back(failed(cell("accuracy", "bp", "digits", 9, 0), Status::skipped));
  const SummaryRow r = row(summarise(records), "accuracy", "bp", "digits");
  BOOST_TEST(r.n == 3u);
  BOOST_TEST(r.n_failed == 2u);
  BOOST_TEST(r.n_diverged == 1u);
  BOOST_TEST(r.n_skipped == 1u);
  BOOST_TEST(r.score.mean == (0.1 + 0.1 + 0.91) / 3,
             kClose);  // chance from the run that could say it
  BOOST_TEST(r.metric == "accuracy");
}

BOOST_AUTO_TEST_CASE(an_ok_run_without_a_score_is_a_failed_one) {
  std::vector<CellRecord> records{cell("accuracy", "bp", "digits", 0, kNaN),
                                  cell("accuracy", "bp", "digits", 1, 0.5)};
  const SummaryRow r = row(summarise(records), "accuracy", "bp", "digits");
  BOOST_TEST(r.n_failed == 1u);
  BOOST_TEST(r.score.mean == 0.3, kClose);
}

BOOST_AUTO_TEST_CASE(chance_comes_from_the_task_card_when_every_run_failed) {
  std::vector<CellRecord> records{failed(cell("accuracy", "bp", "xor", 0, 1), Status::timeout)};
  TaskCard card;
  card.id = "xor";
  card.chance = 0.5;
  BOOST_TEST(summarise(records, std::vector<TaskCard>{card}).rows.at(0).score.mean == 0.5);
}

BOOST_AUTO_TEST_CASE(a_learning_rate_sweep_is_one_row_selected_on_validation) {
  std::vector<CellRecord> records;
  const std::vector<double> rates{1e-3, 1e-2, 1e-1, 1.0}, validation{0.5, 0.9, 0.86, 0.1},
      test{0.45, 0.8, 0.95, 0.1};
  for (size_t i = 0; i < rates.size(); ++i) {
    for (uint64_t seed = 0; seed < 2; ++seed) {
      CellRecord r = cell("learning-rate", "bp", "digits", seed, test[i], rates[i]);
      r.outcome.score_val = validation[i];
      r.outcome.loss_final = i == 0 ? 1.0 : 0.4;
      if (i == 3) r = failed(r, Status::diverged);
      records.push_back(r);
    }
  }
  const Summary s = summarise(records);
  BOOST_TEST_REQUIRE(s.rows.size() == 1u);
  const SummaryRow& r = s.rows.front();
  BOOST_TEST(r.best_lr == 1e-2);
  BOOST_TEST(r.score.mean == 0.8, kClose);  // the test score of the rate selected on validation
  BOOST_TEST(r.n == 2u);
  BOOST_TEST(r.n_failed == 0u);
  BOOST_TEST(r.n_all_failed == 2u);
  BOOST_TEST_REQUIRE(r.sweep.size() == 4u);
  BOOST_TEST(r.sweep[0].relative == 0.5, kClose);
  BOOST_TEST(r.sweep[1].relative == 1.0);
  BOOST_TEST(r.sweep[3].relative == 0.0);
  BOOST_TEST(r.sweep[3].n_failed == 2u);
  BOOST_TEST(r.learning_rate.points == 4u);
  BOOST_TEST(r.learning_rate.decades == 3.0, kClose);
  BOOST_TEST(r.learning_rate.sensitivity.lrs == (1.0 + 0.4 + 0.4 + 2.0) / 4 - 0.4, kClose);
  BOOST_TEST(r.learning_rate.width95.decades == 0.1 + 1.0,
             kClose);  // 0.95 is where 0.86 stands, too
  BOOST_TEST(!r.learning_rate.best_at_edge);
  BOOST_TEST(s.scoreboard.rows.at(0).lr_width95 == r.learning_rate.width95.decades);
}

BOOST_AUTO_TEST_CASE(variants_depths_and_widths_are_never_pooled) {
  std::vector<CellRecord> records;
  for (const char* optimiser : {"sgd", "adam"}) {
    for (const int64_t depth : {1, 4}) {
      for (uint64_t seed = 0; seed < 2; ++seed) {
        CellRecord r =
            cell("depth", "bp", "digits", seed, 0.9, optimiser[0] == 's' ? 0.1 : 0.001, depth);
        // Epochs follow depth: no variant of its own.
        r.id.params_json = std::string("{\"optimiser\":\"") + optimiser +
                           "\",\"epochs\":" + std::to_string(10 * depth) +
                           ",\"loss\":\"mse\",\"lr\":" + std::to_string(r.id.lr) + "}";
        records.push_back(r);
      }
    }
  }
  const Summary s = summarise(records);
  BOOST_TEST_REQUIRE(s.rows.size() == 4u);
  BOOST_TEST(s.rows[0].label == "bp optimiser=sgd depth=1");
  BOOST_TEST(s.rows[3].label == "bp optimiser=adam depth=4");
  BOOST_TEST(s.rows[3].variant == "optimiser=adam");
  for (const SummaryRow& r : s.rows) {
    BOOST_TEST(r.n == 2u);
    BOOST_TEST(r.learning_rate.points == 0u);
    BOOST_TEST(r.depth_metrics.retention.size() == 2u);
    BOOST_TEST(r.depth_metrics.auc == 1.0);
  }
}

BOOST_AUTO_TEST_CASE(parameters_that_differ_between_tasks_only_make_no_variant) {
  std::vector<CellRecord> records{cell("accuracy", "bp", "xor", 0, 0.9),
                                  cell("accuracy", "bp", "digits", 0, 0.9)};
  records[0].id.params_json = R"({"momentum":0.9})";
  records[1].id.params_json = R"({"momentum":0.5})";
  records[1].id.width = 64;
  const Summary s = summarise(records);
  BOOST_TEST(s.rows.at(0).label == "bp");
  BOOST_TEST(s.rows.at(1).label == "bp");
  BOOST_TEST(s.scoreboard.rows.size() == 1u);
}

BOOST_AUTO_TEST_CASE(depth_rows_carry_retention_and_the_gap_to_bp) {
  std::vector<CellRecord> records;
  for (const char* rule : {"bp", "ed"}) {
    for (const int64_t depth : {1, 2, 4, 8}) {
      for (uint64_t seed = 0; seed < 3; ++seed) {
        const double score = rule[0] == 'b' && depth == 8 ? 0.5 : 0.9;
        records.push_back(cell("depth", rule, "digits", seed, score, 0.1, depth));
      }
    }
  }
  const Summary s = summarise(records);
  const SummaryRow& bp8 = row(s, "depth", "bp depth=8", "digits");
  BOOST_TEST(bp8.retention == 0.5, kClose);
  BOOST_TEST(bp8.depth_metrics.auc == 0.875, kClose);
  BOOST_TEST(bp8.depth_metrics.trainable == 4);
  BOOST_TEST(row(s, "depth", "ed depth=8", "digits").bp_gap == -0.4, kClose);
  BOOST_TEST(row(s, "depth", "ed depth=8", "digits").depth_metrics.trainable_censored);
}

BOOST_AUTO_TEST_CASE(the_scoreboard_normalises_by_bp_and_says_where_it_cannot) {
  std::vector<CellRecord> records;
  add(records, "bp", "digits", 0.9);
  add(records, "bp", "xor", 0.11);  // at chance: no unit
  add(records, "ed", "digits", 0.5);
  add(records, "ed", "xor", 0.55);
  const Scoreboard b = summarise(records).scoreboard;
  BOOST_TEST(b.study == "accuracy");
  BOOST_TEST(b.tasks == (std::vector<std::string>{"digits", "xor"}),
             boost::test_tools::per_element());
  BOOST_TEST(b.unnormalised_tasks == std::vector<std::string>{"xor"},
             boost::test_tools::per_element());
  BOOST_TEST(b.has_baseline);
  BOOST_TEST(b.min_seeds == 3u);
  BOOST_TEST(row(b, "ed").normalised.value == (0.4 / 0.8 + 0.45 / 0.9) / 2, kClose);
  BOOST_TEST(row(b, "bp").normalised.value == (1.0 + 0.01 / 0.9) / 2, kClose);
  BOOST_TEST(row(b, "bp").is_baseline);
  BOOST_TEST(row(b, "ed").mean_rank == 1.5);
  BOOST_TEST(row(b, "ed").ahead == 0.5);
  BOOST_TEST(std::isnan(row(b, "bp").ahead));
  BOOST_TEST(row(b, "bp").wins + row(b, "bp").ties + row(b, "bp").losses == 0u);
}

BOOST_AUTO_TEST_CASE(equal_rules_share_the_top_and_a_worse_one_does_not) {
  std::vector<CellRecord> records;
  for (const char* task : {"a", "b", "c", "d"}) {
    add(records, "bp", task, 0.90, 5);
    add(records, "ed", task, 0.90, 5);
    add(records, "bad", task, 0.40, 5);
  }
  records.push_back(failed(cell("accuracy", "bad", "e", 0, 0), Status::timeout));
  const Scoreboard b = summarise(records).scoreboard;
  BOOST_TEST(b.groups);
  BOOST_TEST(b.comparisons == 8u);
  BOOST_TEST(row(b, "bp").among_best);
  BOOST_TEST(row(b, "ed").among_best);
  BOOST_TEST(!row(b, "bad").among_best);
  BOOST_TEST(row(b, "ed").ties == 4u);
  BOOST_TEST(row(b, "bad").losses == 4u);
  BOOST_TEST(row(b, "bad").failed == 1u);
  BOOST_TEST(row(b, "bad").cells == 21u);
  BOOST_TEST(row(b, "ed").mean_rank == 1.5);  // over the tasks that all rules ran
  BOOST_TEST(row(b, "bad").mean_rank == 3.0);
  BOOST_TEST(std::isnan(row(b, "ed").normalised_iqm));  // of five tasks there is none
}

BOOST_AUTO_TEST_CASE(below_five_seeds_nobody_wins) {
  std::vector<CellRecord> records;
  for (const char* task : {"a", "b", "c", "d"}) {
    add(records, "bp", task, 0.90, 4);
    add(records, "bad", task, 0.40, 4);
  }
  const Summary s = summarise(records);
  const Scoreboard& b = s.scoreboard;
  BOOST_TEST(b.comparisons == 0u);
  BOOST_TEST(!b.groups);
  BOOST_TEST(!row(b, "bp").among_best);
  BOOST_TEST(row(b, "bad").losses + row(b, "bad").ties + row(b, "bad").wins == 0u);
  BOOST_TEST(row(b, "bad").unknown == 4u);
  // The interval stands all the same.
  BOOST_TEST(row(s, "accuracy", "bad", "a").against.difference.mean == -0.5, kClose);
  BOOST_TEST(row(b, "bad").normalised.ci.high < 1.0);
}

// One task in five that fails on every seed is a fifth of the mean, and no cut hides it.
BOOST_AUTO_TEST_CASE(a_failed_task_counts) {
  std::vector<CellRecord> records;
  for (const char* task : {"a", "b", "c", "d", "e"}) {
    add(records, "bp", task, 0.90);
    add(records, "ed", task, task[0] == 'e' ? 0.1 : 0.90);
  }
  for (CellRecord& r : records) {
    if (r.id.rule == "ed" && r.id.task == "e") r = failed(r, Status::diverged);
  }
  const Scoreboard b = summarise(records).scoreboard;
  BOOST_TEST(row(b, "ed").normalised.value == 0.8, kClose);
  BOOST_TEST(std::isnan(row(b, "ed").normalised_iqm));
  BOOST_TEST(row(b, "ed").failed == 3u);
}

BOOST_AUTO_TEST_CASE(from_eight_tasks_on_the_interquartile_mean_names_what_it_cuts) {
  std::vector<CellRecord> records;
  for (const char* task : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
    add(records, "bp", task, 0.90);
    add(records, "ed", task, task[0] == 'c' ? 0.1 : 0.5 + 0.01 * (task[0] - 'a'));
  }
  const ScoreboardRow ed = row(summarise(records).scoreboard, "ed");
  BOOST_TEST(ed.normalised_iqm > ed.normalised.value);
  BOOST_TEST(ed.iqm_cut == (std::vector<std::string>{"c", "a", "g", "h"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(counts_and_other_studies_are_those_of_the_setting) {
  std::vector<CellRecord> records;
  for (const char* optimiser : {"sgd", "adam"}) {
    for (uint64_t seed = 0; seed < 3; ++seed) {
      CellRecord r = cell("accuracy", "bp", "digits", seed, 0.9);
      r.id.params_json = fmt::format(R"({{"optimiser":"{}"}})", optimiser);
      r.id.cell_key += optimiser;
      if (optimiser[0] == 'a') r = failed(r, Status::crashed);
      records.push_back(r);
    }
  }
  CellRecord timed = speed("bp", 1000);
  timed.id.params_json = R"({"optimiser":"sgd"})";
  records.push_back(timed);
  const Scoreboard b = summarise(records).scoreboard;
  BOOST_TEST(row(b, "bp optimiser=sgd").failed == 0u);
  BOOST_TEST(row(b, "bp optimiser=sgd").cells == 4u);
  BOOST_TEST(row(b, "bp optimiser=adam").failed == 3u);
  BOOST_TEST(row(b, "bp optimiser=adam").cells == 3u);
  // adam was not timed, and sgd's speed is not its own.
  BOOST_TEST(row(b, "bp optimiser=sgd").samples_per_s_train == 1000.0, kClose);
  BOOST_TEST(std::isnan(row(b, "bp optimiser=adam").samples_per_s_train));
}

// Two versions of a plugin in one report: each counts its own cells.
BOOST_AUTO_TEST_CASE(counts_are_those_of_the_build) {
  std::vector<CellRecord> records;
  for (const char* version : {"1.0.0", "2.0.0"}) {
    for (uint64_t seed = 0; seed < 3; ++seed) {
      CellRecord r = cell("accuracy", "bp", "digits", seed, 0.9);
      r.id.plugin_version = version;
      r.id.plugin_build = std::string("build of ") + version;
      r.id.cell_key += version;
      if (version[0] == '2') r = failed(r, Status::crashed);
      records.push_back(r);
    }
  }
  const Scoreboard b = summarise(records).scoreboard;
  BOOST_TEST_REQUIRE(b.rows.size() == 2u);
  for (const ScoreboardRow& r : b.rows) {
    BOOST_TEST(r.cells == 3u);
    BOOST_TEST(r.failed == (r.label.find("2.0.0") == std::string::npos ? 0u : 3u));
  }
}

// steps follows depth as pc's does: one ladder, not a point at each of its values.
BOOST_AUTO_TEST_CASE(what_follows_depth_stays_on_the_ladder) {
  std::vector<CellRecord> records;
  for (const char* optimiser : {"sgd", "adam"}) {
    for (const int64_t depth : {1, 2, 4}) {
      for (uint64_t seed = 0; seed < 3; ++seed) {
        CellRecord r =
            cell("depth", "pc", "digits", seed, optimiser[0] == 's' ? 0.9 : 0.8, 0.1, depth);
        r.id.width = 16 * depth;
        r.id.cell_key += optimiser;
        r.id.params_json = fmt::format(R"({{"depth":{},"steps":{},"optimiser":"{}"}})", depth,
                                       5 * depth, optimiser);
        records.push_back(r);
      }
    }
  }
  const Summary s = summarise(records);
  BOOST_TEST_REQUIRE(s.rows.size() == 6u);
  for (const SummaryRow& r : s.rows) {
    BOOST_TEST(r.depth_metrics.retention.size() == 3u);
    BOOST_TEST(r.depth_metrics.trainable == 4);
    BOOST_TEST(r.ladder == (r.variant == "optimiser=sgd" ? s.rows[0].ladder : s.rows[3].ladder));
  }
  BOOST_TEST(s.rows[0].ladder != s.rows[3].ladder);
  BOOST_TEST(s.rows[4].name == "pc optimiser=adam");
  BOOST_TEST(s.rows[4].label == "pc optimiser=adam depth=2 width=32 steps=10");
}

BOOST_AUTO_TEST_CASE(without_bp_the_scale_ends_at_perfect) {
  std::vector<CellRecord> records;
  add(records, "ed", "digits", 0.55);
  const Scoreboard b = summarise(records).scoreboard;
  BOOST_TEST(!b.has_baseline);
  BOOST_TEST(b.unnormalised_tasks.size() == 1u);
  BOOST_TEST(b.rows.at(0).normalised.value == 0.5, kClose);
  BOOST_TEST(std::isnan(b.rows.at(0).ahead));
}

BOOST_AUTO_TEST_CASE(speed_cells_give_ratios_and_no_scores) {
  std::vector<CellRecord> records;
  add(records, "bp", "digits", 0.9);
  add(records, "ed", "digits", 0.9);
  records.push_back(speed("bp", 1000));
  records.push_back(speed("ed", 2000));
  const Summary s = summarise(records);
  const SummaryRow& ed = row(s, "speed", "ed", "digits");
  BOOST_TEST(ed.train.rate == 2000.0, kClose);
  BOOST_TEST(ed.train.processes() == 1u);
  BOOST_TEST(ed.train_ratio.value == 2.0, kClose);
  BOOST_TEST(ed.score.n == 0u);
  BOOST_TEST(ed.n_failed == 0u);
  BOOST_TEST(ed.macs_per_sample == 1000.0);
  BOOST_TEST(row(s.scoreboard, "ed").train_ratio.value == 2.0, kClose);
  BOOST_TEST(row(s.scoreboard, "bp").train_ratio.value == 1.0, kClose);
  BOOST_TEST(std::isnan(row(s.scoreboard, "ed").predict_ratio.value));
  BOOST_TEST(s.scoreboard.study == "accuracy");
}

BOOST_AUTO_TEST_CASE(what_was_never_compared_is_no_chance_and_forgetting_ranks_nothing) {
  std::vector<CellRecord> records{
      testing::forgetting("bp", "split-digits", 0, 0.5),
      testing::forgetting("bp", "split-digits", 1, kNaN),
      failed(testing::forgetting("bp", "split-digits", 2, 0.3), Status::timeout)};
  const Summary alone = summarise(records);
  const SummaryRow& r = row(alone, "forgetting", "bp", "split-digits");
  BOOST_TEST(r.n == 3u);
  BOOST_TEST(r.n_failed == 1u);
  BOOST_TEST(r.score.n == 1u);
  BOOST_TEST(r.score.mean == 0.5);
  BOOST_TEST(r.score_by_seed.size() == 1u);
  BOOST_TEST(alone.scoreboard.study == "");
  BOOST_TEST(alone.scoreboard.rows.empty());
  add(records, "bp", "digits", 0.9);
  const Scoreboard board = summarise(records).scoreboard;
  BOOST_TEST(board.study == "accuracy");
  BOOST_TEST(board.tasks == std::vector<std::string>{"digits"}, boost::test_tools::per_element());
  // Learning rates of a forgetting study are no sweep: nothing is selected by what is left of A.
  for (const double lr : {0.25, 0.5}) {
    CellRecord rate = testing::forgetting("bp", "split-digits", 0, 0.6);
    rate.id.lr = lr;
    rate.id.params_json = fmt::format(R"({{"lr":{}}})", lr);
    records.push_back(rate);
  }
  std::vector<double> rates;
  for (const SummaryRow& each : summarise(records).rows) {
    BOOST_TEST(each.learning_rate.points == 0u);
    if (each.mode == Mode::forgetting) rates.push_back(each.best_lr);
  }
  BOOST_TEST(rates.size() == 3u);  // the cells above have one of their own
}

BOOST_AUTO_TEST_CASE(nothing_and_nonsense_do_not_crash) {
  BOOST_TEST(summarise({}).rows.empty());
  std::vector<CellRecord> records{CellRecord{}, CellRecord{}};
  records[0].id.params_json = "no json";
  records[1].id.params_json = "[1,2";
  records[1].id.cell_key = "x";
  BOOST_TEST(summarise(records).rows.size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
