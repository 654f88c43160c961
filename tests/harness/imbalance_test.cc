// SPDX-License-Identifier: MIT
//
// Studies over the imbalance of the training rows, and over batch and width: what their files say,
// and which rows are trained on.
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>

#include "core/error.h"
#include "harness/plan/plan.h"
#include "harness/studies/part.h"
#include "tests/harness/setup.h"

using namespace agon;
using namespace agon::harness;

namespace {

std::string suite_of(const std::string& kind, const std::string& study) {
  return "schema = 1\nname = \"t\"\n[[study]]\nname = \"s\"\nkind = \"" + kind + "\"\n" + study +
         "[[study.grid]]\nrules = [\"bp\"]\ntasks = [\"digits\", \"sine\"]\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(imbalance)

BOOST_AUTO_TEST_CASE(a_ratio_is_a_cell_of_tasks_with_classes) {
  static const datasets::Catalogue catalogue({});
  RuleManifest rule;
  rule.id = "bp";
  rule.capabilities = AGON_CAN_CLASSIFY | AGON_CAN_REGRESS;
  const Plan plan =
      make_plan(parse_suite(suite_of("imbalance", "seeds = 1\nratios = [1, 50]\n"), "t.toml"),
                {rule}, {}, catalogue);
  BOOST_TEST(plan.suite.studies.at(0).by == "ratio");
  BOOST_TEST_REQUIRE(plan.cells.size() == 4u);
  BOOST_TEST(identity(plan, plan.cells[1]).condition == "ratio=50");
  BOOST_TEST(!job_of(plan, plan.cells[1]).refit);
  BOOST_TEST(plan.cells[1].skip == "");
  BOOST_TEST(plan.cells[2].skip == "ratios are of tasks with classes");
}

BOOST_AUTO_TEST_CASE(ratios_ascend_from_1) {
  for (const auto& [study, where, words] : std::vector<std::array<const char*, 3>>{
           {"", "3:1", "'ratios' is missing"},
           {"ratios = [0.5]\n", "6:11", "at least 1"},
           {"ratios = [inf]\n", "6:11", "at least 1"},
           {"ratios = [5, 5]\n", "6:14", "does not ascend"},
           {"ratios = [1]\nrefit = true\n", "7:9", "fits no second model"},
           {"ratios = [1]\nby = \"lr\"\n", "7:6", "goes over ratio"}}) {
    try {
      parse_suite(suite_of("imbalance", study), "t.toml");
      BOOST_ERROR("taken: " << study);
    } catch (const Error& e) {
      BOOST_TEST(std::string(e.what()).find(words) != std::string::npos, e.what());
      BOOST_TEST(std::string(e.what()).find(std::string("t.toml:") + where) != std::string::npos,
                 e.what());
    }
  }
}

BOOST_AUTO_TEST_CASE(classes_fall_geometrically) {
  const datasets::Catalogue catalogue({});
  const datasets::Task task = catalogue.load(catalogue.info("digits"));
  const auto rows = part_of(
      task.split.train, task.data.labels,
      [](int32_t label) { return std::pow(50.0, -label / 9.0); }, 3);
  std::map<int32_t, double> all, kept;
  for (const int32_t r : task.split.train) ++all[task.data.labels[static_cast<size_t>(r)]];
  for (const int32_t r : rows) ++kept[task.data.labels[static_cast<size_t>(r)]];
  for (const auto& [label, n] : all)
    BOOST_TEST(kept[label] == std::max(1.0, std::round(n * std::pow(50.0, -label / 9.0))));
}

BOOST_AUTO_TEST_CASE(few_rows_of_most_classes_cost_score) {
  Setup setup("bp", "digits", "epochs=3");
  setup.job.refit = false;
  const auto protocol = study_type(reports::StudyKind::imbalance).protocol;
  const reports::CellOutcome plain = setup.train();
  setup.job.conditions = {{"ratio", {1}}};
  BOOST_TEST(setup.train(protocol).score_test == plain.score_test);
  setup.job.conditions = {{"ratio", {50}}};
  BOOST_TEST(setup.train(protocol).score_test < plain.score_test - 0.05);
}

BOOST_AUTO_TEST_CASE(batch_and_width_go_over_what_they_are_called) {
  for (const std::string kind : {"batch", "width"}) {
    BOOST_TEST(parse_suite(suite_of(kind, ""), "t.toml").studies.at(0).by == kind);
    BOOST_CHECK_THROW(parse_suite(suite_of(kind, "by = \"lr\"\n"), "t.toml"), Error);
  }
}

BOOST_AUTO_TEST_SUITE_END()
