// SPDX-License-Identifier: MIT
//
// Axes and drawings.
#include "reports/render/svg/svg.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>

#include "reports/render/svg/axis.h"

namespace {

using namespace agon::reports;

std::vector<std::string> labels(const AxisMap& map) {
  std::vector<std::string> out;
  for (const Tick& t : map.ticks()) out.push_back(t.label);
  return out;
}

ChartAxis axis(Scale scale, Ticks ticks = Ticks::plain) {
  return {"", scale, ticks, {}, kNaN, kNaN};
}

void check_labels(const AxisMap& map, const std::vector<std::string>& expected) {
  const std::vector<std::string> found = labels(map);
  BOOST_CHECK_EQUAL_COLLECTIONS(found.begin(), found.end(), expected.begin(), expected.end());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(svg)

BOOST_AUTO_TEST_CASE(ticks_are_round_numbers) {
  check_labels(AxisMap(axis(Scale::linear), {0, 1}), {"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"});
  check_labels(AxisMap(axis(Scale::linear), {0.93, 0.97}),
               {"0.93", "0.94", "0.95", "0.96", "0.97"});
  check_labels(AxisMap(axis(Scale::log10, Ticks::power), {1e-4, 1}),
               {"10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "10⁰"});
  check_labels(AxisMap(axis(Scale::log10, Ticks::prefix), {1e3, 2e6}),
               {"1 k", "10 k", "100 k", "1 M"});
  check_labels(AxisMap(axis(Scale::log2), {1, 8}), {"1", "2", "4", "8"});
  check_labels(AxisMap(axis(Scale::log10, Ticks::prefix), {30, 400}), {"50", "100", "200"});
}

BOOST_AUTO_TEST_CASE(ticks_near_0_and_near_each_other_are_told_apart) {
  check_labels(AxisMap(axis(Scale::linear), {0, 4.5e-14}),
               {"0", "1e-14", "2e-14", "3e-14", "4e-14"});
  check_labels(AxisMap(axis(Scale::linear), {-2e-7, 2e-7}),
               {"-2e-07", "-1e-07", "0", "1e-07", "2e-07"});
  check_labels(AxisMap(axis(Scale::linear), {0, 0.01}),
               {"0.000", "0.002", "0.004", "0.006", "0.008", "0.010"});
  check_labels(AxisMap(axis(Scale::linear), {1, 1 + 4e-10}),
               {"1", "1.0000000001", "1.0000000002", "1.0000000003", "1.0000000004"});
}

BOOST_AUTO_TEST_CASE(small_values_do_not_read_0) {
  Chart chart;
  chart.id = "c";
  chart.series.push_back(
      {"a", 0, false, true, {{1, 3e-9, 2e-9, 4e-9, {}, ""}, {2, 0, kNaN, kNaN, {}, ""}}});
  const std::string drawing = render_svg(chart);
  BOOST_TEST(drawing.find("a: 3e-09 [2e-09, 4e-09]") != std::string::npos);
  BOOST_TEST(drawing.find("a: 0.000 at") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_axis_survives_any_numbers) {
  for (const Scale scale : {Scale::linear, Scale::log2, Scale::log10}) {
    for (const std::vector<double>& values : {std::vector<double>{},
                                              {kNaN},
                                              {5},
                                              {0},
                                              {-3, -3},
                                              {HUGE_VAL, 1},
                                              {1e-300, 1e300},
                                              {0, 0, 1e-12}}) {
      const AxisMap map(axis(scale), values);
      BOOST_TEST(std::isfinite(map.low()));
      BOOST_TEST(map.low() < map.high());
      BOOST_TEST(map.ticks().size() < 60u);
      BOOST_TEST(std::isnan(map.at(kNaN)));
      for (const double v : values) {
        const double at = map.at(v);
        BOOST_TEST((std::isnan(at) || (at >= 0 && at <= 1)));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_bounded_axis_has_no_ticks_beyond_its_bounds) {
  ChartAxis score = axis(Scale::linear);
  score.low_bound = 0;
  score.high_bound = 1;
  const AxisMap map(score, {0.1, 1.0, 1.7});  // an interval may reach beyond what a score can be
  for (const Tick& t : map.ticks()) BOOST_TEST((t.value >= 0 && t.value <= 1));
  BOOST_TEST(map.at(1.0) < 1);  // room for the marker
  BOOST_TEST(map.high() < 1.1);
}

BOOST_AUTO_TEST_CASE(a_drawing_has_title_description_and_no_nan) {
  Chart chart;
  chart.id = "c";
  chart.title = "A <title>";
  chart.finding = "Up & up.";
  chart.x = axis(Scale::log10, Ticks::power);
  chart.series.push_back({"a",
                          0,
                          false,
                          true,
                          {{0.1, 0.5, 0.4, 0.6, {}, ""},
                           {1, kNaN, kNaN, kNaN, {}, ""},
                           {10, 0.7, kNaN, kNaN, {}, ""}}});
  chart.series.push_back({"b", 9, true, false, {{0.1, 0.5, 0.4, 0.6, {}, ""}}});
  chart.references.push_back({"chance", 0.5});
  chart.references.push_back({"none", kNaN});
  chart.spans.push_back({"span", 0, 0.1, 1, true, true});
  const std::string text = render_svg(chart);
  BOOST_TEST(text.find("A &lt;title&gt;</title>") != std::string::npos);
  BOOST_TEST(text.find("Up &amp; up.</desc>") != std::string::npos);
  BOOST_TEST(text.find("nan") == std::string::npos);
  BOOST_TEST(text.find("inf") == std::string::npos);
  BOOST_TEST(text == render_svg(chart));
  BOOST_TEST(render_svg(chart, ".m{}").find("<style>.m{}</style>") != std::string::npos);
  BOOST_TEST(render_svg(Chart{}).ends_with("</svg>"));
}

BOOST_AUTO_TEST_CASE(series_differ_without_colour) {
  // Series of the same colour differ by marker shape.
  for (int style = 0; style < kSeriesColours; ++style) {
    BOOST_TEST(marker_icon(style, false) != marker_icon(style + kSeriesColours, false));
  }
}

BOOST_AUTO_TEST_CASE(long_row_names_stand_above_their_rows_whole) {
  Chart chart;
  chart.id = "c";
  chart.y.scale = Scale::category;
  const std::string name = "monolith steps=16 topology=small-world xmode=silent";
  chart.y.categories = {name, "bp"};
  chart.series = {{name, 0, false, false, {{0.5, 0, kNaN, kNaN, {}, ""}}}};
  const std::string svg = render_svg(chart);
  BOOST_TEST(svg.find("text-anchor=\"start\">" + name + "</text>") != std::string::npos);
  chart.y.categories = {"ed", "bp"};
  BOOST_TEST(render_svg(chart).find("text-anchor=\"end\">ed</text>") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(words_along_x_are_fitted_and_named_on_hover) {
  Chart chart;
  chart.id = "c";
  chart.x.scale = Scale::category;
  chart.x.title = "mode";
  chart.x.categories = {"a mode with a name that is far too long for its place on the axis", "b"};
  for (int i = 0; i < 8; ++i) chart.x.categories.push_back("m" + std::to_string(i));
  chart.series = {
      {"ed", 0, false, false, {{0.1, 0.5, kNaN, kNaN, {}, ""}, {1, 0.6, kNaN, kNaN, {}, ""}}}};
  const std::string svg = render_svg(chart);
  BOOST_TEST(svg.find("…</text>") != std::string::npos);
  BOOST_TEST(
      svg.find("at mode a mode with a name that is far too long for its place on the axis<") !=
      std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
