// SPDX-License-Identifier: MIT
//
// Test rows in a summary: when they count, and what they change.
#include "reports/summary/tested.h"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "reports/statistics/score.h"
#include "reports/summary/summary.h"
#include "tests/reports/rows.h"

namespace agon::reports {
namespace {

using testing::cell;
using testing::failed;
using testing::right_but;
using testing::with_rows;

const auto kClose = boost::test_tools::tolerance(1e-9);

// Five seeds of a rule: `wrong` of 100 rows, the same for every seed but for one.
void add(std::vector<CellRecord>& out, const char* rule, const char* task, size_t wrong,
         size_t first = 0, uint64_t seeds = 5) {
  for (uint64_t seed = 0; seed < seeds; ++seed)
    out.push_back(with_rows(cell("accuracy", rule, task, seed, 0),
                            right_but(100, wrong + (seed == 1 ? 1 : 0), first)));
}

const SummaryRow& row(const Summary& s, const std::string& rule, const std::string& task) {
  for (const SummaryRow& r : s.rows) {
    if (r.rule == rule && r.task == task) return r;
  }
  BOOST_FAIL("no row " + rule + " " + task);
  return s.rows.front();
}

TaskCard card(const char* id, bool all, int64_t folds = 0) {
  TaskCard out;
  out.id = id;
  out.tests_all = all;
  out.folds = folds;
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tested_rows)

BOOST_AUTO_TEST_CASE(an_interval_speaks_of_rows_where_they_are_known) {
  std::vector<CellRecord> records;
  add(records, "bp", "a", 10);
  const Summary s = summarise(records);
  const SummaryRow& r = row(s, "bp", "a");
  BOOST_TEST((r.basis == Basis::rows));
  BOOST_TEST(r.rows == 100u);
  BOOST_TEST(r.score.mean == (0.9 * 4 + 0.89) / 5, kClose);
  RowTable table{5, 100, {}};
  for (const CellRecord& record : records) {
    const std::vector<double> rows = values_of(record.outcome.test_rows.at(0));
    table.values.insert(table.values.end(), rows.begin(), rows.end());
  }
  const RowScore want = score_interval(table, {true, TestedRows::sampled});
  BOOST_TEST(r.score.ci.low == want.ci.low, kClose);
  BOOST_TEST(r.score.ci.high == want.ci.high, kClose);
  // Ten times as wide as what the seeds alone say.
  BOOST_TEST(r.score.ci.high - r.score.ci.low > 0.1);
  BOOST_TEST(basis_text(r.basis, 5, r.rows) == "over 5 seeds and 100 test rows");
}

BOOST_AUTO_TEST_CASE(where_seeds_agree_there_still_is_an_interval) {
  std::vector<CellRecord> records;
  for (uint64_t seed = 0; seed < 5; ++seed)
    records.push_back(with_rows(cell("accuracy", "bp", "a", seed, 0), right_but(360, 0)));
  const Interval ci = row(summarise(records), "bp", "a").score.ci;
  BOOST_TEST(ci.high == 1);
  BOOST_TEST(ci.low == 0.987, boost::test_tools::tolerance(1e-3));
}

BOOST_AUTO_TEST_CASE(rows_that_are_no_sample_or_no_score_leave_the_seeds) {
  std::vector<CellRecord> records;
  add(records, "bp", "patterns", 10);
  add(records, "bp", "folds", 10);
  add(records, "bp", "balanced", 10);
  add(records, "bp", "lacks", 10);
  add(records, "bp", "shorter", 10);
  for (CellRecord& r : records) {
    if (r.id.task == "balanced") r.outcome.score_test += 0.01;  // no mean of its rows
    if (r.id.task == "lacks" && r.id.seed == 3) r.outcome.test_rows.clear();
    if (r.id.task == "shorter" && r.id.seed == 3) r = with_rows(r, right_but(50, 5));
  }
  const std::vector<TaskCard> cards{card("patterns", true), card("folds", false, 5)};
  const Summary s = summarise(records, cards);
  BOOST_TEST((row(s, "bp", "patterns").basis == Basis::patterns));
  BOOST_TEST((row(s, "bp", "folds").basis == Basis::folds));
  for (const char* task : {"balanced", "lacks", "shorter"})
    BOOST_TEST((row(s, "bp", task).basis == Basis::scores), task);
  for (const SummaryRow& r : s.rows) {
    BOOST_TEST(r.rows == 0u);
    BOOST_TEST(r.score.ci.high - r.score.ci.low < 0.02);
  }
  BOOST_TEST(basis_text(Basis::patterns, 5, 0) == "over 5 seeds, all patterns tested");
  BOOST_TEST(basis_text(Basis::folds, 5, 0) == "over 5 seeds, each on a fold of its own");
  BOOST_TEST(basis_text(Basis::scores, 1, 0) == "over 1 seed only");
  BOOST_TEST(basis_text(Basis::rows, 1, 60) == "over 60 test rows, one seed");
}

// A trial reads no test: it is judged on validation, by its seeds.
BOOST_AUTO_TEST_CASE(a_trial_has_its_validation_score) {
  CellRecord trial = cell("tuning", "bp", "a", 0, 0.8);
  trial.id.mode = Mode::trial;
  trial.outcome.score_test = kNaN;
  const SummaryRow r = row(summarise(std::vector<CellRecord>{trial}), "bp", "a");
  BOOST_TEST(r.score_by_seed.at(0) == 0.8);
  BOOST_TEST((r.basis == Basis::scores));
}

BOOST_AUTO_TEST_CASE(a_failed_run_is_a_row_of_chance) {
  std::vector<CellRecord> records;
  add(records, "bp", "a", 10);
  records[2] = failed(records[2], Status::diverged);
  const SummaryRow r = row(summarise(records), "bp", "a");
  BOOST_TEST((r.basis == Basis::rows));
  BOOST_TEST(r.score.mean == (0.9 * 3 + 0.89 + 0.1) / 5, kClose);
  BOOST_TEST(r.score.ci.low < 0.5);
  BOOST_TEST(r.below.below == 1u);
  BOOST_TEST(r.below.n == 5u);
  BOOST_TEST(r.below.up_to == 0.716, boost::test_tools::tolerance(1e-3));
}

BOOST_AUTO_TEST_CASE(two_rules_are_paired_by_seed_and_row) {
  std::vector<CellRecord> records;
  add(records, "bp", "a", 10);
  add(records, "same", "a", 10);
  add(records, "worse", "a", 40);
  add(records, "other", "a", 10, 50);  // as many wrong, but others
  const Summary s = summarise(records);
  const AgainstBaseline &same = row(s, "same", "a").against, &worse = row(s, "worse", "a").against,
                        &other = row(s, "other", "a").against;
  BOOST_TEST(same.difference.rows == 100u);
  BOOST_TEST(same.difference.p == 1);
  BOOST_TEST(same.difference.ci.known());
  BOOST_TEST((same.outcome == Outcome::tie));
  BOOST_TEST((same.never == Never::rows));
  BOOST_TEST((worse.outcome == Outcome::loss));
  BOOST_TEST(worse.difference.discordant == 31u);  // one of them in a single seed
  BOOST_TEST(worse.difference.mean == -0.3, kClose);
  // By seeds alone it would be one and the same score.
  BOOST_TEST((other.outcome == Outcome::tie));
  BOOST_TEST(other.difference.ci.high > 0.05);
  BOOST_TEST(!other.one_point.empty());
  BOOST_TEST(s.scoreboard.comparisons == 3u);
}

BOOST_AUTO_TEST_CASE(a_rule_without_rows_is_compared_by_seeds) {
  std::vector<CellRecord> records;
  add(records, "bp", "a", 10);
  add(records, "old", "a", 40);
  for (CellRecord& r : records) {
    if (r.id.rule == "old") r.outcome.test_rows.clear();
  }
  const Summary s = summarise(records);
  BOOST_TEST(row(s, "old", "a").against.difference.rows == 0u);
  BOOST_TEST(row(s, "old", "a").against.difference.mean == -0.3, kClose);
  BOOST_TEST(row(s, "old", "a").against.one_point.empty());
}

BOOST_AUTO_TEST_CASE(retention_has_the_noise_of_the_rows) {
  std::vector<CellRecord> records;
  for (const int64_t depth : {1, 2, 4}) {
    for (uint64_t seed = 0; seed < 5; ++seed)
      records.push_back(with_rows(cell("depth", "bp", "a", seed, 0, 0.1, depth),
                                  right_but(100, 10 * static_cast<size_t>(depth))));
  }
  const Summary s = summarise(records);
  const SummaryRow& deep = s.rows.at(2);
  BOOST_TEST(deep.depth == 4);
  BOOST_TEST(deep.retention == 0.5 / 0.8, kClose);
  BOOST_TEST(deep.retention_ci.high - deep.retention_ci.low > 0.1);  // seeds agree
}

// A bp that every interval puts at chance is no unit, and a perfect one is the same as a perfect score.
BOOST_AUTO_TEST_CASE(the_baseline_is_a_unit_where_its_interval_clears_chance) {
  std::vector<CellRecord> records;
  add(records, "bp", "good", 10);
  add(records, "ed", "good", 10);
  add(records, "bp", "poor", 80);  // .2 of a chance of .1
  add(records, "ed", "poor", 10);
  for (const char* rule : {"bp", "ed"}) {
    for (uint64_t seed = 0; seed < 5; ++seed)
      records.push_back(with_rows(cell("accuracy", rule, "xor", seed, 0), right_but(4, 0)));
  }
  const std::vector<TaskCard> cards{card("xor", true)};
  const Summary s = summarise(records, cards);
  BOOST_TEST(s.scoreboard.unnormalised_tasks == std::vector<std::string>{"poor"},
             boost::test_tools::per_element());
  BOOST_TEST(row(s, "ed", "good").normalised == 1, kClose);
  BOOST_TEST(row(s, "ed", "xor").normalised == 1, kClose);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
