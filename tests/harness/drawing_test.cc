// SPDX-License-Identifier: MIT
#include "harness/run/drawing.h"

#include <boost/test/unit_test.hpp>
#include <vector>

using namespace agon::harness;
using Lines = std::vector<std::string>;

BOOST_AUTO_TEST_SUITE(drawing)

BOOST_AUTO_TEST_CASE(a_picture_is_shaded_from_its_lowest_to_its_highest_value) {
  const std::vector<float> values{0, 5, 10, 10, 5, 0};
  BOOST_TEST(draw_picture(values, 2, 3, 6) == (Lines{"  ++@@", "@@++  "}),
             boost::test_tools::per_element());
  BOOST_TEST(draw_picture(values, 2, 3, 5) == (Lines{" +@", "@+ "}),
             boost::test_tools::per_element());
  // Too wide: two values a side are one.
  const std::vector<float> wide{0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0};
  BOOST_TEST(draw_picture(wide, 3, 4, 2) == (Lines{" @", "@ "}), boost::test_tools::per_element());
  BOOST_TEST(draw_picture(std::vector<float>{3, 3}, 1, 2, 9) == Lines{"    "},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_wave_goes_from_left_to_right) {
  BOOST_TEST(draw_wave(std::vector<float>{0, 1, 2, 1}, 10, 3) == (Lines{"  * ", " * *", "*   "}),
             boost::test_tools::per_element());
  BOOST_TEST(draw_wave(std::vector<float>{0, 0, 4, 4}, 2, 2) == (Lines{" *", "* "}),
             boost::test_tools::per_element());
  BOOST_TEST(draw_wave(std::vector<float>{7}, 5, 2) == (Lines{" ", "*"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(drawings_stand_side_by_side) {
  BOOST_TEST(beside({{"ab", "cd"}, {"e", "f"}}, 2) == (Lines{"ab  e", "cd  f"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
