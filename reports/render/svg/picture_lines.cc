// SPDX-License-Identifier: MIT
//
// Lines over a common x: row 0 holds x, every further row one line. Each has its name beside its
// end, with its own colour and dash. Positive values that span more than 1000-fold stand on a
// logarithmic axis.
#include <fmt/format.h>

#include <algorithm>

#include "reports/render/svg/picture_kinds.h"
#include "reports/render/svg/plane.h"
#include "reports/render/svg/svg.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr int64_t kMaxLines = 12;  // more cannot be told apart
constexpr int64_t kMaxRows = 60;   // of the table: every n-th of more places
constexpr double kHeight = 216, kNames = 130, kNameStep = 15;
constexpr double kLogSpan = 1000;

std::string number_text(double v) { return std::isfinite(v) ? shortest(v, 4) : "none"; }

int64_t lines_of(const Picture& p) { return std::min(p.rows - 1, kMaxLines); }
std::string name_of(const Picture& p, int64_t line) { return series_name(p, line, "line"); }
double y_of(const Picture& p, int64_t line, int64_t place) { return value_at(p, line + 1, place); }
std::string x_name(const Picture& p) { return p.column_title.empty() ? "x" : p.column_title; }

bool fits(const Picture& p) { return p.rows >= 2 && p.cols >= 2; }

// Where the first two lines lie apart most.
struct Apart {
  double most = kNaN, at = kNaN;
};

Apart apart(const Picture& p) {
  Apart out;
  for (int64_t i = 0; i < p.cols; ++i) {
    const double d = std::fabs(y_of(p, 1, i) - y_of(p, 0, i));
    if (!std::isfinite(d) || !(std::isnan(out.most) || d > out.most)) continue;
    out = {d, value_at(p, 0, i)};
  }
  return out;
}

std::string finding(const Picture& p) {
  Extent all;
  for (int64_t line = 0; line < p.rows - 1; ++line) {
    for (int64_t i = 0; i < p.cols; ++i) all.add(y_of(p, line, i));
  }
  const Apart two = p.rows == 3 ? apart(p) : Apart{};
  std::string out;
  if (all.n == 0) {
    out = "No line has a finite number.";
  } else if (two.most > 0) {
    out = fmt::format("{} and {} lie farthest apart at {} {}, by {}.", name_of(p, 0), name_of(p, 1),
                      quantity(p.column_title, "x"), number_text(two.at), number_text(two.most));
  } else if (all.low == all.high) {
    out = fmt::format("Every value is {}.", number_text(all.low));
  } else {
    out = fmt::format("Values lie between {} and {}.", number_text(all.low), number_text(all.high));
  }
  if (p.rows - 1 > kMaxLines)
    out += fmt::format(" The first {} of {} lines are drawn.", kMaxLines, p.rows - 1);
  return capital(std::move(out)) + lost_words(all.lost);
}

// A name beside the end of its line.
struct Name {
  int64_t line = 0;
  double y = 0;
};

// Apart by kNameStep at least, as near to the ends as that allows.
void spread(std::vector<Name>& names, double top, double bottom) {
  std::ranges::stable_sort(names, {}, &Name::y);
  for (size_t i = 1; i < names.size(); ++i)
    names[i].y = std::max(names[i].y, names[i - 1].y + kNameStep);
  if (names.empty()) return;
  names.back().y = std::min(names.back().y, bottom);
  for (size_t i = names.size() - 1; i > 0; --i)
    names[i - 1].y = std::min(names[i - 1].y, names[i].y - kNameStep);
  for (size_t i = 0; i < names.size(); ++i)  // too many for the height: they go on below
    names[i].y = std::max(names[i].y, top + static_cast<double>(i) * kNameStep);
}

Sketch draw(const Picture& p) {
  std::vector<double> xs, ys;
  Extent span;
  for (int64_t i = 0; i < p.cols; ++i) xs.push_back(value_at(p, 0, i));
  for (int64_t line = 0; line < lines_of(p); ++line) {
    for (int64_t i = 0; i < p.cols; ++i) {
      ys.push_back(y_of(p, line, i));
      span.add(ys.back());
    }
  }
  ChartAxis x, y;
  x.title = p.column_title;
  y.title = p.value_title.empty() ? p.row_title : p.value_title;
  if (span.low > 0 && span.high > kLogSpan * span.low) {
    y.scale = Scale::log10;
    y.ticks = Ticks::power;
  }
  const bool named = lines_of(p) > 1 || !p.series.empty();
  double names_width = 0;
  for (int64_t line = 0; named && line < lines_of(p); ++line)
    names_width = std::max(names_width, text_width(name_of(p, line)) + 32);
  names_width = std::min(names_width, kNames);
  const double left = axis_room(y, ys);
  const Plane plane(x, y, xs, ys,
                    {left, 10, kSketchWidth - left - std::max(names_width, 14.0), kHeight});
  Sketch sketch{plane.frame(), plane.bottom()};
  std::vector<Name> names;
  for (int64_t line = 0; line < lines_of(p); ++line) {
    std::vector<PlanePoint> points;
    double end = plane.box().top + plane.box().height / 2;
    for (int64_t i = 0; i < p.cols; ++i) {
      points.push_back(
          plane.at(xs[static_cast<size_t>(i)], ys[static_cast<size_t>(line * p.cols + i)]));
      if (!is_gap(points.back())) end = points.back().y;
    }
    sketch.body += fmt::format("<g class=\"s s{} d{}\"><path class=\"l\" d=\"{}\"/></g>",
                               line % kSeriesColours, line % 5, path_data(points));
    if (named) names.push_back({line, end});
  }
  const double right = plane.box().left + plane.box().width;
  spread(names, plane.box().top + 4, plane.box().top + plane.box().height);
  for (const Name& name : names) {
    sketch.body += fmt::format(
        "<g class=\"s s{} d{}\"><path class=\"l\" d=\"M{:.1f} {:.1f}h18\"/></g><text x=\"{:.1f}\" "
        "y=\"{:.1f}\">{}</text>",
        name.line % kSeriesColours, name.line % 5, right + 5, name.y, right + 27, name.y + 4,
        escape_html(fit_text(name_of(p, name.line), names_width - 29)));
  }
  return sketch;
}

std::vector<Block> numbers(const Picture& p) {
  std::vector<std::string> columns{"#" + x_name(p)};
  for (int64_t line = 0; line < lines_of(p); ++line) columns.push_back("#" + name_of(p, line));
  Table table(columns);
  const int64_t stride = (p.cols + kMaxRows - 1) / kMaxRows;
  for (int64_t i = 0; i < p.cols; i += stride) {
    std::vector<Cell> row{number_cell(number_text(value_at(p, 0, i)), value_at(p, 0, i))};
    for (int64_t line = 0; line < lines_of(p); ++line)
      row.push_back(number_cell(number_text(y_of(p, line, i)), y_of(p, line, i)));
    table.add(std::move(row));
  }
  std::vector<Block> blocks{{std::move(table)}};
  if (stride > 1)
    blocks.push_back({Paragraph{Paragraph::Kind::note, fmt::format("One of {} places.", stride)}});
  return blocks;
}

}  // namespace

PictureKind lines_kind() { return {"lines", "", &fits, &finding, &draw, &numbers}; }

}  // namespace agon::reports
