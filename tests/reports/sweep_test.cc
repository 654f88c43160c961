// SPDX-License-Identifier: MIT
//
// Studies over a parameter: values in order, lines by what else differs, honest points, and no
// place in the ranking of rules.
#include "reports/studies/sweep.h"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "reports/summary/summary.h"
#include "tests/reports/make.h"

namespace agon::reports {
namespace {

using testing::cell;
using testing::failed;

CellRecord run(const std::string& study, const std::string& rule, const std::string& params,
               uint64_t seed, double score) {
  CellRecord r = cell(study, rule, "digits", seed, score);
  r.id.params_json = "{" + params + "}";
  r.id.cell_key += params;
  r.id.depth = r.id.width = -1;
  return r;
}

ReportInput input_of(std::vector<StudyCard> studies, std::vector<CellRecord> records) {
  ReportInput input;
  input.run.studies = std::move(studies);
  input.planned = records.size();
  input.records = std::move(records);
  return input;
}

const StudyCard kUnits{"units", "?", StudyKind::sweep, "width", "score_test"};

}  // namespace

BOOST_AUTO_TEST_SUITE(sweep)

BOOST_AUTO_TEST_CASE(numbers_ascend_and_words_keep_the_plan) {
  const auto sweeps = make_sweeps(input_of(
      {kUnits, {"modes", "?", StudyKind::sweep, "mode", "score_test"}},
      {run("units", "ed", "\"width\":16", 0, 0.8), run("units", "ed", "\"width\":2", 0, 0.6),
       run("units", "ed", "\"width\":128", 0, 0.9), run("modes", "ed", "\"mode\":\"xor\"", 0, 1),
       run("modes", "ed", "\"mode\":\"abs\"", 0, 1)}));
  BOOST_TEST_REQUIRE(sweeps.size() == 2u);
  BOOST_TEST((sweeps[0].values == std::vector<std::string>{"2", "16", "128"}));
  BOOST_TEST((sweeps[0].numbers == std::vector<double>{2, 16, 128}));
  BOOST_TEST_REQUIRE(sweeps[0].lines.size() == 1u);
  BOOST_TEST(sweeps[0].lines[0].points[0].center == 0.6);
  BOOST_TEST(sweeps[0].lines[0].points[2].center == 0.9);
  BOOST_TEST((sweeps[1].values == std::vector<std::string>{"xor", "abs"}));
  BOOST_TEST(sweeps[1].numbers.empty());
}

BOOST_AUTO_TEST_CASE(no_scale_shows_0_beside_decades) {
  const auto numbers = [](std::vector<std::string> values) {
    std::vector<CellRecord> records;
    for (const std::string& value : values)
      records.push_back(run("units", "ed", "\"width\":" + value, 0, 0.8));
    const auto sweeps = make_sweeps(input_of({kUnits}, std::move(records)));
    BOOST_TEST(sweeps.at(0).values.front() == "0");
    return sweeps.at(0).numbers.size();
  };
  BOOST_TEST(numbers({"1e-3", "0", "1"}) == 0u);
  BOOST_TEST(numbers({"2", "0", "100"}) == 3u);
  BOOST_TEST(numbers({"0", "1000"}) == 2u);
}

BOOST_AUTO_TEST_CASE(what_else_differs_makes_a_line_and_what_follows_does_not) {
  std::vector<CellRecord> records;
  for (const int width : {2, 4}) {
    for (const char* act : {"tanh", "relu"}) {
      for (uint64_t seed = 0; seed < 2; ++seed) {
        records.push_back(run("units", "bp",
                              "\"act\":\"" + std::string(act) +
                                  "\",\"epochs\":" + std::to_string(10 * width) +
                                  ",\"width\":" + std::to_string(width),
                              seed, 0.8 + 0.1 * static_cast<double>(seed)));
      }
    }
    records.push_back(run("units", "ed", "\"width\":" + std::to_string(width), 0, 0.7));
  }
  const auto sweeps = make_sweeps(input_of({kUnits}, records));
  BOOST_TEST_REQUIRE(sweeps.size() == 1u);
  BOOST_TEST_REQUIRE(sweeps[0].lines.size() == 3u);
  BOOST_TEST(sweeps[0].lines[0].label == "bp act=tanh");
  BOOST_TEST(sweeps[0].lines[1].label == "bp act=relu");
  BOOST_TEST(sweeps[0].lines[2].label == "ed");
  const SweepPoint& p = sweeps[0].lines[0].points[1];
  BOOST_TEST(p.n == 2u);
  BOOST_TEST(p.center == 0.85, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(p.interval.known());
  BOOST_TEST(!sweeps[0].lines[2].points[0].interval.known());
}

BOOST_AUTO_TEST_CASE(failed_skipped_and_unreached_runs_are_counted) {
  std::vector<CellRecord> records;
  for (uint64_t seed = 0; seed < 4; ++seed)
    records.push_back(run("units", "ed", "\"width\":2", seed, 0.9));
  records[1] = failed(records[1], Status::crashed);
  records[2] = failed(records[2], Status::skipped);
  records[0].outcome.epochs_to_target = 6;
  auto point = [&](const char* value) {
    StudyCard study = kUnits;
    study.value = value;
    return make_sweeps(input_of({study}, records)).at(0).lines.at(0).points.at(0);
  };
  SweepPoint p = point("score_test");
  BOOST_TEST(p.n == 3u);
  BOOST_TEST(p.n_failed == 1u);
  BOOST_TEST(p.n_skipped == 1u);
  BOOST_TEST(p.skipped == "synthetic");
  BOOST_TEST(p.center == (0.9 + 0.1 + 0.9) / 3, boost::test_tools::tolerance(1e-12));
  p = point("epochs_to_target");
  BOOST_TEST(p.n == 3u);
  BOOST_TEST(p.n_not_reached == 2u);
  BOOST_TEST(p.center == 6.0);
  records[0].outcome.epochs_to_target = -1;
  p = point("epochs_to_target");
  BOOST_TEST(p.n_not_reached == 3u);
  BOOST_TEST(std::isnan(p.center));
  p = point("m_energy");
  BOOST_TEST(p.n == 0u);
  BOOST_TEST(std::isnan(p.center));
}

BOOST_AUTO_TEST_CASE(speed_is_the_median_of_a_process) {
  CellRecord r = run("units", "ed", "\"width\":2", 0, kNaN);
  r.id.mode = Mode::speed;
  r.outcome.repetitions_train = {100, 120, 110};
  const StudyCard study{"units", "?", StudyKind::speed, "width", "samples_per_s_train"};
  const auto sweeps = make_sweeps(input_of({study}, {r}));
  const SweepPoint& p = sweeps.at(0).lines.at(0).points.at(0);
  BOOST_TEST(p.center == 110.0, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(p.n == 1u);
  BOOST_TEST(p.interval.low < 100.0);
}

BOOST_AUTO_TEST_CASE(only_studies_that_vary_a_parameter_are_sweeps) {
  BOOST_TEST(swept_by(kUnits) == "width");
  BOOST_TEST(swept_by({"s", "", StudyKind::speed, "width"}) == "width");
  BOOST_TEST(swept_by({"s", "", StudyKind::speed, ""}) == "");
  BOOST_TEST(swept_by({"s", "", StudyKind::depth, "depth"}) == "");
  BOOST_TEST(swept_by({"s", "", StudyKind::none, "width"}) == "");
  BOOST_TEST(
      make_sweeps(input_of({{"units", "?"}}, {run("units", "ed", "\"width\":2", 0, 1)})).empty());
  BOOST_TEST(make_sweeps(input_of({kUnits}, {run("units", "ed", "\"x\":2", 0, 1)})).empty());
}

BOOST_AUTO_TEST_CASE(sweeps_are_no_ranking) {
  const std::vector<CellRecord> units{run("units", "ed", "\"width\":2", 0, 0.5),
                                      run("units", "ed", "\"width\":4", 0, 0.9)};
  const std::vector<StudyCard> studies{
      kUnits, {"main", "?", StudyKind::accuracy}, {"depth", "?", StudyKind::depth}};
  BOOST_TEST(summarise(units, {}, studies).scoreboard.study == "");
  BOOST_TEST(summarise(units, {}, studies).scoreboard.rows.empty());
  // Without a card the study counts as before.
  BOOST_TEST(summarise(units).scoreboard.study == "units");
  std::vector<CellRecord> more = units;
  more.push_back(cell("depth", "ed", "digits", 0, 0.8));
  BOOST_TEST(summarise(more, {}, studies).scoreboard.study == "depth");
  more.push_back(cell("main", "ed", "digits", 0, 0.8));
  BOOST_TEST(summarise(more, {}, studies).scoreboard.study == "main");
  BOOST_TEST(summarise(more, {}, studies).scoreboard.rows.size() == 1u);
  BOOST_TEST(summarise(more, {}, studies).rows.at(0).over == "width");
}

BOOST_AUTO_TEST_CASE(speed_over_a_parameter_is_not_the_speed_of_a_rule) {
  std::vector<CellRecord> records;
  for (const char* rule : {"bp", "ed"}) {
    records.push_back(cell("accuracy", rule, "digits", 0, 0.9));
    for (const char* study : {"speed", "wide"}) {
      CellRecord r = run(study, rule, "\"width\":64", 0, kNaN);
      r.id.mode = Mode::speed;
      // As fast as bp in its own study, ten times slower in the sweep.
      const double rate = rule[0] == 'e' && study[0] == 'w' ? 10 : 100;
      r.outcome.repetitions_train.assign(9, rate);
      records.push_back(r);
    }
  }
  const std::vector<StudyCard> studies{
      {"accuracy", "?", StudyKind::accuracy},
      {"speed", "?", StudyKind::speed},
      {"wide", "?", StudyKind::speed, "width", "samples_per_s_train"}};
  const Summary summary = summarise(records, {}, studies);
  for (const ScoreboardRow& row : summary.scoreboard.rows) {
    if (row.rule == "ed") BOOST_TEST(row.train_ratio.value == 1.0);
  }
  BOOST_TEST(summary.scoreboard.rows.size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
