// SPDX-License-Identifier: MIT
//
// The paragraph names ties as ties, says when seeds are too few, and counts failures.
#include <boost/test/unit_test.hpp>

#include "reports/sections/sections.h"
#include "reports/summary/speed.h"
#include "reports/summary/summary.h"
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

// They end in a point with a space behind it, and start with a capital or a number.
size_t sentences(const std::string& text) {
  size_t n = text.empty() ? 0 : 1;
  for (size_t i = 0; i + 2 < text.size(); ++i)
    n +=
        text[i] == '.' && text[i + 1] == ' ' && !(text[i + 2] >= 'a' && text[i + 2] <= 'z') ? 1 : 0;
  return n;
}

std::string verdict_of(const ReportInput& input) {
  const std::string text =
      verdict(input, summarise(input.records, input.run.tasks, input.run.studies));
  BOOST_TEST_MESSAGE(text);
  BOOST_TEST(text.find("nan") == std::string::npos, text);
  BOOST_TEST(sentences(text) <= 5u, text);
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

BOOST_AUTO_TEST_CASE(three_seeds_win_nothing) {
  ReportInput input = input_of(runs(3));
  RuleCard elm;
  elm.id = "elm";
  elm.control = true;
  input.run.rules.push_back(elm);
  const std::string text = verdict_of(input);
  BOOST_TEST(
      says(
          text,
          "On these 2 tasks with 3 seeds each, bp scores highest on average, 1.00 (chance = 0, bp = 1); 3 "),
      text);
  BOOST_TEST(says(text, "seeds are too few to say which rules differ."), text);
  // Nothing else counts wins by another rule, or says what a test could have said.
  for (const char* words : {"wins", "better", "worse", "behind", "rank test"})
    BOOST_TEST(!says(text, words), text);
  BOOST_TEST(
      says(text, "None of 18 cells failed; with 3 seeds up to 71 % of seeds may fail unseen."),
      text);
}

BOOST_AUTO_TEST_CASE(from_five_seeds_on_ties_and_losers_are_named) {
  ReportInput input = input_of(runs(5));
  RuleCard elm;
  elm.id = "elm";
  elm.control = true;
  input.run.rules.push_back(elm);
  const std::string text = verdict_of(input);
  BOOST_TEST(says(text, "; ed cannot be told apart from it."), text);
  BOOST_TEST(
      says(text,
           "Task by task against bp: ed better on 0, worse on 0 and elm better on 0, worse on "
           "2; elsewhere no difference was shown, and about 1 in 20 such symbols, at most, is "
           "expected to be false."),
      text);
}

BOOST_AUTO_TEST_CASE(of_many_things_the_five_that_matter_are_said) {
  auto records = runs(5);
  for (const char* rule : {"bp", "ed"}) {
    for (uint64_t seed = 0; seed < 5; ++seed) {
      for (const int64_t depth : {1, 2, 4})
        records.push_back(cell("depth", rule, "digits", seed, 0.9, 0.1, depth));
    }
    CellRecord speed = cell("speed", rule, "digits", 0, kNaN);
    speed.id.mode = Mode::speed;
    for (int i = 0; i < 10; ++i)
      speed.outcome.repetitions_train.push_back((rule[0] == 'e' ? 50 : 100) + i);
    records.push_back(speed);
    records.push_back(testing::forgetting(rule, "split-digits", 0, 0.25));
  }
  ReportInput input = input_of(records);
  input.planned += 7;
  ClaimCheck check;
  check.of = {"accuracy", "ed", "xor", {}};
  check.at_least = 0.5;
  input.run.claims = {{"", "it learns", "", {check}}};
  const std::string text = verdict_of(input);
  BOOST_TEST(sentences(text) == 5u, text);
  BOOST_TEST(text.starts_with("Unfinished: "), text);
  for (const char* words : {"1 of 1 claim holds.", "On these 2 tasks", "Task by task", "None of "})
    BOOST_TEST(says(text, words), text);
}

BOOST_AUTO_TEST_CASE(one_seed_is_an_anecdote) {
  const std::string text = verdict_of(input_of(runs(1)));
  BOOST_TEST(says(text, "with 1 seed each"), text);
  BOOST_TEST(says(text, "; 1 seed is too few to say which rules differ."), text);
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
  BOOST_TEST(
      says(text,
           "2 of 18 cells failed (1 diverged and 1 crashed) and count as chance; 1 was skipped"),
      text);
}

BOOST_AUTO_TEST_CASE(depth_and_speed_have_their_sentences) {
  auto records = runs(3);
  for (const char* rule : {"bp", "ed"}) {
    for (uint64_t seed = 0; seed < 3; ++seed) {
      for (const int64_t depth : {1, 2, 4})
        records.push_back(cell("depth", rule, "digits", seed, 0.9, 0.1, depth));
    }
    CellRecord speed = cell("speed", rule, "digits", 0, kNaN);
    speed.id.mode = Mode::speed;
    for (int i = 0; i < 10; ++i)
      speed.outcome.repetitions_train.push_back((rule[0] == 'e' ? 50 : 100) + i);
    records.push_back(speed);
    if (rule[0] == 'b') {
      speed.id.mode = Mode::speed_again;
      records.push_back(speed);
    }
  }
  const std::string text = verdict_of(input_of(records));
  BOOST_TEST(
      says(text,
           "Hidden layers up to which 90 % of the shallow score is left: bp at least 4 and ed "
           "at least 4."),
      text);
  BOOST_TEST(says(text,
                  "Training samples per second against bp, in one process, too few to call a rule "
                  "faster or slower: ed 0.52x ["),
             text);
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
  BOOST_TEST(text.starts_with("1 of 1 claim holds. On these 2 tasks"), text);
}

BOOST_AUTO_TEST_CASE(a_run_of_sweeps_ranks_nothing) {
  ReportInput input = input_of(runs(3));
  input.run.studies = {{"accuracy", "?", StudyKind::sweep, "width", "score_test"},
                       {"other", "?", StudyKind::speed, "depth", "samples_per_s_train"}};
  const std::string text = verdict_of(input);
  BOOST_TEST(says(text, "go over width and depth; none of them ranks rules."), text);
  BOOST_TEST(!says(text, "cannot be told apart"), text);
  BOOST_TEST(says(text, "None of 18 cells failed."), text);  // no seeds are compared
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
  BOOST_TEST(says(text, "On these 2 tasks with 3 seeds each"), text);
  BOOST_TEST(says(text, sentence), text);
}

BOOST_AUTO_TEST_CASE(long_lists_are_counted) {
  std::vector<CellRecord> records;
  for (int rule = 0; rule < 30; ++rule) {
    for (uint64_t seed = 0; seed < 3; ++seed)
      records.push_back(
          cell("accuracy", "rule-" + std::to_string(rule), "xor", seed, 0.5 + 0.01 * rule));
  }
  std::string text = verdict_of(input_of(records));
  BOOST_TEST(says(text, "On xor with 3 seeds, rule-29 scores highest, 0.79; 3 seeds are too few"),
             text);
  BOOST_TEST(text.size() < 300u, text);

  records.clear();
  for (int rule = 0; rule < 30; ++rule) {
    for (uint64_t seed = 0; seed < 5; ++seed)
      records.push_back(cell("accuracy", rule == 0 ? "bp" : "rule-" + std::to_string(rule), "xor",
                             seed, 0.9 + 0.001 * static_cast<double>((seed * 7 + rule) % 5)));
  }
  text = verdict_of(input_of(records));
  BOOST_TEST(says(text, "; all 29 others cannot be told apart from it."), text);
  BOOST_TEST(says(text, "Task by task against bp: from rule-"), text);
  BOOST_TEST(text.size() < 400u, text);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
