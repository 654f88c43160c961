// SPDX-License-Identifier: MIT
//
// Marks at (time, unit): one small stroke each, all of them one path on a grid of half pixels, so
// that thousands stay small; marks that fall on the same place are drawn once.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "reports/render/svg/picture_kinds.h"
#include "reports/render/svg/plane.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr double kHeight = 236;
constexpr int kTableSpans = 20;

struct Mark {
  double time, unit;
};

std::vector<Mark> marks_of(const Picture& p) {
  std::vector<Mark> out;
  for (int64_t i = 0; i < p.rows; ++i) {
    const Mark mark{value_at(p, i, 0), value_at(p, i, 1)};
    if (std::isfinite(mark.time) && std::isfinite(mark.unit)) out.push_back(mark);
  }
  return out;
}

std::string number_text(double v) { return shortest(v, 4); }

bool fits(const Picture& p) { return p.cols == 2; }

struct Bin {
  size_t marks = 0;
  std::set<double> units;
};

// Equal spans of the time from the first mark to the last.
std::vector<Bin> bins_of(const std::vector<Mark>& marks, const Extent& time, int n) {
  std::vector<Bin> bins(static_cast<size_t>(n));
  for (const Mark& mark : marks) {
    const double t = time.high > time.low ? (mark.time - time.low) / (time.high - time.low) : 0;
    Bin& bin = bins[static_cast<size_t>(std::clamp(static_cast<int>(t * n), 0, n - 1))];
    ++bin.marks;
    bin.units.insert(mark.unit);
  }
  return bins;
}

Extent times_of(const std::vector<Mark>& marks) {
  Extent out;
  for (const Mark& mark : marks) out.add(mark.time);
  return out;
}

std::string finding(const Picture& p) {
  const std::vector<Mark> marks = marks_of(p);
  const size_t lost = static_cast<size_t>(p.rows) - marks.size();
  if (marks.empty()) return "No mark has a finite time and place." + lost_words(lost);
  std::set<double> rows;
  for (const Mark& mark : marks) rows.insert(mark.unit);
  const Extent time = times_of(marks);
  return fmt::format("{} in {}, {} {} to {}{}.", plural(static_cast<int64_t>(marks.size()), "mark"),
                     plural(static_cast<int64_t>(rows.size()), "row"),
                     quantity(p.column_title, "time"), number_text(time.low),
                     number_text(time.high), unit_of(p.column_title)) +
         lost_words(lost);
}

Sketch draw(const Picture& p) {
  const std::vector<Mark> marks = marks_of(p);
  std::vector<double> times, units{0};
  std::set<double> rows;
  for (const Mark& mark : marks) {
    times.push_back(mark.time);
    units.push_back(mark.unit);
    rows.insert(mark.unit);
  }
  ChartAxis x, y;
  x.title = p.column_title;
  y.title = p.row_title;
  const double left = axis_room(y, units);
  const Plane plane(x, y, times, units, {left, 10, kSketchWidth - left - 16, kHeight});
  Sketch sketch{plane.frame(), plane.bottom()};
  // As high as the rows are apart, in half pixels.
  double apart = kHeight;
  for (auto row = rows.begin(); row != rows.end() && std::next(row) != rows.end(); ++row)
    apart = std::min(apart, plane.at(0, *row).y - plane.at(0, *std::next(row)).y);
  const int height = std::clamp(static_cast<int>(1.6 * apart), 2, 18);
  std::set<std::pair<int, int>> places;  // y, x: a row after the other
  for (const Mark& mark : marks) {
    const PlanePoint at = plane.at(mark.time, mark.unit);
    places.emplace(static_cast<int>(std::lround(2 * at.y)),
                   static_cast<int>(std::lround(2 * at.x)));
  }
  std::string path;
  int x0 = 0, y0 = 0;  // where the pen is
  for (const auto& [row, column] : places) {
    const int top = row - height / 2;
    fmt::format_to(std::back_inserter(path), "m{}{}{}v{}", column - x0, top - y0 < 0 ? "" : " ",
                   top - y0, height);
    x0 = column;
    y0 = top + height;
  }
  if (!path.empty())
    sketch.body += "<g transform=\"scale(.5)\"><path class=\"k\" d=\"" + path + "\"/></g>";
  return sketch;
}

std::vector<Block> numbers(const Picture& p) {
  Table table({"#from", "#to", "#marks", "#values of " + quantity(p.row_title, "unit")});
  const std::vector<Mark> marks = marks_of(p);
  const Extent time = times_of(marks);
  if (marks.empty()) return {{std::move(table)}};
  const std::vector<Bin> bins = bins_of(marks, time, kTableSpans);
  const double step = (time.high - time.low) / kTableSpans;
  for (size_t i = 0; i < bins.size(); ++i) {
    const double from = time.low + static_cast<double>(i) * step;
    const auto marks_in = static_cast<double>(bins[i].marks),
               units_in = static_cast<double>(bins[i].units.size());
    table.add({number_cell(number_text(from), from), number_cell(number_text(from + step), from),
               number_cell(shortest(marks_in, 9), marks_in),
               number_cell(shortest(units_in, 9), units_in)});
  }
  return {{std::move(table)}};
}

}  // namespace

PictureKind raster_kind() { return {"raster", "", &fits, &finding, &draw, &numbers}; }

}  // namespace agon::reports
