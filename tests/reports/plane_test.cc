// SPDX-License-Identifier: MIT
//
// A plane puts values where they belong; a path keeps its shape with few points.
#include "reports/render/svg/plane.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>

namespace agon::reports {
namespace {

// Points of a path of M and L, NaN between its runs.
std::vector<PlanePoint> points_of(const std::string& path) {
  std::vector<PlanePoint> out;
  for (size_t i = 0; i < path.size();) {
    if (path[i] == 'M' && !out.empty()) out.push_back({});
    size_t used = 0;
    const double x = std::stod(path.substr(i + 1), &used);
    i += 1 + used;
    const double y = std::stod(path.substr(i), &used);
    i += used;
    out.push_back({x, y});
  }
  return out;
}

double distance_to_path(const PlanePoint& p, const std::vector<PlanePoint>& path) {
  double out = HUGE_VAL;
  for (size_t i = 1; i < path.size(); ++i) {
    if (is_gap(path[i]) || is_gap(path[i - 1])) continue;
    out = std::min(out, distance_to(p, path[i - 1], path[i]));
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(plane)

BOOST_AUTO_TEST_CASE(a_path_keeps_its_shape_with_few_points) {
  std::vector<PlanePoint> circle;
  for (int i = 0; i <= 20000; ++i) {
    const double t = 0.0006 * i;  // about two turns
    circle.push_back({200 + 100 * std::cos(t), 150 + 100 * std::sin(t)});
  }
  const auto kept = points_of(path_data(circle));
  BOOST_TEST(kept.size() < 250u);
  BOOST_TEST(kept.size() > 40u);
  for (size_t i = 0; i < circle.size(); i += 37)
    BOOST_TEST(distance_to_path(circle[i], kept) < 0.4);  // 0.3, and rounding to 0.1
  BOOST_TEST(kept.front().x == 300.0);
  BOOST_TEST(kept.back().x == circle.back().x, boost::test_tools::tolerance(1e-3));
  // A line is its two ends.
  std::vector<PlanePoint> line;
  for (int i = 0; i < 100; ++i) line.push_back({2.0 * i, 1.0 * i});
  BOOST_TEST(path_data(line) == "M0.0 0.0L198.0 99.0");
}

BOOST_AUTO_TEST_CASE(noise_becomes_no_endless_path) {
  std::vector<PlanePoint> noise;
  uint64_t state = 7;
  for (int i = 0; i < 20000; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    noise.push_back({0.02 * i, static_cast<double>(state >> 56)});
  }
  const std::string path = path_data(noise);
  BOOST_TEST(points_of(path).size() <= 4000u);
  BOOST_TEST(path.size() < 50'000u);
}

BOOST_AUTO_TEST_CASE(gaps_stay_open) {
  BOOST_TEST(path_data(std::vector<PlanePoint>{{1, 1}, {2, 9}, {}, {4, 1}, {5, 9}, {6, 1}}) ==
             "M1.0 1.0L2.0 9.0M4.0 1.0L5.0 9.0L6.0 1.0");
  BOOST_TEST(path_data(std::vector<PlanePoint>{{}, {}}) == "");
  BOOST_TEST(path_data({}) == "");
}

BOOST_AUTO_TEST_CASE(equal_units_are_equally_long) {
  const ChartAxis axis;
  const std::vector<double> xs{-1, 1}, ys{-4, 4};
  const Plane free(axis, axis, xs, ys, {50, 10, 300, 200});
  BOOST_TEST(free.box().width == 300.0);
  const Plane equal(axis, axis, xs, ys, {50, 10, 300, 200}, true);
  const double along_x = equal.at(1, 0).x - equal.at(0, 0).x,
               along_y = equal.at(0, 0).y - equal.at(0, 1).y;
  BOOST_TEST(along_x == along_y, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(equal.box().height == 200.0, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(equal.box().width < 60.0);
  // A flat curve has room for its numbers all the same, and stays in its middle.
  const Plane flat(axis, axis, {0, 1000}, {0, 1}, {50, 10, 300, 200}, true);
  BOOST_TEST(flat.box().height == 40.0);
  BOOST_TEST(flat.at(0, 0.5).y == 30.0, boost::test_tools::tolerance(1e-3));
  BOOST_TEST(is_gap(flat.at(kNaN, 0)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
