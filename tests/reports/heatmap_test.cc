// SPDX-License-Identifier: MIT
//
// Pictures: one rectangle per tile, steps in order of the values, honest words.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <string>

#include "reports/render/html/figure.h"
#include "reports/render/svg/picture.h"

namespace agon::reports {
namespace {

Picture picture(int64_t rows, int64_t cols, std::vector<float> values) {
  return {"k",       "T", "step", "layer", "activity", rows, cols, std::move(values),
          "heatmap", {},  0,      0};
}

bool drawable(const Picture& p) { return undrawable(p).empty(); }

size_t count_of(const std::string& text, const std::string& part) {
  size_t n = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

// The style of the tile with this hover text.
std::string style_of(const std::string& html, const std::string& hover) {
  const size_t title = html.find("<title>" + hover);
  BOOST_TEST_REQUIRE(title != std::string::npos, hover);
  const size_t begin = html.rfind("class=\"", title) + 7;
  return html.substr(begin, html.find('"', begin) - begin);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(heatmap)

BOOST_AUTO_TEST_CASE(tiles_are_placed_and_coloured_by_their_value) {
  const std::string html = picture_html(picture(2, 3, {1, 2, 3, 4, 5, 10}), "picture-0", "A title");
  BOOST_TEST(count_of(html, "<rect class=\"q") == 6u + 9u);  // tiles and legend
  BOOST_TEST(style_of(html, "layer 0, step 0: 1<") == "q0");
  BOOST_TEST(style_of(html, "layer 0, step 2: 3<") == "q2");
  BOOST_TEST(style_of(html, "layer 1, step 2: 10<") == "q8");
  BOOST_TEST(html.find("log scale") == std::string::npos);
  BOOST_TEST(count_of(html, "<h3>A title</h3>") == 1u);
  BOOST_TEST(html.find("<title id=\"picture-0-t\">A title</title><desc id=\"picture-0-d\">") !=
             std::string::npos);
  BOOST_TEST(html.find("<summary>Numbers</summary>") != std::string::npos);
  // Row 0 is drawn below row 1.
  const auto y_of = [&](const std::string& hover) {
    const size_t at = html.rfind(" y=\"", html.find("<title>" + hover));
    return std::stod(html.substr(at + 4));
  };
  BOOST_TEST(y_of("layer 0, step 0") > y_of("layer 1, step 0"));
}

BOOST_AUTO_TEST_CASE(a_wide_span_is_coloured_by_its_logarithm) {
  const std::string html = picture_html(picture(1, 4, {0, 0.001f, 0.03f, 1}), "p", "T");
  BOOST_TEST(html.find("log scale") != std::string::npos);
  BOOST_TEST(style_of(html, "layer 0, step 0: 0<") == "zero");
  BOOST_TEST(style_of(html, "layer 0, step 1: ") == "q0");
  BOOST_TEST(style_of(html, "layer 0, step 2: ") == "q4");  // the middle in decades
  BOOST_TEST(style_of(html, "layer 0, step 3: ") == "q8");
  // Below 0 there is no logarithm.
  BOOST_TEST(picture_html(picture(1, 3, {-0.001f, 0.001f, 1}), "p", "T").find("log scale") ==
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(findings_come_from_the_numbers) {
  BOOST_TEST(picture_finding(picture(2, 2, {0, 4, 2, 8})) ==
             "Activity: highest 8 at layer 1, step 1; lowest 2 at layer 1, step 0. 1 of 4 tiles is "
             "exactly 0.");
  BOOST_TEST(picture_finding(picture(1, 2, {-1, 3})) ==
             "Activity: highest 3 at layer 0, step 1; lowest -1 at layer 0, step 0.");
  BOOST_TEST(picture_finding(picture(1, 2, {0, 0})) == "Every tile is exactly 0.");
  const float nan = std::numeric_limits<float>::quiet_NaN();
  BOOST_TEST(picture_finding(picture(1, 2, {nan, 5})) ==
             "1 of 2 tiles is of the value 5. 1 has no finite number.");
  BOOST_TEST(picture_finding(picture(1, 2, {nan, 0})) ==
             "1 of 2 tiles is no finite number, the others are 0.");
}

BOOST_AUTO_TEST_CASE(odd_pictures_are_drawn_or_refused) {
  const float inf = std::numeric_limits<float>::infinity();
  const std::string html = picture_html(picture(1, 3, {inf, 7, 7}), "p", "T");
  BOOST_TEST(count_of(html, "class=\"lost\"") == 1u);
  BOOST_TEST(html.find("inf") == std::string::npos);
  BOOST_TEST(count_of(html, "class=\"q8\"") == 3u);  // two tiles and a legend of one step
  BOOST_TEST(!drawable(picture(2, 2, {1, 2, 3})));
  BOOST_TEST(!drawable(picture(0, 5, {})));
  BOOST_TEST(!drawable(picture(-1, -1, {1})));
  BOOST_TEST(!drawable(picture(int64_t{1} << 62, 4, {})));
  BOOST_TEST(!drawable(picture(65, 64, std::vector<float>(65 * 64, 1.0f))));
  BOOST_TEST(drawable(picture(64, 64, std::vector<float>(64 * 64, 1.0f))));
  // Too many tiles for a text on each.
  BOOST_TEST(picture_html(picture(64, 64, std::vector<float>(64 * 64, 1.0f)), "p", "T")
                 .find("<title>layer") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(foreign_text_is_escaped) {
  Picture p = picture(1, 1, {1});
  p.row_title = p.column_title = p.value_title = "<script>\"'&\x1b";
  const std::string html = picture_html(p, "p", "<b>");
  BOOST_TEST(html.find("<script>") == std::string::npos);
  BOOST_TEST(html.find("<b>") == std::string::npos);
  BOOST_TEST(html.find("&lt;script&gt;") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
