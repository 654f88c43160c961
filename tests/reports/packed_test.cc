// SPDX-License-Identifier: MIT
//
// What older stores packed is read, and every prefix and every single-byte change of it meets a
// reader that throws or reads, and never past the end.
#include "tests/reports/packed.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <stdexcept>

#include "reports/store/packed.h"

namespace agon::reports {
namespace {

using testing::unhex;

template <typename Read>
void check_damage(const std::string& bytes, Read read) {
  for (size_t n = 1; n < bytes.size(); ++n)
    BOOST_CHECK_THROW(read(bytes.substr(0, n)), std::runtime_error);
  BOOST_CHECK_THROW(read(bytes + "x"), std::runtime_error);
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (const int change : {1, 0x80, 0xff}) {
      std::string other = bytes;
      other[i] = static_cast<char>(other[i] ^ change);
      try {
        BOOST_TEST(read(other) <= 1'000'000u);
      } catch (const std::runtime_error&) {
      }
    }
  }
}

size_t points_of(const std::string& bytes) {
  CellOutcome outcome;
  unpack_curve(bytes, outcome);
  return outcome.curve.size();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(packed)

// 10^8 points, each column one value that all of them have: gigabytes out of 60 bytes.
BOOST_AUTO_TEST_CASE(a_curve_has_no_more_points_than_bytes) {
  std::string bytes = unhex("0180c2d72f");
  for (int column = 0; column < 3; ++column) bytes += unhex("0002");
  for (int column = 0; column < 5; ++column) bytes += std::string(9, '\0');
  BOOST_CHECK_THROW(points_of(bytes), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(curves_of_one_task_and_of_two) {
  CellOutcome one, two;
  unpack_curve(unhex(testing::kPackedCurve), one);
  BOOST_TEST_REQUIRE(one.curve.size() == 2u);
  BOOST_TEST(one.curve[1].updates == 90);
  BOOST_TEST(one.curve[1].samples == 1437);
  BOOST_TEST(one.curve[1].train_s == 0.5);
  BOOST_TEST(one.curve[0].loss_train == 2.3);
  BOOST_TEST(one.curve[1].score_train == 0.8);
  BOOST_TEST(std::isnan(one.curve[1].score_val));
  BOOST_TEST(one.series.empty());
  unpack_curve(unhex(testing::kPackedTwoTasks), two);
  BOOST_TEST(two.curve.size() == 2u);
  BOOST_TEST_REQUIRE(two.series.size() == 4u);
  BOOST_TEST(two.series[1].series == "score_a");
  BOOST_TEST(two.series[1].x == 64);
  BOOST_TEST(two.series[1].value == 0.25);
  BOOST_TEST(two.series[3].series == "score_b");
  BOOST_TEST(two.series[3].value == 0.25);
  check_damage(unhex(testing::kPackedCurve), points_of);
  check_damage(unhex(testing::kPackedTwoTasks), points_of);
  BOOST_TEST(points_of("") == 0u);
}

BOOST_AUTO_TEST_CASE(pictures_and_the_first_heatmaps) {
  const std::string bytes = unhex(testing::kPackedPictures);
  const auto read = unpack_pictures(bytes);
  BOOST_TEST_REQUIRE(read.size() == 2u);
  BOOST_TEST(read[0].title == "A <b>");
  BOOST_TEST(read[0].values == (std::vector<float>{1.5f, -2.25f}),
             boost::test_tools::per_element());
  BOOST_TEST(read[0].kind == "heatmap");
  BOOST_TEST(read[1].kind == "images");
  BOOST_TEST(read[1].series == (std::vector<std::string>{"0", "", "two"}),
             boost::test_tools::per_element());
  BOOST_TEST(read[1].image_cols == 300);
  check_damage(bytes, [](const std::string& other) { return unpack_pictures(other).size(); });
  BOOST_TEST(unpack_pictures("").empty());
  // Format 1, one picture: key, title, column, row and value title, 1 x 2 values, 0 and 1.
  const auto first = unpack_pictures(
      {"\x01\x01\x01k\x01T\x01x\x01y\x00\x01\x02\x02\x00\x00\x00\x00\x00\x00\x80\x3f", 22});
  BOOST_TEST_REQUIRE(first.size() == 1u);
  BOOST_TEST(first[0].kind == "heatmap");
  BOOST_TEST(first[0].values == (std::vector<float>{0, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(numbers_metrics_and_warnings) {
  BOOST_TEST(unpack_numbers(unhex("000000000000e03f")).at(0) == 0.5);
  BOOST_CHECK_THROW(unpack_numbers("1234567"), std::runtime_error);
  const auto metrics = unpack_metrics(R"({"a": 1.5, "b": "nan", "c": "-inf"})");
  BOOST_TEST(metrics.at("a") == 1.5);
  BOOST_TEST(std::isnan(metrics.at("b")));
  BOOST_TEST(std::isinf(metrics.at("c")));
  BOOST_CHECK_THROW(unpack_metrics(R"({"a": "many"})"), std::runtime_error);
  BOOST_CHECK_THROW(unpack_metrics("[1"), std::runtime_error);
  BOOST_TEST(unpack_warnings(R"([["often", 7]])").at(0).times == 7);
  for (const char* other : {"{}", "[1]", "[[\"x\"]]", "[[1,2]]", "[[\"x\",\"y\"]]"})
    BOOST_CHECK_THROW(unpack_warnings(other), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(harms_are_series_of_scores_and_errors) {
  std::vector<SeriesPoint> series;
  unpack_harms(R"([["lesion",0.1,3,0.75,"inf",""],["lesion",0.2,3,0.5,"nan",""]])", series);
  BOOST_TEST_REQUIRE(series.size() == 3u);
  BOOST_TEST(series[0].series == "score@lesion");
  BOOST_TEST(series[0].value == 0.75);
  BOOST_TEST(series[1].series == "nrmse@lesion");
  BOOST_TEST(series[1].x == 0.1);
  BOOST_TEST(std::isinf(series[1].value));
  BOOST_TEST(series[2].x == 0.2);
  for (const char* other : {"{}", "[1]", "[[\"a\",1,1,1,1]]", "[[1,1,1,1,1,\"\"]]",
                            "[[\"a\",1,1,\"x\",1,\"\"]]", "[[\"a\",1,0.5,1,1,\"\"]]"})
    BOOST_CHECK_THROW(unpack_harms(other, series), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
