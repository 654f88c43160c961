// SPDX-License-Identifier: MIT
//
// Speed: ratios against reference values, what may be called faster, and whether intervals cover
// what they say.
#include "reports/summary/speed.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "core/rng.h"
#include "reports/render/csv/csv.h"
#include "reports/render/html/html.h"
#include "reports/sections/sections.h"
#include "reports/statistics/comparison.h"
#include "reports/summary/summary.h"
#include "tests/reports/make.h"

namespace agon::reports {
namespace {

using testing::cell;

const auto kClose = boost::test_tools::tolerance(1e-9);

SpeedRounds rates(const std::vector<double>& seconds) {
  SpeedRounds out;
  for (const double s : seconds) out["0"].push_back(1 / s);
  return out;
}

// One repetition in each process.
SpeedRounds processes(const std::vector<double>& rates) {
  SpeedRounds out;
  for (size_t i = 0; i < rates.size(); ++i) out[std::to_string(i)] = {rates[i]};
  return out;
}

SpeedRatio against(const std::vector<double>& rule, const std::vector<double>& baseline) {
  return speed_ratio(processes(rule), processes(baseline));
}

const std::vector<double> kBp{100, 101, 99, 100.5, 99.5}, kBpAgain{100.5, 100, 99.5, 100.2, 100};

std::vector<double> times(std::vector<double> values, double factor) {
  for (double& v : values) v *= factor;
  return values;
}

// A rule of one table alone against bp and bp again.
SpeedWord word_of(SpeedRatio rule, const SpeedRatio& again) {
  SpeedRatio* const table[] = {&rule};
  judge_speeds(table, again);
  return rule.word;
}

// Cells of a speed study: rates of each round of six repetitions that are alike.
void add_speed(std::vector<CellRecord>& out, const char* rule, const std::vector<double>& rounds,
               bool again = false) {
  for (size_t seed = 0; seed < rounds.size(); ++seed) {
    CellRecord r = cell("speed", rule, "digits", seed, kNaN);
    r.id.mode = again ? Mode::speed_again : Mode::speed;
    if (again) r.id.cell_key += "/again";
    r.outcome.score_val = r.outcome.score_train = kNaN;
    r.outcome.repetitions_train.assign(6, rounds[seed]);
    r.outcome.repetitions_predict.assign(6, 3 * rounds[seed]);
    r.outcome.samples_per_s_train = rounds[seed];
    r.outcome.samples_per_s_predict = 3 * rounds[seed];
    out.push_back(r);
  }
}

ReportInput input_of(const std::vector<double>& bp_again, const std::vector<double>& ed) {
  ReportInput input;
  for (uint64_t seed = 0; seed < 5; ++seed) {
    input.records.push_back(cell("accuracy", "bp", "digits", seed, 0.9));
    input.records.push_back(cell("accuracy", "ed", "digits", seed, 0.8));
  }
  std::vector<double> bp = kBp;
  bp.resize(ed.size());
  add_speed(input.records, "bp", bp);
  add_speed(input.records, "bp", bp_again, true);
  add_speed(input.records, "ed", ed);
  input.planned = input.records.size();
  return input;
}

// The page's section on speed, from its heading on.
std::string section(const ReportInput& input) {
  const std::string page = render_html(input, summarise(input.records));
  const size_t at = page.find("<section id=\"speed\"");
  return at == std::string::npos ? "" : page.substr(at, page.find("</section>", at) - at);
}

bool says(const std::string& text, const char* words) {
  return text.find(words) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(speed)

// statistics.json, "10 paired rounds, seconds; b over a": scipy.stats.t.interval.
// A repetition is held against the one measured beside it: what slows both down cancels, and their
// medians would not.
BOOST_AUTO_TEST_CASE(ratios_are_taken_within_a_round) {
  const SpeedRatio ratio =
      speed_ratio({{"0", {20, 20, 4}}, {"1", {20, 4, 20}}}, {{"0", {10, 2, 2}}, {"1", {10, 2, 2}}});
  BOOST_TEST(ratio.value == 2 * std::sqrt(1.0), kClose);
  BOOST_TEST(ratio.processes == 2u);
}

BOOST_AUTO_TEST_CASE(a_ratio_agrees_with_the_reference) {
  const SpeedRatio r =
      speed_ratio(rates({0.101, 0.099, 0.104, 0.1, 0.15, 0.098, 0.102, 0.101, 0.099, 0.103}),
                  rates({0.13, 0.131, 0.129, 0.133, 0.17, 0.128, 0.131, 0.19, 0.13, 0.132}));
  BOOST_TEST(r.value == 1.32683092825, kClose);
  BOOST_TEST(r.ci.low == 1.20800305078, kClose);
  BOOST_TEST(r.ci.high == 1.45734757128, kClose);
  BOOST_TEST(r.processes == 1u);
  BOOST_TEST(std::isnan(r.p));  // repetitions of one process are no independent measurements
}

// statistics.json: two implementations.
BOOST_AUTO_TEST_CASE(holm_agrees_with_the_reference) {
  const auto check = [](const std::vector<double>& p, const std::vector<double>& expected) {
    const std::vector<double> adjusted = holm(p);
    for (size_t i = 0; i < p.size(); ++i) BOOST_TEST(adjusted.at(i) == expected.at(i), kClose);
  };
  check({0.01, 0.04, 0.03, 0.005}, {0.03, 0.06, 0.06, 0.02});
  check({0.0001, 0.2, 0.03, 0.03, 0.9, 0.012, 1.0, 0.0007},
        {0.0008, 0.6, 0.15, 0.15, 1.0, 0.072, 1.0, 0.0049});
  BOOST_TEST(holm({}).empty());
}

BOOST_AUTO_TEST_CASE(repetitions_of_different_processes_are_never_pooled) {
  // Two processes of 100 repetitions each, which agree within a process and differ by a tenth
  // between them.
  const SpeedRounds two{{"a", std::vector<double>(100, 1000.0)},
                        {"b", std::vector<double>(100, 1100.0)}};
  const Throughput t = throughput(two);
  BOOST_TEST(t.processes() == 2u);
  BOOST_TEST(t.rate == std::sqrt(1000.0 * 1100.0), kClose);
  BOOST_TEST(t.ci.low < 600);
  BOOST_TEST(t.ci.high > 1800);
  // What a process lost in one repetition is not its median.
  BOOST_TEST(throughput({{"a", {10, 10, 10, 1, 10}}}).rate == 10.0, kClose);
  BOOST_TEST(std::isnan(throughput({}).rate));
  BOOST_TEST(std::isnan(throughput({{"a", {kNaN, 0, -1}}}).rate));
  BOOST_TEST(!throughput({{"a", {5}}}).ci.known());
}

BOOST_AUTO_TEST_CASE(only_rounds_that_both_have_are_compared) {
  const SpeedRatio r = speed_ratio({{"0", {50}}, {"1", {100}}, {"7", {9999}}},
                                   {{"0", {100}}, {"1", {200}}, {"8", {1}}});
  BOOST_TEST(r.processes == 2u);
  BOOST_TEST(r.value == 0.5, kClose);
  BOOST_TEST(r.p < 1e-12);
  BOOST_TEST(std::isnan(speed_ratio({{"0", {1}}}, {{"1", {1}}}).value));
}

BOOST_AUTO_TEST_CASE(a_word_needs_processes_a_quiet_machine_and_a_difference_beyond_it) {
  const SpeedRatio again = against(kBpAgain, kBp);
  BOOST_TEST(again.ci.contains(1));
  BOOST_TEST(again.far_factor() > 1.001);
  BOOST_TEST(again.far_factor() < 1.05);
  BOOST_TEST((word_of(against(times(kBp, 2), kBp), again) == SpeedWord::faster));
  BOOST_TEST((word_of(against(times(kBp, 0.0008), kBp), again) == SpeedWord::slower));
  BOOST_TEST((word_of(against(kBpAgain, kBp), again) == SpeedWord::alike));
  // As sure as can be, and less than identical measurements differ.
  BOOST_TEST((word_of(against(times(kBp, 1.001), kBp), again) == SpeedWord::alike));
  BOOST_TEST(
      (word_of(against({200, 202, 198, 201}, {100, 101, 99, 100.5}), again) == SpeedWord::too_few));
  BOOST_TEST((word_of(against(times(kBp, 2), kBp), {}) == SpeedWord::none));
}

BOOST_AUTO_TEST_CASE(no_word_where_identical_measurements_differ) {
  const SpeedRatio slow = against(times(kBp, 0.0008), kBp);
  // 140 % apart in one round of five.
  const SpeedRatio once = against({100, 101, 240, 100.5, 99.5}, kBp);
  BOOST_TEST((word_of(slow, once) == SpeedWord::too_busy));
  // Close together, but never equal.
  BOOST_TEST((word_of(slow, against(times(kBpAgain, 1.05), kBp)) == SpeedWord::too_busy));
  // Few processes cannot tell; a factor of 2.4 can.
  BOOST_TEST((word_of(slow, against({103, 102}, {100, 101})) == SpeedWord::too_few));
  BOOST_TEST((word_of(slow, against({240}, {100})) == SpeedWord::too_busy));
}

BOOST_AUTO_TEST_CASE(words_are_corrected_over_the_rules) {
  const SpeedRatio again = against({100, 101.01, 99, 100.5, 99.5}, kBp);
  // p = .03 alone.
  const SpeedRatio one = against(times({100, 104, 103, 108, 110}, 1.0), {100, 100, 100, 100, 100});
  BOOST_TEST(one.p > 0.02);
  BOOST_TEST(one.p < 0.05);
  BOOST_TEST((word_of(one, again) == SpeedWord::faster));
  std::vector<SpeedRatio> seven(7, one);
  std::vector<SpeedRatio*> table;
  for (SpeedRatio& r : seven) table.push_back(&r);
  judge_speeds(table, again);
  for (const SpeedRatio& r : seven) BOOST_TEST((r.word == SpeedWord::alike));
}

// Processes that differ by 3 %, a tenth of the repetitions 45 % slower: 5 processes of 6
// repetitions.
BOOST_AUTO_TEST_CASE(intervals_cover_and_equal_rules_get_no_word) {
  core::Stream random(7, 0x5eed);
  const auto measure = [&](double rate) {
    SpeedRounds out;
    for (int process = 0; process < 5; ++process) {
      const double own = rate * std::exp(0.03 * random.normal());
      for (int i = 0; i < 6; ++i) {
        const double burst = random.uniform() < 0.1F ? 1.45 : 1.0;
        out[std::to_string(process)].push_back(own * std::exp(0.01 * random.normal()) / burst);
      }
    }
    return out;
  };
  constexpr int kTables = 400;
  int covered = 0, false_words = 0;
  for (int table = 0; table < kTables; ++table) {
    const SpeedRounds bp = measure(1000);
    covered += speed_ratio(measure(1300), bp).ci.contains(1.3) ? 1 : 0;
    const SpeedRatio again = speed_ratio(measure(1000), bp);
    std::vector<SpeedRatio> equal;
    for (int rule = 0; rule < 7; ++rule) equal.push_back(speed_ratio(measure(1000), bp));
    std::vector<SpeedRatio*> pointers;
    for (SpeedRatio& r : equal) pointers.push_back(&r);
    judge_speeds(pointers, again);
    false_words +=
        std::ranges::any_of(equal,
                            [](const SpeedRatio& r) {
                              return r.word == SpeedWord::faster || r.word == SpeedWord::slower;
                            })
            ? 1
            : 0;
  }
  BOOST_TEST(covered >= 0.92 * kTables);  // measured .95
  BOOST_TEST(false_words <= 0.03 * kTables);
}

// Verdict, scoreboard, section and summary.csv speak of the same numbers.
BOOST_AUTO_TEST_CASE(a_slower_rule_is_called_so_everywhere) {
  const ReportInput input = input_of(kBpAgain, times(kBp, 0.5));
  const Summary summary = summarise(input.records);
  BOOST_TEST(summary.rows.size() == 4u);  // the second measurement has no row
  BOOST_TEST(says(verdict(input, summary),
                  "Training samples per second against bp: slower ed 0.5x [0.5, 0.5]."));
  BOOST_TEST(says(section(input), "Training against bp: slower ed 0.5x"));
  BOOST_TEST(says(section(input), "Prediction against bp: slower ed 0.5x"));
  BOOST_TEST(says(section(input), "reference</span>, again 1×"));
  for (const ScoreboardRow& row : summary.scoreboard.rows) {
    BOOST_TEST(row.train_ratio.value == (row.rule == "bp" ? 1.0 : 0.5), kClose);
    BOOST_TEST((row.train_ratio.word == (row.rule == "bp" ? SpeedWord::none : SpeedWord::slower)));
  }
  BOOST_TEST(says(summary_csv(summary), ",5,0.95,0.5"));
}

BOOST_AUTO_TEST_CASE(on_a_busy_machine_nothing_is_said_of_speed) {
  const ReportInput input = input_of({100, 240, 99, 100.5, 99.5}, times(kBp, 0.0008));
  const Summary summary = summarise(input.records);
  const std::string page = section(input), words = verdict(input, summary);
  BOOST_TEST(!says(words, "samples per second"), words);
  BOOST_TEST(says(page, "Two identical measurements differed by "));
  BOOST_TEST(says(page, "x: this machine was too busy to compare speeds."));
  BOOST_TEST(!says(page, "as fast as"));
  BOOST_TEST(!says(page, "slower ed"));
  for (const ScoreboardRow& row : summary.scoreboard.rows)
    BOOST_TEST(std::isnan(row.train_ratio.value));
}

BOOST_AUTO_TEST_CASE(few_processes_get_numbers_and_no_word) {
  const ReportInput one = input_of({101}, {50});
  const std::string words = verdict(one, summarise(one.records));
  BOOST_TEST(
      says(words, "against bp, in one process, too few to call a rule faster or slower: ed 0.5x"),
      words);
  const ReportInput three = input_of({101, 100, 99}, {50, 51, 49});
  BOOST_TEST(says(verdict(three, summarise(three.records)), "in 3 processes, too few"));
  // Without a second measurement there is nothing to hold a difference against.
  const ReportInput never = input_of({}, times(kBp, 0.5));
  BOOST_TEST(!says(verdict(never, summarise(never.records)), "samples per second"));
  BOOST_TEST(says(section(never), "no second measurement of bp says which differences are real"));
}

BOOST_AUTO_TEST_CASE(tasks_that_disagree_have_no_common_word) {
  SpeedRatio fast = against(times(kBp, 4), kBp), slow = against(kBp, kBp);
  fast.word = SpeedWord::faster;
  slow.word = SpeedWord::slower;
  const SpeedRatio both = over_tasks(std::vector{fast, slow});
  BOOST_TEST(both.value == 2.0, kClose);
  BOOST_TEST((both.word == SpeedWord::none));
  slow.word = SpeedWord::too_busy;
  BOOST_TEST((over_tasks(std::vector{fast, slow}).word == SpeedWord::too_busy));
  BOOST_TEST(std::isnan(over_tasks({}).value));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
