// SPDX-License-Identifier: MIT
//
// Decoders meet every prefix and every single-byte change of valid bytes without reading past the
// end.
#include "reports/store/codec.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <stdexcept>

namespace agon::reports {

namespace {

std::vector<CurvePoint> curve_of(const std::string& bytes) {
  CellOutcome outcome;
  decode_curve(bytes, outcome);
  return outcome.curve;
}

std::vector<SeriesPoint> series_of(const std::string& json) {
  std::vector<SeriesPoint> series;
  decode_series(json, series);
  return series;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(codec)

BOOST_AUTO_TEST_CASE(a_constant_column_costs_nine_bytes_and_counts_few) {
  std::vector<CurvePoint> curve(100);
  for (size_t i = 0; i < curve.size(); ++i) curve[i].epoch = static_cast<int64_t>(i);
  // 1 format, 1 count, epoch 1 + 100, two zero counts of 2, five constant numbers of 9.
  BOOST_TEST(encode_curve(curve).size() == 152u);
  BOOST_TEST(encode_curve({}).empty());
  BOOST_TEST(curve_of("").empty());
}

BOOST_AUTO_TEST_CASE(counts_of_any_sign_and_size_round_trip) {
  std::vector<CurvePoint> curve(4);
  curve[0].updates = std::numeric_limits<int64_t>::min();
  curve[1].updates = std::numeric_limits<int64_t>::max();
  curve[2].updates = -1;
  const auto read = curve_of(encode_curve(curve));
  for (size_t i = 0; i < curve.size(); ++i) BOOST_TEST(read.at(i).updates == curve[i].updates);
}

BOOST_AUTO_TEST_CASE(scores_of_two_tasks_in_a_curve_of_an_older_agon_are_series) {
  std::vector<CurvePoint> curve(2);
  curve[1].samples = 64;
  std::string bytes = encode_curve(curve);
  bytes[0] = 2;
  const std::string half = encode_numbers(std::vector{0.5}),
                    quarter = encode_numbers(std::vector{0.25});
  bytes += '\x01' + half + quarter + '\0' + quarter;  // 0.5 and 0.25 of A, 0.25 twice of B
  CellOutcome read;
  decode_curve(bytes, read);
  BOOST_TEST(read.curve.size() == 2u);
  BOOST_TEST_REQUIRE(read.series.size() == 4u);
  BOOST_TEST(read.series[1].series == "score_a");
  BOOST_TEST(read.series[1].x == 64);
  BOOST_TEST(read.series[1].value == 0.25);
  BOOST_TEST(read.series[2].series == "score_b");
  BOOST_TEST(read.series[2].value == 0.25);
  BOOST_CHECK_THROW(curve_of(bytes.substr(0, bytes.size() - 1)), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(damaged_curves_throw_or_decode_but_never_overrun) {
  std::vector<CurvePoint> curve(7);
  for (size_t i = 0; i < curve.size(); ++i) {
    curve[i] = {
        static_cast<int64_t>(i), 300, 5000, 0.5 * static_cast<double>(i), kNaN, 0.25, 0.5, 0.1};
  }
  const std::string bytes = encode_curve(curve);
  for (size_t n = 1; n < bytes.size(); ++n) {
    BOOST_CHECK_THROW(curve_of(bytes.substr(0, n)), std::runtime_error);
  }
  BOOST_CHECK_THROW(curve_of(bytes + "x"), std::runtime_error);
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (const int change : {1, 0x80, 0xff}) {
      std::string other = bytes;
      other[i] = static_cast<char>(other[i] ^ change);
      try {
        BOOST_TEST(curve_of(other).size() <= 1'000'000u);
      } catch (const std::runtime_error&) {
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(pictures_round_trip_and_damage_never_overruns) {
  Picture heat{"activity", "Activity <per> layer", "step", "layer z", "mean |a|", 2, 3, {}};
  heat.values = {0,      1.5f,
                 -2.25f, std::numeric_limits<float>::infinity(),
                 1e-40f, std::numeric_limits<float>::quiet_NaN()};
  Picture none;
  none.kind = "images";
  none.series = {"0", "", "two, \xc2\xb5"};
  none.image_rows = 8;
  none.image_cols = 300;
  const std::string bytes = encode_pictures(std::vector{heat, none});
  const auto read = decode_pictures(bytes);
  BOOST_TEST_REQUIRE(read.size() == 2u);
  BOOST_TEST(read[0].key == heat.key);
  BOOST_TEST(read[0].title == heat.title);
  BOOST_TEST(read[0].column_title == heat.column_title);
  BOOST_TEST(read[0].row_title == heat.row_title);
  BOOST_TEST(read[0].value_title == heat.value_title);
  BOOST_TEST(read[0].rows == 2);
  BOOST_TEST(read[0].cols == 3);
  BOOST_TEST_REQUIRE(read[0].values.size() == 6u);
  for (size_t i = 0; i < 5; ++i) BOOST_TEST(read[0].values[i] == heat.values[i]);
  BOOST_TEST(std::isnan(read[0].values[5]));
  BOOST_TEST(read[0].kind == "heatmap");
  BOOST_TEST(read[0].series.empty());
  BOOST_TEST(read[1].values.empty());
  BOOST_TEST(read[1].kind == "images");
  BOOST_TEST(read[1].series == none.series, boost::test_tools::per_element());
  BOOST_TEST(read[1].image_rows == 8);
  BOOST_TEST(read[1].image_cols == 300);
  BOOST_TEST(encode_pictures({}).empty());
  BOOST_TEST(decode_pictures("").empty());

  for (size_t n = 1; n < bytes.size(); ++n) {
    BOOST_CHECK_THROW(decode_pictures(std::string_view(bytes).substr(0, n)), std::runtime_error);
  }
  BOOST_CHECK_THROW(decode_pictures(bytes + "x"), std::runtime_error);
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (const int change : {1, 0x80, 0xff}) {
      std::string other = bytes;
      other[i] = static_cast<char>(other[i] ^ change);
      try {
        BOOST_TEST(decode_pictures(other).size() <= bytes.size());
      } catch (const std::runtime_error&) {
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(series_round_trip_and_damage_is_refused) {
  const double inf = std::numeric_limits<double>::infinity();
  const std::vector<SeriesPoint> series{
      {"nrmse@lesion", 0.1, 3, inf}, {"score@state-noise", kNaN, 0, kNaN, "it has no \"state\""}};
  const std::string text = encode_series(series);
  const auto read = series_of(text);
  BOOST_TEST_REQUIRE(read.size() == 2u);
  BOOST_TEST(read[0].series == "nrmse@lesion");
  BOOST_TEST(read[0].x == 0.1);
  BOOST_TEST(read[0].draws == 3);
  BOOST_TEST(read[0].value == inf);
  BOOST_TEST(read[1].reason == series[1].reason);
  for (const double x : {read[1].x, read[1].value}) BOOST_TEST(std::isnan(x));
  BOOST_TEST(encode_series({}).empty());
  BOOST_TEST(series_of("").empty());
  for (size_t n = 1; n < text.size(); ++n)
    BOOST_CHECK_THROW(series_of(text.substr(0, n)), std::runtime_error);
  for (const char* other : {"{}", "[1]", "[[\"a\",1,1,1,1]]", "[[1,1,1,1,1,\"\"]]",
                            "[[\"a\",1,1,\"x\",1,\"\"]]", "[[\"a\",1,0.5,1,1,\"\"]]"})
    BOOST_CHECK_THROW(series_of(other), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(harms_of_an_older_agon_are_series) {
  const auto read = series_of(R"([["lesion",0.1,3,0.75,"inf",""],["lesion",0.2,3,0.5,"nan",""]])");
  BOOST_TEST_REQUIRE(read.size() == 3u);
  BOOST_TEST(read[0].series == "score@lesion");
  BOOST_TEST(read[0].value == 0.75);
  BOOST_TEST(read[1].series == "nrmse@lesion");
  BOOST_TEST(read[1].x == 0.1);
  BOOST_TEST(std::isinf(read[1].value));
  BOOST_TEST(read[2].x == 0.2);
}

BOOST_AUTO_TEST_CASE(pictures_of_an_older_agon_are_heatmaps) {
  // Format 1, one picture: key, title, column, row and value title, 1 x 2 values, 0 and 1.
  const std::string bytes{
      "\x01\x01\x01k\x01T\x01x\x01y\x00\x01\x02\x02\x00\x00\x00\x00\x00\x00\x80\x3f", 22};
  const auto read = decode_pictures(bytes);
  BOOST_TEST_REQUIRE(read.size() == 1u);
  BOOST_TEST(read[0].kind == "heatmap");
  BOOST_TEST(read[0].title == "T");
  BOOST_TEST(read[0].series.empty());
  BOOST_TEST(read[0].cols == 2);
  BOOST_TEST(read[0].values == (std::vector<float>{0, 1}), boost::test_tools::per_element());
  for (size_t n = 1; n < bytes.size(); ++n)
    BOOST_CHECK_THROW(decode_pictures(std::string_view(bytes).substr(0, n)), std::runtime_error);
  BOOST_CHECK_THROW(decode_pictures(std::string("\x03") + bytes.substr(1)), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(studies_and_claims_round_trip) {
  RunInfo run;
  run.studies = {{"units", "How many units?", "sweep", "width", "epochs_to_target"}, {"a", "b"}};
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

  const RunInfo read = decode_run(encode_run(run));
  BOOST_TEST_REQUIRE(read.studies.size() == 2u);
  BOOST_TEST(read.studies[0].kind == "sweep");
  BOOST_TEST(read.studies[0].by == "width");
  BOOST_TEST(read.studies[0].value == "epochs_to_target");
  BOOST_TEST(read.studies[1].kind == "");
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
  const RunInfo run = decode_run(R"({"studies": [{"name": "accuracy", "question": "?"}]})");
  BOOST_TEST(run.studies.at(0).kind == "");
  BOOST_TEST(run.studies.at(0).value == "score_test");
  BOOST_TEST(run.claims.empty());
}

BOOST_AUTO_TEST_CASE(json_of_other_shapes_is_refused) {
  BOOST_CHECK_THROW(decode_run("[]"), std::runtime_error);
  BOOST_CHECK_THROW(decode_run("{\"run_id\": 3}"), std::runtime_error);
  BOOST_CHECK_THROW(decode_run("{\"rules\": [3]}"), std::runtime_error);
  BOOST_CHECK_THROW(decode_run("{\"claims\": 3}"), std::runtime_error);
  BOOST_CHECK_THROW(decode_run("{\"claims\": [{\"checks\": [7]}]}"), std::runtime_error);
  BOOST_CHECK_THROW(decode_run("{\"claims\": [{\"checks\": [{\"at_least\": \"much\"}]}]}"),
                    std::runtime_error);
  BOOST_CHECK_THROW(decode_run("{\"claims\": [{\"checks\": [{\"of\": []}]}]}"), std::runtime_error);
  BOOST_CHECK_THROW(decode_run("{\"claims\": [{\"checks\": [{\"of\": {\"params\": [1]}}]}]}"),
                    std::runtime_error);
  BOOST_CHECK_THROW(decode_run("{"), std::runtime_error);
  BOOST_CHECK_THROW(decode_metrics("{\"a\": \"many\"}"), std::runtime_error);
  BOOST_TEST(decode_run("{}").run_id == "");
}

BOOST_AUTO_TEST_CASE(text_that_is_no_utf8_does_not_break_the_run) {
  RunInfo run;
  run.command = "agon run \xff\xfe";
  BOOST_TEST(decode_run(encode_run(run)).command.starts_with("agon run "));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
