// SPDX-License-Identifier: MIT
//
// What a run says of itself round-trips; JSON of other shapes is refused.
#include "reports/record/run_json.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace agon::reports {

BOOST_AUTO_TEST_SUITE(run_as_json)

BOOST_AUTO_TEST_CASE(studies_and_claims_round_trip) {
  RunInfo run;
  run.studies = {{"units", "How many units?", StudyKind::sweep, "width", "epochs_to_target"},
                 {"a", "b"}};
  ClaimCheck check;
  check.what = "ED, worst seed";
  check.of = {"units", "ed", "xor", {{"width", {"1", "2"}}, {"act", {"tanh"}}}};
  check.over = CellFilter{"units", "bp", "", {}};
  check.value = "m_energy";
  check.take = "exponent";
  check.by = "width";
  check.per = "depth";
  check.at_least = 0.1 + 0.2;
  ClaimCheck bounded;
  bounded.minus = CellFilter{"x", "y", "z", {{"lr", {}}}};
  bounded.at_most = std::numeric_limits<double>::infinity();
  run.claims = {{"Figure c1", "It learns", "a note", {check, bounded}}, {"", "", "", {}}};

  const RunInfo read = run_from_json(run_json(run));
  BOOST_TEST_REQUIRE(read.studies.size() == 2u);
  BOOST_TEST((read.studies[0].kind == StudyKind::sweep));
  BOOST_TEST(read.studies[0].by == "width");
  BOOST_TEST(read.studies[0].value == "epochs_to_target");
  BOOST_TEST((read.studies[1].kind == StudyKind::none));
  BOOST_TEST(read.studies[1].value == "score_test");
  BOOST_TEST_REQUIRE(read.claims.size() == 2u);
  BOOST_TEST(read.claims[0].source == "Figure c1");
  BOOST_TEST(read.claims[0].text == "It learns");
  BOOST_TEST(read.claims[0].note == "a note");
  BOOST_TEST(read.claims[1].checks.empty());
  BOOST_TEST_REQUIRE(read.claims[0].checks.size() == 2u);
  const ClaimCheck &a = read.claims[0].checks[0], &b = read.claims[0].checks[1];
  BOOST_TEST(a.what == check.what);
  BOOST_TEST(a.of.study == "units");
  BOOST_TEST(a.of.rule == "ed");
  BOOST_TEST(a.of.task == "xor");
  BOOST_TEST((a.of.params == check.of.params));
  BOOST_TEST(!a.minus.has_value());
  BOOST_TEST_REQUIRE(a.over.has_value());
  BOOST_TEST(a.over->rule == "bp");
  BOOST_TEST(a.value == "m_energy");
  BOOST_TEST(a.take == "exponent");
  BOOST_TEST(a.by == "width");
  BOOST_TEST(a.per == "depth");
  BOOST_TEST(a.at_least == check.at_least);
  BOOST_TEST(std::isnan(a.at_most));
  BOOST_TEST_REQUIRE(b.minus.has_value());
  BOOST_TEST((b.minus->params == bounded.minus->params));
  BOOST_TEST(!b.over.has_value());
  BOOST_TEST(std::isnan(b.at_least));
  BOOST_TEST(b.at_most == bounded.at_most);
  BOOST_TEST(b.take == "mean");
}

BOOST_AUTO_TEST_CASE(a_run_of_an_older_agon_reads_with_defaults) {
  const RunInfo run = run_from_json(R"({"studies": [{"name": "accuracy", "question": "?"}]})");
  BOOST_TEST((run.studies.at(0).kind == StudyKind::none));
  BOOST_TEST(run.studies.at(0).value == "score_test");
  BOOST_TEST(run.claims.empty());
}

BOOST_AUTO_TEST_CASE(json_of_other_shapes_is_refused) {
  BOOST_CHECK_THROW(run_from_json("[]"), std::runtime_error);
  BOOST_CHECK_THROW(run_from_json("{\"run_id\": 3}"), std::runtime_error);
  BOOST_CHECK_THROW(run_from_json("{\"rules\": [3]}"), std::runtime_error);
  BOOST_CHECK_THROW(run_from_json("{\"claims\": 3}"), std::runtime_error);
  BOOST_CHECK_THROW(run_from_json("{\"claims\": [{\"checks\": [7]}]}"), std::runtime_error);
  BOOST_CHECK_THROW(run_from_json("{\"claims\": [{\"checks\": [{\"at_least\": \"much\"}]}]}"),
                    std::runtime_error);
  BOOST_CHECK_THROW(run_from_json("{\"claims\": [{\"checks\": [{\"of\": []}]}]}"),
                    std::runtime_error);
  BOOST_CHECK_THROW(run_from_json("{\"claims\": [{\"checks\": [{\"of\": {\"params\": [1]}}]}]}"),
                    std::runtime_error);
  BOOST_CHECK_THROW(run_from_json("{"), std::runtime_error);
  BOOST_TEST(run_from_json("{}").run_id == "");
}

BOOST_AUTO_TEST_CASE(nan_is_left_out_and_the_word_of_older_files_reads) {
  RunInfo run;
  run.tasks.emplace_back().id = "digits";
  BOOST_TEST(run_json(run).find("ridge") == std::string::npos);
  BOOST_TEST(std::isnan(run_from_json(run_json(run)).tasks.at(0).ridge));
  BOOST_TEST(std::isnan(run_from_json(R"({"tasks": [{"ridge": "nan"}]})").tasks.at(0).ridge));
  BOOST_TEST(run_from_json(R"({"tasks": [{"ridge": 0.5}]})").tasks.at(0).ridge == 0.5);
}

BOOST_AUTO_TEST_CASE(text_that_is_no_utf8_does_not_break_the_run) {
  RunInfo run;
  run.command = "agon run \xff\xfe";
  BOOST_TEST(run_from_json(run_json(run)).command.starts_with("agon run "));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
