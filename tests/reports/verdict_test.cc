// SPDX-License-Identifier: MIT
//
// The paragraph names ties as ties, says when seeds are too few, and counts failures.
#include <boost/test/unit_test.hpp>

#include "reports/summary.h"
#include "tests/reports/make.h"

namespace agon::reports {
namespace {

using testing::cell;
using testing::failed;

ReportInput input_of(std::vector<CellRecord> records) {
  ReportInput input;
  input.planned = records.size();
  input.records = std::move(records);
  return input;
}

std::string verdict_of(const ReportInput& input) {
  const std::string text =
      verdict(input, summarise(input.records, input.run.tasks, input.run.studies));
  BOOST_TEST_MESSAGE(text);
  BOOST_TEST(text.find("nan") == std::string::npos, text);
  return text;
}

bool says(const std::string& text, const char* words) {
  return text.find(words) != std::string::npos;
}

std::vector<CellRecord> runs(uint64_t seeds) {
  std::vector<CellRecord> out;
  for (const char* task : {"xor", "digits"}) {
    for (uint64_t seed = 0; seed < seeds; ++seed) {
      const double noise = 0.01 * static_cast<double>((seed * 7) % 5);
      out.push_back(cell("accuracy", "bp", task, seed, 0.90 + noise));
      out.push_back(cell("accuracy", "ed", task, seed, 0.94 - noise));
      out.push_back(cell("accuracy", "elm", task, seed, 0.50 + noise));
    }
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(verdict_words)

BOOST_AUTO_TEST_CASE(ties_and_losers_are_named) {
  ReportInput input = input_of(runs(3));
  RuleCard elm;
  elm.id = "elm";
  elm.control = true;
  input.run.rules.push_back(elm);
  const std::string text = verdict_of(input);
  BOOST_TEST(says(text, "On 2 tasks with 3 seeds each, "), text);
  BOOST_TEST(says(text, "cannot be told apart at the top"), text);
  BOOST_TEST(says(text, "Below: elm (control) 0.5"), text);
  BOOST_TEST(says(text, "ed wins 0, ties 2, loses 0"), text);
  BOOST_TEST(says(text, "elm wins 0, ties 0, loses 2"), text);
  BOOST_TEST(says(text, "At 3 seeds a two-sided rank test cannot go below p = 0.1"), text);
  BOOST_TEST(says(text, "cannot be significant at this n"), text);
  BOOST_TEST(says(text, "None of 18 cells failed."), text);
}

BOOST_AUTO_TEST_CASE(enough_seeds_are_not_called_too_few) {
  const std::string text = verdict_of(input_of(runs(5)));
  BOOST_TEST(!says(text, "cannot be significant"), text);
  BOOST_TEST(says(text, "A tie means that no difference was shown"), text);
}

BOOST_AUTO_TEST_CASE(one_seed_is_an_anecdote) {
  const std::string text = verdict_of(input_of(runs(1)));
  BOOST_TEST(says(text, "with 1 seed each"), text);
  BOOST_TEST(says(text, "One seed gives no interval"), text);
}

BOOST_AUTO_TEST_CASE(failures_and_missing_cells_are_counted) {
  auto records = runs(3);
  records[0] = failed(records[0], Status::diverged);
  records[1] = failed(records[1], Status::crashed);
  records[2] = failed(records[2], Status::skipped);
  ReportInput input = input_of(records);
  input.planned = 40;
  const std::string text = verdict_of(input);
  BOOST_TEST(says(text, "Unfinished: 18 of 40 planned cells have run."), text);
  BOOST_TEST(says(text, "2 of 18 cells failed (1 diverged and 1 crashed) and count as chance."),
             text);
  BOOST_TEST(says(text, "1 cell was skipped."), text);
}

BOOST_AUTO_TEST_CASE(sweeps_depth_and_speed_have_their_sentences) {
  auto records = runs(3);
  for (const char* rule : {"bp", "ed"}) {
    for (uint64_t seed = 0; seed < 3; ++seed) {
      for (const double lr : {0.01, 0.1, 1.0})
        records.push_back(cell("learning-rate", rule, "digits", seed, lr == 1.0 ? 0.1 : 0.9, lr));
      for (const int64_t depth : {1, 2, 4})
        records.push_back(cell("depth", rule, "digits", seed, 0.9, 0.1, depth));
    }
    CellRecord speed = cell("speed", rule, "digits", 0, kNaN);
    speed.id.mode = "speed";
    for (int i = 0; i < 10; ++i)
      speed.outcome.repetitions_train.push_back((rule[0] == 'e' ? 50 : 100) + i);
    records.push_back(speed);
  }
  const std::string text = verdict_of(input_of(records));
  BOOST_TEST(says(text, "Decades of learning rate that keep 95 % of a rule's own best: "), text);
  BOOST_TEST(says(text, "ed over at least 1.1"), text);
  BOOST_TEST(says(text, "trainable to at least 4 hidden layers"), text);
  BOOST_TEST(says(text, "Training samples per second against bp: ed 0.52x ["), text);
}

BOOST_AUTO_TEST_CASE(no_cells_no_conclusion) {
  ReportInput input;
  input.planned = 4;
  BOOST_TEST(verdict_of(input) ==
             "Unfinished: 0 of 4 planned cells have run. No cell has finished yet: nothing can be "
             "concluded.");
  const std::string failed_only =
      verdict_of(input_of({failed(cell("accuracy", "bp", "xor", 0, 1), Status::skipped)}));
  BOOST_TEST(says(failed_only, "nothing can be said about accuracy"), failed_only);
}

BOOST_AUTO_TEST_CASE(claims_come_first) {
  ReportInput input = input_of(runs(3));
  ClaimCheck check;
  check.of = {"accuracy", "ed", "xor", {}};
  check.at_least = 0.5;
  input.run.claims = {{"", "it learns", "", {check}}};
  const std::string text = verdict_of(input);
  BOOST_TEST(text.starts_with("1 of 1 claim holds. On 2 tasks"), text);
}

BOOST_AUTO_TEST_CASE(a_run_of_sweeps_ranks_nothing) {
  ReportInput input = input_of(runs(3));
  input.run.studies = {{"accuracy", "?", "sweep", "width", "score_test"},
                       {"other", "?", "speed", "depth", "samples_per_s_train"}};
  const std::string text = verdict_of(input);
  BOOST_TEST(says(text, "go over width and depth; none of them ranks rules."), text);
  BOOST_TEST(!says(text, "cannot be told apart"), text);
  BOOST_TEST(says(text, "None of 18 cells failed."), text);
}

BOOST_AUTO_TEST_CASE(what_is_left_of_a_first_task_is_said_and_ranks_nothing) {
  std::vector<CellRecord> records;
  for (uint64_t seed = 0; seed < 2; ++seed) {
    records.push_back(testing::forgetting("bp", "split-digits", seed, 0.25));
    records.push_back(testing::forgetting("ed", "split-digits", seed, 0.75));
    records.push_back(testing::forgetting("elm", "split-digits", seed, kNaN));
  }
  const char* sentence =
      "Accuracy left of a first task when a second is first learnt: on split-digits from 0.25 (bp) "
      "to 0.75 (ed), 1 setting never learnt the second. ";
  std::string text = verdict_of(input_of(records));
  BOOST_TEST(text.starts_with(sentence), text);
  BOOST_TEST(!says(text, "No training cell"), text);
  const auto more = runs(3);
  records.insert(records.end(), more.begin(), more.end());
  text = verdict_of(input_of(records));
  BOOST_TEST(says(text, "On 2 tasks with 3 seeds each"), text);
  BOOST_TEST(says(text, sentence), text);
}

BOOST_AUTO_TEST_CASE(long_lists_are_counted) {
  std::vector<CellRecord> records;
  for (int rule = 0; rule < 30; ++rule) {
    for (uint64_t seed = 0; seed < 3; ++seed)
      records.push_back(
          cell("accuracy", "rule-" + std::to_string(rule), "xor", seed, 0.5 + 0.01 * rule));
  }
  const std::string text = verdict_of(input_of(records));
  BOOST_TEST(says(text, "rule-29 leads"), text);
  BOOST_TEST(says(text, "Below: 29 rules, from rule-28 0.7"), text);
  BOOST_TEST(says(text, " to rule-0 0.4"), text);
  BOOST_TEST(text.size() < 600u, text);

  for (CellRecord& r : records) r.outcome.score_test = 0.9;
  records.push_back(cell("accuracy", "bp", "xor", 0, 0.9));
  const std::string tied = verdict_of(input_of(records));
  BOOST_TEST(says(tied, "31 rules cannot be told apart at the top"), tied);
  BOOST_TEST(says(tied, "): from rule-0 with 1.00 [1.00, 1.00] to bp with 1.00."), tied);

  for (uint64_t seed = 1; seed < 3; ++seed)
    records.push_back(cell("accuracy", "bp", "xor", seed, 0.9));
  for (size_t i = 0; i < 6; ++i) records[i].outcome.score_test = i < 3 ? 0.2 : 0.99;
  const std::string against = verdict_of(input_of(records));
  BOOST_TEST(says(against,
                  "seed: rule-1 does best (wins 1, ties 0, loses 0), rule-0 worst (wins 0, ties 0, "
                  "loses 1), 28 others lie between."),
             against);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
