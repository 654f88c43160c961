// SPDX-License-Identifier: MIT
//
// What a study varies beside the parameters of its rules tells its cells apart in every part of a
// report, as a parameter does.
#include <boost/test/unit_test.hpp>

#include "reports/claims/claims.h"
#include "reports/record/params.h"
#include "reports/studies/sweep.h"
#include "reports/summary/group.h"
#include "reports/summary/summary.h"
#include "tests/reports/make.h"

namespace agon::reports {
namespace {

using testing::cell;

CellRecord at(const char* condition, uint64_t seed, double score) {
  CellRecord r = cell("few", "bp", "digits", seed, score);
  r.id.condition = condition;
  r.id.cell_key += condition;
  return r;
}

ReportInput input() {
  ReportInput out;
  out.run.studies = {{"few", "?", StudyKind::sweep, "share"}};
  for (const uint64_t seed : {0, 1, 2}) {
    out.records.push_back(at("share=0.1", seed, 0.5));
    out.records.push_back(at("share=1", seed, 0.9));
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(condition)

BOOST_AUTO_TEST_CASE(it_is_a_parameter_of_the_cell) {
  const CellRecord r = at("share=0.1", 0, 0.5);
  BOOST_TEST(params_of(r.id).at("share") == "0.1");
  BOOST_TEST(matches({"few", "bp", "digits", {{"share", {"0.10"}}}}, r.study, r.id));
  BOOST_TEST(!matches({"few", "bp", "digits", {{"share", {"1"}}}}, r.study, r.id));
  BOOST_TEST(params_of(cell("few", "bp", "digits", 0, 0.5).id).count("share") == 0u);
}

BOOST_AUTO_TEST_CASE(its_values_are_settings_and_places_on_a_line) {
  const ReportInput report = input();
  const auto groups = group_cells(report.records);
  BOOST_TEST_REQUIRE(groups.size() == 2u);
  BOOST_TEST(groups[0].variant == "share=0.1");
  BOOST_TEST(groups[0].cells.size() == 3u);
  const std::vector<Sweep> sweeps = make_sweeps(report);
  BOOST_TEST_REQUIRE(sweeps.size() == 1u);
  BOOST_TEST_REQUIRE(sweeps[0].lines.size() == 1u);
  BOOST_TEST(sweeps[0].values == (std::vector<std::string>{"0.1", "1"}),
             boost::test_tools::per_element());
  BOOST_TEST(sweeps[0].lines[0].points.at(1).center == 0.9);
}

BOOST_AUTO_TEST_CASE(a_claim_reads_the_cells_of_one_value) {
  const ReportInput report = input();
  ClaimCheck check;
  check.what = "all rows against a tenth";
  check.of = {"few", "bp", "digits", {{"share", {"1"}}}};
  check.minus = CellFilter{"few", "bp", "digits", {{"share", {"0.1"}}}};
  check.at_least = 0.35;
  const std::vector<ClaimCard> claims{{"s", "t", "", {check}}};
  const auto judged = judge(claims, report.records);
  BOOST_TEST((judged.at(0).verdict == Verdict::holds));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
