// SPDX-License-Identifier: MIT
//
// Lines, tracks, rasters and images: marks at their places, few bytes, honest words.
#include "reports/render/svg/picture.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>

#include "reports/render/html/figure.h"
#include "tests/browser/pictures.h"

namespace agon::reports {
namespace {

constexpr float kLost = std::numeric_limits<float>::quiet_NaN();

Picture picture(const std::string& kind, int64_t rows, int64_t cols, std::vector<float> values,
                std::vector<std::string> series = {}) {
  return {"k",  "T",  "time, s",         "neuron", "mV",
          rows, cols, std::move(values), kind,     std::move(series),
          0,    0};
}

Picture images(int64_t n, int64_t rows, int64_t cols, std::vector<float> values) {
  Picture p = picture("images", n, rows * cols, std::move(values));
  p.image_rows = rows;
  p.image_cols = cols;
  return p;
}

std::string drawn(const Picture& p) {
  BOOST_TEST_REQUIRE(undrawable(p) == "");
  return picture_html(p, "p", "A title");
}

size_t count_of(const std::string& text, const std::string& part) {
  size_t n = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// What stands between two texts, the first time.
std::string between(const std::string& text, const std::string& before, const std::string& after) {
  const size_t at = text.find(before);
  BOOST_TEST_REQUIRE(at != std::string::npos, before);
  const size_t begin = at + before.size();
  return text.substr(begin, text.find(after, begin) - begin);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pictures)

BOOST_AUTO_TEST_CASE(every_kind_is_a_figure_that_says_what_it_shows) {
  std::vector<Picture> all = tests::sample_dynamics_pictures();
  all.push_back(tests::sample_digits(8));
  for (const Picture& p : all) {
    const std::string html = drawn(p);
    BOOST_TEST(html.starts_with("<figure id=\"p\" class=\"panel\"><h3>A title</h3>"));
    BOOST_TEST(contains(html, "<title id=\"p-t\">A title</title><desc id=\"p-d\">"), p.kind);
    BOOST_TEST(contains(html, "<summary>Numbers</summary>"), p.kind);
    BOOST_TEST(count_of(html, "<svg class=\"chart\"") == 1u);
    BOOST_TEST(!contains(html, "nan"));
    BOOST_TEST(html == drawn(p));
  }
}

BOOST_AUTO_TEST_CASE(lines_carry_their_names_colours_and_dashes) {
  const Picture p = picture("lines", 3, 3, {0, 1, 2, 1, 3, 2, 1, 3.5f, 2}, {"teacher", "model"});
  const std::string html = drawn(p);
  BOOST_TEST(contains(html, ">teacher</text>"));
  BOOST_TEST(contains(html, ">model</text>"));
  BOOST_TEST(count_of(html, "<g class=\"s s0 d0\">") == 2u);  // the line and the piece at its name
  BOOST_TEST(count_of(html, "<g class=\"s s1 d1\">") == 2u);
  BOOST_TEST(contains(html, ">mV</text>"));
  BOOST_TEST(contains(html, ">time, s</text>"));
  BOOST_TEST(picture_finding(p) == "Teacher and model lie farthest apart at time 1, by 0.5.");
  // Names do not stand on each other although both lines end at 2.
  const auto y_of = [&](const std::string& name) {
    const size_t end = html.find("\">" + name + "</text>");
    return std::stod(html.substr(html.rfind(" y=\"", end) + 4));
  };
  BOOST_TEST(y_of("model") - y_of("teacher") >= 14.0);
}

BOOST_AUTO_TEST_CASE(odd_lines_are_drawn) {
  // Gaps, more lines than can be told apart, a span that needs a logarithm.
  BOOST_TEST(contains(drawn(picture("lines", 2, 4, {0, 1, 2, 3, 1, kLost, 2, 3})),
                      "1 value is no finite number."));
  std::vector<float> many;
  for (int row = 0; row < 31; ++row) {
    for (int i = 0; i < 3; ++i) many.push_back(static_cast<float>(row == 0 ? i : row * i));
  }
  const std::string html = drawn(picture("lines", 31, 3, many));
  BOOST_TEST(contains(html, "The first 12 of 30 lines are drawn."));
  BOOST_TEST(contains(html, "Values lie between 0 and 60."));
  BOOST_TEST(count_of(html, "<path class=\"l\"") == 24u);
  BOOST_TEST(contains(drawn(picture("lines", 2, 3, {0, 1, 2, 1, 50, 2000})), "10³"));
  BOOST_TEST(!contains(drawn(picture("lines", 2, 3, {0, 1, 2, -1, 50, 2000})), "10³"));
  BOOST_TEST(contains(drawn(picture("lines", 2, 2, {kLost, kLost, kLost, kLost})),
                      "No line has a finite number."));
  BOOST_TEST(contains(drawn(picture("lines", 2, 2, {0, 1, 7, 7})), "Every value is 7."));
}

BOOST_AUTO_TEST_CASE(tracks_lie_on_each_other_where_they_are_near) {
  // A square, and the same one unit further out with its corners cut.
  const Picture p = picture("tracks", 4, 5, {0, 4, 4, 0, 0,  0,  0,  4, 4, 0,   // first: x, y
                                             0, 4, 5, 0, -1, -1, -1, 4, 5, 0},  // second
                            {"teacher", "model"});
  BOOST_TEST(picture_finding(p) == "On average model is 1 away from teacher.");
  const std::string html = drawn(p);
  BOOST_TEST(count_of(html, "<g class=\"s s0 d0 band\">") == 2u);  // the curve and its name's piece
  BOOST_TEST(count_of(html, "<g class=\"s s1 d0 thin\">") == 2u);
  BOOST_TEST(count_of(html, "<circle class=\"m\"") == 4u);  // two starts, two ends
  BOOST_TEST(contains(html, "<g class=\"open\"><circle"));
  // Equal units: the first curve's square is as wide as high.
  const size_t second = html.rfind("<g class=\"s s0 d0 band\"><path class=\"l\" d=\"M");
  double x0 = 0, y0 = 0, x1 = 0, y1 = 0, x2 = 0, y2 = 0;
  BOOST_TEST_REQUIRE(std::sscanf(html.c_str() + second,
                                 "<g class=\"s s0 d0 band\"><path class=\"l\" d=\"M%lf %lfL%lf "
                                 "%lfL%lf %lf",
                                 &x0, &y0, &x1, &y1, &x2, &y2) == 6);
  BOOST_TEST(x1 - x0 == y1 - y2, boost::test_tools::tolerance(0.01));
  BOOST_TEST(drawn(picture("tracks", 2, 2, {kLost, 1, kLost, 2})).find("no finite number") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_raster_of_thousands_is_one_small_path) {
  Picture p = picture("raster", 0, 2, {});
  for (int i = 0; i < 10000; ++i) {
    p.values.push_back(static_cast<float>(i % 2000) * 0.001f);
    p.values.push_back(static_cast<float>(i * 7919 % 100));
    ++p.rows;
  }
  const std::string html = drawn(p);
  BOOST_TEST(count_of(html, "<path class=\"k\"") == 1u);
  BOOST_TEST(html.size() < 100'000u);
  BOOST_TEST(contains(html, "10\u2009000 marks in 100 rows, time 0 to 1.999 s."));
}

BOOST_AUTO_TEST_CASE(marks_stand_at_their_time_and_unit) {
  const Picture p =
      picture("raster", 5, 2, {0, 0, 1, 0, 1, 2, 1, 2, kLost, 1});  // one twice, one lost
  const std::string html = drawn(p);
  const std::string path = between(html, "<path class=\"k\" d=\"", "\"");
  BOOST_TEST(count_of(path, "m") == 3u);
  // Sorted by place: the upper row is unit 2.
  int x = 0, y = 0, height = 0, dx = 0, dy = 0, again = 0;
  BOOST_TEST_REQUIRE(
      std::sscanf(path.c_str(), "m%d %dv%dm%d %dv%d", &x, &y, &height, &dx, &dy, &again) == 6);
  BOOST_TEST(height == again);
  BOOST_TEST(dx < 0);             // back to time 0
  BOOST_TEST(dy + height > 300);  // half pixels down, from unit 2 to unit 0
  BOOST_TEST(picture_finding(p) ==
             "4 marks in 2 rows, time 0 to 1 s. 1 value is no finite number.");
  BOOST_TEST(contains(drawn(picture("raster", 1, 2, {kLost, 3})), "No mark has a finite time"));
  BOOST_TEST(contains(drawn(picture("raster", 1, 2, {5, 3})), "1 mark in 1 row"));
}

BOOST_AUTO_TEST_CASE(images_are_steps_of_grey_on_one_grid) {
  const Picture p = images(2, 2, 3, {0, 1, 1, 0, 0, 0.5f, 0, 0, 0, 1, 1, 1});
  const std::string html = drawn(p);
  // The highest step: two runs of two and three pixels; the middle one: one pixel.
  BOOST_TEST(contains(html, "<path stroke-opacity=\"1\" d=\"M1 0h2M"));
  BOOST_TEST(contains(html, "<path stroke-opacity=\"0.53\" d=\"M2 1h1\"/>"));
  BOOST_TEST(contains(html, " 1h3\"/>"));
  BOOST_TEST(count_of(html, "<rect class=\"zero\"") == 3u);  // two frames and the legend's
  BOOST_TEST(contains(html, ">image 2</text>"));
  BOOST_TEST(picture_finding(p) == "2 images of 2 x 3 pixels, values from 0 to 1.");
  BOOST_TEST(
      contains(drawn(images(1, 1, 2, {3, 3})), "1 image of 1 x 2 pixels, all of the value 3."));
  BOOST_TEST(contains(drawn(images(1, 1, 2, {kLost, kLost})), "without a finite number."));
  BOOST_TEST(contains(drawn(images(60, 1, 2, std::vector<float>(120, 1.0f))),
                      "The first 50 of 60 are drawn."));
}

BOOST_AUTO_TEST_CASE(images_of_digits_are_small) {
  BOOST_TEST(drawn(tests::sample_digits(8)).size() < 12'000u);
  BOOST_TEST(drawn(tests::sample_digits(28)).size() < 60'000u);
  BOOST_TEST(contains(drawn(tests::sample_digits(8)), "1 value is no finite number."));
}

BOOST_AUTO_TEST_CASE(shapes_that_do_not_fit_are_refused) {
  BOOST_TEST(undrawable(picture("lines", 1, 3, {1, 2, 3})) ==
             "1 x 3 values cannot be drawn as lines");
  BOOST_TEST(undrawable(picture("lines", 2, 1, {1, 2})) != "");
  BOOST_TEST(undrawable(picture("tracks", 3, 2, std::vector<float>(6))) != "");
  BOOST_TEST(undrawable(picture("raster", 2, 3, std::vector<float>(6))) != "");
  BOOST_TEST(undrawable(images(2, 2, 3, std::vector<float>(11))) != "");
  Picture p = images(2, 2, 3, std::vector<float>(12));
  p.image_rows = 3;
  BOOST_TEST(undrawable(p) != "");
  p.image_rows = int64_t{1} << 62;
  p.image_cols = 4;
  BOOST_TEST(undrawable(p) != "");
  BOOST_TEST(undrawable(picture("lines", int64_t{1} << 32, int64_t{1} << 32, {})) != "");
  BOOST_TEST(undrawable(picture("lines", 257, 256, std::vector<float>(257 * 256))) != "");
  BOOST_TEST(undrawable(picture("", 2, 2, std::vector<float>(4))) ==
             "pictures of kind  are not known here");
}

BOOST_AUTO_TEST_CASE(foreign_numbers_and_names_stay_inside) {
  const float huge = std::numeric_limits<float>::max(),
              inf = std::numeric_limits<float>::infinity();
  const std::string bad = "</text><script>\"'&\x1b";
  for (const char* kind : {"lines", "tracks", "raster", "images"}) {
    for (const std::vector<float>& values :
         {std::vector<float>{huge, -huge, huge, -huge, 0, inf, -inf, 1e-45f},
          std::vector<float>{kLost, inf, inf, kLost, -inf, inf, kLost, kLost},
          std::vector<float>(8, huge), std::vector<float>(8, 0.0f)}) {
      Picture p = picture(kind, 4, 2, values, {bad, bad, bad});
      p.image_rows = 1;
      p.image_cols = 2;
      p.column_title = p.row_title = p.value_title = bad;
      const std::string html = drawn(p);
      BOOST_TEST(!contains(html, "<script>"), kind);
      for (const char* part : {"nan", "inf", "NaN"}) BOOST_TEST(!contains(html, part), kind);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
