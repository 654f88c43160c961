// SPDX-License-Identifier: MIT
//
// Speeds of two classes of hosts: a row for each, no ratio across them, and the page says so.
#include "reports/summary/hosts.h"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "reports/render/html/html.h"
#include "reports/sections/sections.h"
#include "reports/studies/sweep.h"
#include "reports/summary/summary.h"
#include "tests/reports/make.h"

namespace agon::reports {
namespace {

using testing::cell;

Provenance host(const std::string& cpu) {
  Provenance p;
  p.host_id = "id of " + cpu;
  p.cpu = cpu;
  p.simd_target = "AVX2";
  p.governor = "performance";
  p.agon_version = "0.1.0";
  return p;
}
const Provenance kOld = host("Old CPU"), kNew = host("New CPU");

void add(ReportInput& input, const std::string& rule, Mode mode, const Provenance& p, double rate,
         uint64_t first_seed = 0) {
  for (uint64_t seed = first_seed; seed < first_seed + 5; ++seed) {
    CellRecord r = cell("speed", rule, "digits", seed, kNaN);
    r.id.mode = mode;
    r.id.cell_key += std::string(name(mode)) + p.cpu;
    r.outcome.score_val = r.outcome.score_train = kNaN;
    r.outcome.samples_per_s_train = rate * (1 + 0.001 * static_cast<double>(seed % 5));
    r.outcome.samples_per_s_predict = 2 * r.outcome.samples_per_s_train;
    r.outcome.repetitions_train.assign(6, r.outcome.samples_per_s_train);
    r.outcome.repetitions_predict.assign(6, r.outcome.samples_per_s_predict);
    r.provenance = p;
    input.records.push_back(r);
  }
}

// bp on both classes, ed where it says.
ReportInput measured(std::initializer_list<const Provenance*> ed) {
  ReportInput input;
  for (const char* rule : {"bp", "ed"}) {
    for (uint64_t seed = 0; seed < 5; ++seed)
      input.records.push_back(cell("accuracy", rule, "digits", seed, 0.8));
  }
  for (const Provenance* p : {&kOld, &kNew}) {
    const double rate = p == &kOld ? 100 : 400;
    add(input, "bp", Mode::speed, *p, rate);
    add(input, "bp", Mode::speed_again, *p, rate * 1.001);
  }
  for (const Provenance* p : ed) add(input, "ed", Mode::speed, *p, 200);
  input.planned = input.records.size();
  return input;
}

std::string section(const ReportInput& input, const char* id) {
  const std::string page = render_html(input, summarise(input.records));
  const size_t at = page.find("<section id=\"" + std::string(id) + "\"");
  return at == std::string::npos ? "" : page.substr(at, page.find("</section>", at) - at);
}
bool says(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hosts)

BOOST_AUTO_TEST_CASE(a_class_is_what_decides_speed) {
  BOOST_TEST(host_class(kOld) == "Old CPU, AVX2, governor performance, 1 thread");
  Provenance twin = kOld;  // the node beside it
  twin.host_id = "another";
  twin.os = "another";
  BOOST_TEST(host_class(twin) == host_class(kOld));
  for (std::string Provenance::*decides : {&Provenance::simd_target, &Provenance::governor}) {
    Provenance other = kOld;
    other.*decides = "other";
    BOOST_TEST(host_class(other) != host_class(kOld));
  }
  BOOST_TEST(host_class({}) == "host , 1 thread");
}

BOOST_AUTO_TEST_CASE(each_class_has_rows_and_ratios_of_its_own) {
  const ReportInput input = measured({&kOld, &kNew});
  const Summary summary = summarise(input.records);
  std::vector<const SummaryRow*> ed;
  for (const SummaryRow& row : summary.rows) {
    if (is_speed(row.mode) && row.rule == "ed") ed.push_back(&row);
  }
  BOOST_TEST_REQUIRE(ed.size() == 2u);
  BOOST_TEST(ed[0]->host == "A");
  BOOST_TEST(ed[1]->host == "B");
  // Twice as fast as bp beside it, and half as fast: both classes in one ratio would make it 1.
  BOOST_TEST(std::abs(ed[0]->train_ratio.value - 2) < 0.01);
  BOOST_TEST(std::abs(ed[1]->train_ratio.value - 0.5) < 0.01);
  BOOST_TEST(ed[0]->train.processes() == 5u);
  for (const ScoreboardRow& row : summary.scoreboard.rows) {
    BOOST_TEST(std::isnan(row.train_ratio.value), row.label);
    BOOST_TEST(row.cells == (row.is_baseline ? 25u : 15u));  // over all studies
  }
}

BOOST_AUTO_TEST_CASE(a_rule_that_ran_on_another_class_than_bp_has_no_ratio) {
  ReportInput input = measured({});
  std::erase_if(input.records, [](const CellRecord& r) {
    return is_speed(r.id.mode) && r.provenance->cpu == kNew.cpu;
  });
  add(input, "ed", Mode::speed, kNew, 300);
  const Summary summary = summarise(input.records);
  for (const SummaryRow& row : summary.rows) {
    if (!is_speed(row.mode) || row.rule != "ed") continue;
    BOOST_TEST(row.train.rate > 300.0);
    BOOST_TEST(std::isnan(row.train_ratio.value));
    BOOST_TEST(std::isnan(row.predict_ratio.value));
  }
  BOOST_TEST(!says(verdict(input, summary), "samples per second"));
}

BOOST_AUTO_TEST_CASE(the_page_names_the_classes) {
  const ReportInput both = measured({&kOld, &kNew});
  std::string text = section(both, "speed");
  BOOST_TEST(says(text, "measured on 2 classes of hosts"), text);
  BOOST_TEST(says(text, "A: Old CPU, AVX2, governor performance, 1 thread"));
  BOOST_TEST(says(text, "B: New CPU, AVX2, governor performance, 1 thread"));
  BOOST_TEST(says(text, "host=B"));
  BOOST_TEST(says(section(both, "provenance"), "Cells of speed ran on 2 classes of hosts"));

  ReportInput one = both;  // trained on both, timed on one
  std::erase_if(one.records, [](const CellRecord& r) {
    return is_speed(r.id.mode) && r.provenance->cpu == kNew.cpu;
  });
  one.records[0].provenance = kNew;
  one.records[1].provenance = kOld;
  text = section(one, "speed");
  BOOST_TEST(!says(text, "classes of hosts"));
  BOOST_TEST(!says(text, "host="));
  BOOST_TEST(
      says(section(one, "provenance"), "Cells of speed all ran on one class of hosts: Old CPU"));
}

// Of a study over a parameter: a line for each class, also where the values were shared out.
BOOST_AUTO_TEST_CASE(a_sweep_of_speed_has_a_line_for_each_class) {
  ReportInput input;
  add(input, "bp", Mode::speed, kOld, 100);
  add(input, "bp", Mode::speed, kNew, 400, 5);
  for (CellRecord& r : input.records) {
    const bool wide = r.provenance->cpu == kNew.cpu;
    r.id.width = wide ? 64 : 32;
    r.id.params_json = wide ? "{\"width\":64}" : "{\"width\":32}";
  }
  StudyCard card{"speed", "", StudyKind::speed, "width", "samples_per_s_train"};
  input.run.studies = {card};
  const std::vector<Sweep> sweeps = make_sweeps(input);
  BOOST_TEST_REQUIRE(sweeps.size() == 1u);
  BOOST_TEST_REQUIRE(sweeps[0].lines.size() == 2u);
  BOOST_TEST(sweeps[0].lines[0].points.size() == 1u);
  BOOST_TEST(says(sweeps[0].lines[0].variant + sweeps[0].lines[1].variant, "host=B"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
