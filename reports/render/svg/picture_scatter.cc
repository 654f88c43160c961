// SPDX-License-Identifier: MIT
//
// Points in the plane: each row holds x, y and the number of the point's series, from 0.
#include <fmt/format.h>

#include <algorithm>

#include "reports/render/svg/picture_kinds.h"
#include "reports/render/svg/plane.h"
#include "reports/render/svg/svg.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr int64_t kMostSeries = 12;  // more cannot be told apart
constexpr int64_t kMostPoints = 2000;
constexpr int64_t kMostRows = 60;  // of the table: every n-th of more points
constexpr double kHeight = 260;

std::string number_text(double v) { return std::isfinite(v) ? shortest(v, 4) : "none"; }

int64_t points_of(const Picture& p) { return std::min(p.rows, kMostPoints); }
int64_t series_of(const Picture& p, int64_t point) {
  const double s = value_at(p, point, 2);
  return s >= 0 && s < static_cast<double>(kMostSeries) ? static_cast<int64_t>(s) : kMostSeries - 1;
}
// One more than the highest that a point has.
int64_t count_series(const Picture& p) {
  int64_t count = 0;
  for (int64_t i = 0; i < points_of(p); ++i) count = std::max(count, series_of(p, i) + 1);
  return count;
}

bool fits(const Picture& p) { return p.cols == 3; }

std::string finding(const Picture& p) {
  Extent x, y;
  for (int64_t i = 0; i < p.rows; ++i) {
    x.add(value_at(p, i, 0));
    y.add(value_at(p, i, 1));
  }
  std::string out = plural(p.rows, "point", "points");
  if (x.n == 0 || y.n == 0) return out + " without a finite number.";
  out += fmt::format(", {} from {} to {} and {} from {} to {}.", quantity(p.column_title, "x"),
                     number_text(x.low), number_text(x.high), quantity(p.row_title, "y"),
                     number_text(y.low), number_text(y.high));
  if (p.rows > kMostPoints) out += fmt::format(" The first {} are drawn.", kMostPoints);
  return out + lost_words(x.lost + y.lost);
}

std::string style_of(int64_t series) {
  return fmt::format("s s{} d0", series % kSeriesColours) +
         (series >= kSeriesColours ? " open" : "");
}

// Names behind a point of theirs, in rows above the plane; returns where the plane begins.
double draw_names(const Picture& p, int64_t count, std::string& out) {
  if (count < 2) return 10;
  double x = 40, y = 10;
  for (int64_t series = 0; series < count; ++series) {
    const std::string name = fit_text(series_name(p, series, "series"), kSketchWidth - 80);
    const double width = text_width(name) + 30;
    if (x + width > kSketchWidth && x > 40) {
      x = 40;
      y += 18;
    }
    out += fmt::format(
        "<g class=\"{}\"><circle class=\"m\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.6\"/></g><text "
        "x=\"{:.1f}\" y=\"{:.1f}\">{}</text>",
        style_of(series), x + 4, y, x + 13, y + 4.3, escape_html(name));
    x += width;
  }
  return y + 16;
}

Sketch draw(const Picture& p) {
  std::vector<double> xs, ys;
  for (int64_t i = 0; i < points_of(p); ++i) {
    xs.push_back(value_at(p, i, 0));
    ys.push_back(value_at(p, i, 1));
  }
  ChartAxis x, y;
  x.title = p.column_title;
  y.title = p.row_title;
  Sketch sketch;
  const int64_t count = count_series(p);
  const double top = draw_names(p, count, sketch.body);
  const double left = axis_room(y, ys);
  const Plane plane(x, y, xs, ys, {left, top, kSketchWidth - left - 16, kHeight});
  sketch.height = plane.bottom();
  sketch.body += plane.frame();
  for (int64_t series = 0; series < count; ++series) {
    sketch.body += fmt::format("<g class=\"{}\">", style_of(series));
    for (int64_t i = 0; i < points_of(p); ++i) {
      const PlanePoint at = plane.at(value_at(p, i, 0), value_at(p, i, 1));
      if (series_of(p, i) != series || is_gap(at)) continue;
      sketch.body +=
          fmt::format("<circle class=\"m\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.2\"/>", at.x, at.y);
    }
    sketch.body += "</g>";
  }
  return sketch;
}

std::vector<Block> numbers(const Picture& p) {
  const bool named = count_series(p) > 1;
  std::vector<std::string> columns{"#point", "#" + (p.column_title.empty() ? "x" : p.column_title),
                                   "#" + (p.row_title.empty() ? "y" : p.row_title)};
  if (named) columns.emplace_back("of");
  Table table(columns);
  const int64_t stride = (points_of(p) + kMostRows - 1) / kMostRows;
  for (int64_t i = 0; i < points_of(p); i += stride) {
    std::vector<Cell> row{number_cell(std::to_string(i + 1), static_cast<double>(i + 1))};
    for (const double v : {value_at(p, i, 0), value_at(p, i, 1)})
      row.push_back(number_cell(number_text(v), v));
    if (named) row.push_back(text_cell(series_name(p, series_of(p, i), "series")));
    table.add(std::move(row));
  }
  return {{std::move(table)}};
}

}  // namespace

PictureKind scatter_kind() { return {"scatter", "", &fits, &finding, &draw, &numbers}; }

}  // namespace agon::reports
