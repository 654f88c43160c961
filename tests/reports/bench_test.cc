// SPDX-License-Identifier: MIT
//
// Rules beside peers, and beside what the processor could do.
#include "reports/record/bench.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <stdexcept>

#include "reports/sections/sections.h"
#include "reports/summary/summary.h"
#include "tests/reports/make.h"

namespace agon::reports {
namespace {

Bench made() {
  Bench bench{"2026-01-31T00:00:00Z", "0.1.0", "a processor", "AVX2", "g++ 12"};
  bench.peers = {{"eigen", "Eigen", true}, {"torch", "No module named 'torch'", false}};
  bench.rows = {{"bp SGD 64-32-10 B32",
                 4e-6,
                 3.9e-6,
                 75e3,
                 0.4,
                 100,
                 0.99,
                 1.01,
                 50,
                 1,
                 {{"eigen", 8e-6, 7e-6, 2.0, 1.9, 2.1}}},
                {"ebn", 580e-9, 560e-9, kNaN, kNaN, 100, 0.9, 1.2, 51, 0, {}}};
  return bench;
}

const Section* find(const std::vector<Section>& sections, const std::string& id) {
  for (const Section& section : sections) {
    if (section.id == id) return &section;
  }
  return nullptr;
}

template <typename Kind>
const Kind& only(const Section& section) {
  for (const Block& block : section.blocks) {
    if (const Kind* found = std::get_if<Kind>(&block.is)) return *found;
  }
  throw std::runtime_error("no such block");
}

// A speed cell at one epoch of 100 samples/s with 1000 MACs a sample.
CellRecord timed(const char* rule, uint64_t seed, double gflops) {
  CellRecord r = testing::cell("speed", rule, "digits", seed, kNaN);
  r.id.mode = Mode::speed;
  r.outcome.samples_per_s_train = 1e6;
  r.outcome.repetitions_train = {1e6};
  r.outcome.macs_per_sample = 1000;
  r.outcome.rule_metrics = {{"machine_gflops", gflops},
                            {"machine_gbytes_per_s", 50},
                            {"bytes_per_sample", 400},
                            {"samples_per_s_first_epoch", 1e6},
                            {"samples_per_s_later_epochs", 4e6}};
  return r;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bench)

BOOST_AUTO_TEST_CASE(json_keeps_all_and_refuses_what_is_none) {
  const std::string text = bench_json(made());
  const Bench again = bench_from_json(text);
  BOOST_TEST(bench_json(again) == text);
  BOOST_TEST(again.rows.at(0).rivals.at(0).ratio == 2.0);
  BOOST_TEST(std::isnan(again.rows.at(1).of_peak));
  BOOST_CHECK_THROW(bench_from_json("{}"), std::runtime_error);
  BOOST_CHECK_THROW(bench_from_json("no JSON"), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(durations_have_three_digits) {
  BOOST_TEST(duration_text(580e-9) == "580 ns");
  BOOST_TEST(duration_text(3.84e-6) == "3.84 us");
  BOOST_TEST(duration_text(23.41e-6) == "23.4 us");
  BOOST_TEST(duration_text(1.7594e-3) == "1.76 ms");
  BOOST_TEST(duration_text(kNaN) == "");
}

BOOST_AUTO_TEST_CASE(a_run_with_a_bench_has_its_table) {
  ReportInput input;
  input.records = {testing::cell("accuracy", "bp", "digits", 0, 0.9)};
  const auto sections = [&] {
    const Summary summary = summarise(input.records);
    return sections_of(PageInput(input, summary));
  };
  BOOST_TEST((find(sections(), "bench") == nullptr));
  input.benches = {made()};
  const std::vector<Section> with = sections();
  const Section* section = find(with, "bench");
  BOOST_TEST_REQUIRE((section != nullptr));
  const Table& table = only<Table>(*section);
  BOOST_TEST(table.rows.size() == 2u);
  BOOST_TEST(table.columns.back().name == "eigen");
  BOOST_TEST(table.rows[0].back().value == 2.0);
  BOOST_TEST(table.rows[1].back().text.empty());
  const std::string note = only<Paragraph>(*section).text.pieces.front().text;
  BOOST_TEST(note.find("torch was absent: No module named 'torch'") != std::string::npos, note);
  BOOST_TEST(note.find("Identical work was up to 1.2× apart") != std::string::npos, note);
}

// 1000 MACs are 2000 operations: 2 GFLOP/s of 100, at 5 operations a byte; the roof is 50 * 5 = 250 > 100.
BOOST_AUTO_TEST_CASE(a_speed_study_has_a_roofline) {
  ReportInput input;
  for (uint64_t seed = 0; seed < 3; ++seed) input.records.push_back(timed("ed", seed, 100));
  const Summary summary = summarise(input.records);
  const std::vector<Section> sections = sections_of(PageInput(input, summary));
  const Section* section = find(sections, "roofline");
  BOOST_TEST_REQUIRE((section != nullptr));
  const Chart& chart = only<Charts>(*section).all.front().chart;
  BOOST_TEST(chart.series.size() == 2u);
  BOOST_TEST(chart.series[0].points.size() == 1u);
  BOOST_TEST(chart.series[0].points[0].x == 5.0, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(chart.series[0].points[0].y == 0.02, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(chart.series[1].points[1].x == 2.0, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(chart.series[1].points[1].y == 1.0, boost::test_tools::tolerance(1e-9));
  const Section* speed = find(sections, "speed");
  BOOST_TEST_REQUIRE((speed != nullptr));
  bool told = false;
  for (const Block& block : speed->blocks) {
    const Paragraph* p = std::get_if<Paragraph>(&block.is);
    told = told || (p != nullptr && p->text.pieces.front().text.find("1 M samples/s, then 4 M") !=
                                        std::string::npos);
  }
  BOOST_TEST(told);
}

// What ran beside is said where it is worth a word.
BOOST_AUTO_TEST_CASE(a_busy_machine_says_so) {
  ReportInput input;
  input.records = {timed("ed", 0, 100), timed("ed", 1, 100)};
  const auto first_note = [&] {
    const Summary summary = summarise(input.records);
    const std::vector<Section> sections = sections_of(PageInput(input, summary));
    return only<Paragraph>(*find(sections, "speed")).text.pieces.front().text;
  };
  input.records[0].outcome.rule_metrics["machine_load"] = 0.9;
  BOOST_TEST(first_note().find("busy") == std::string::npos);
  input.records[0].outcome.rule_metrics["machine_load"] = 2.5;
  input.records[1].outcome.rule_metrics["machine_gflops"] = 60;
  input.records[1].outcome.rule_metrics["machine_stolen"] = 0.12;
  BOOST_TEST(first_note().find(
                 "This machine was busy: up to 2.5 programs wanted each core, the peak was "
                 "between 60 and 100 GFLOP/s and a hypervisor took up to 12 % of the time.") !=
                 std::string::npos,
             first_note());
}

BOOST_AUTO_TEST_CASE(cells_of_an_older_agon_have_no_roofline) {
  ReportInput input;
  input.records = {timed("ed", 0, 100)};
  input.records[0].outcome.rule_metrics.clear();
  const Summary summary = summarise(input.records);
  BOOST_TEST((find(sections_of(PageInput(input, summary)), "roofline") == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
