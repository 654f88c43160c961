// SPDX-License-Identifier: MIT
//
// Trajectories in the plane: rows 2i and 2i + 1 hold x and y of curve i. One unit is as long along
// x as along y. The first curve of several is a broad band, so that those that follow it show on
// top; a ring marks where a curve starts, a dot where it ends.
#include <fmt/format.h>

#include <algorithm>

#include "reports/render/svg/picture_kinds.h"
#include "reports/render/svg/plane.h"
#include "reports/render/svg/svg.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr int64_t kMaxCurves = 12;  // more cannot be told apart
constexpr int64_t kMaxRows = 60;    // of the table: every n-th of more places
constexpr int64_t kSamples = 512;   // of a curve, where distances are measured
constexpr double kHeight = 320;

std::string number_text(double v) { return std::isfinite(v) ? shortest(v, 4) : "none"; }

int64_t curves_of(const Picture& p) { return std::min(p.rows / 2, kMaxCurves); }
std::string name_of(const Picture& p, int64_t curve) { return series_name(p, curve, "curve"); }
PlanePoint point_of(const Picture& p, int64_t curve, int64_t place) {
  return {value_at(p, 2 * curve, place), value_at(p, 2 * curve + 1, place)};
}

bool fits(const Picture& p) { return p.rows >= 2 && p.rows % 2 == 0 && p.cols >= 2; }

std::vector<PlanePoint> samples(const Picture& p, int64_t curve) {
  std::vector<PlanePoint> out;
  const int64_t stride = (p.cols + kSamples - 1) / kSamples;
  for (int64_t i = 0; i < p.cols; i += stride) {
    if (!is_gap(point_of(p, curve, i))) out.push_back(point_of(p, curve, i));
  }
  return out;
}

// Mean over a curve of how far the first curve is, wherever that is nearest; NaN without points.
double distance_from_first(const Picture& p, int64_t curve) {
  const std::vector<PlanePoint> own = samples(p, curve), first = samples(p, 0);
  if (own.empty() || first.empty()) return kNaN;
  double sum = 0;
  for (const PlanePoint& point : own) {
    double nearest = distance_to(point, first[0], first[0]);
    for (size_t i = 1; i < first.size(); ++i)
      nearest = std::min(nearest, distance_to(point, first[i - 1], first[i]));
    sum += nearest;
  }
  return sum / static_cast<double>(own.size());
}

std::string finding(const Picture& p) {
  Extent x, y;
  for (int64_t curve = 0; curve < p.rows / 2; ++curve) {
    for (int64_t i = 0; i < p.cols; ++i) {
      x.add(point_of(p, curve, i).x);
      y.add(point_of(p, curve, i).y);
    }
  }
  int64_t farthest = -1;
  double distance = kNaN;
  for (int64_t curve = 1; curve < p.rows / 2; ++curve) {
    const double own = distance_from_first(p, curve);
    if (std::isnan(own) || own <= distance) continue;
    farthest = curve;
    distance = own;
  }
  std::string out;
  if (x.n == 0 || y.n == 0) {
    out = "No curve has a finite number.";
  } else if (farthest > 0) {
    out = fmt::format("On average {} is {} away from {}{}.", name_of(p, farthest),
                      number_text(distance), name_of(p, 0), p.rows > 4 ? ", the farthest" : "");
  } else {
    out = fmt::format("It goes from {} to {} in {} and from {} to {} in {}.", number_text(x.low),
                      number_text(x.high), quantity(p.column_title, "x"), number_text(y.low),
                      number_text(y.high), quantity(p.row_title, "y"));
  }
  if (p.rows / 2 > kMaxCurves)
    out += fmt::format(" The first {} of {} curves are drawn.", kMaxCurves, p.rows / 2);
  return out + lost_words(x.lost + y.lost);
}

std::string style_of(const Picture& p, int64_t curve) {
  const bool band = curve == 0 && curves_of(p) > 1;
  return fmt::format("s s{} d{} {}", curve % kSeriesColours, curve == 0 ? 0 : (curve - 1) % 5,
                     band ? "band" : "thin");
}

// Names with a piece of their line, in rows above the plane; returns where the plane begins.
double draw_names(const Picture& p, std::string& out) {
  if (curves_of(p) < 2 && p.series.empty()) return 10;
  double x = 40, y = 10;
  for (int64_t curve = 0; curve < curves_of(p); ++curve) {
    const std::string name = fit_text(name_of(p, curve), kSketchWidth - 80);
    const double width = text_width(name) + 44;
    if (x + width > kSketchWidth && x > 40) {
      x = 40;
      y += 18;
    }
    out += fmt::format(
        "<g class=\"{}\"><path class=\"l\" d=\"M{:.1f} {:.1f}h22\"/></g><text x=\"{:.1f}\" "
        "y=\"{:.1f}\">{}</text>",
        style_of(p, curve), x, y, x + 28, y + 4.3, escape_html(name));
    x += width;
  }
  return y + 16;
}

Sketch draw(const Picture& p) {
  std::vector<double> xs, ys;
  for (int64_t curve = 0; curve < curves_of(p); ++curve) {
    for (int64_t i = 0; i < p.cols; ++i) {
      xs.push_back(point_of(p, curve, i).x);
      ys.push_back(point_of(p, curve, i).y);
    }
  }
  ChartAxis x, y;
  x.title = p.column_title;
  y.title = p.row_title;
  Sketch sketch;
  const double top = draw_names(p, sketch.body);
  const double left = axis_room(y, ys);
  const Plane plane(x, y, xs, ys, {left, top, kSketchWidth - left - 16, kHeight}, true);
  sketch.height = plane.bottom();
  sketch.body += plane.frame();
  for (int64_t curve = 0; curve < curves_of(p); ++curve) {
    std::vector<PlanePoint> points;
    const PlanePoint *first = nullptr, *last = nullptr;
    for (int64_t i = 0; i < p.cols; ++i) {
      const PlanePoint at = point_of(p, curve, i);
      points.push_back(plane.at(at.x, at.y));
    }
    for (const PlanePoint& point : points) {
      if (is_gap(point)) continue;
      if (first == nullptr) first = &point;
      last = &point;
    }
    if (first == nullptr) continue;
    sketch.body += fmt::format(
        "<g class=\"{}\"><path class=\"l\" d=\"{}\"/><g class=\"open\"><circle class=\"m\" "
        "cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\"/></g><circle class=\"m\" cx=\"{:.1f}\" cy=\"{:.1f}\" "
        "r=\"4.4\"/></g>",
        style_of(p, curve), path_data(points), first->x, first->y, last->x, last->y);
  }
  return sketch;
}

std::vector<Block> numbers(const Picture& p) {
  std::vector<std::string> columns{"#place"};
  for (int64_t curve = 0; curve < curves_of(p); ++curve) {
    columns.push_back(
        fmt::format("#{}, {}", name_of(p, curve), p.column_title.empty() ? "x" : p.column_title));
    columns.push_back(
        fmt::format("#{}, {}", name_of(p, curve), p.row_title.empty() ? "y" : p.row_title));
  }
  Table table(columns);
  const int64_t stride = (p.cols + kMaxRows - 1) / kMaxRows;
  for (int64_t i = 0; i < p.cols; i += stride) {
    std::vector<Cell> row{number_cell(std::to_string(i), static_cast<double>(i))};
    for (int64_t curve = 0; curve < curves_of(p); ++curve) {
      const PlanePoint at = point_of(p, curve, i);
      for (const double v : {at.x, at.y}) row.push_back(number_cell(number_text(v), v));
    }
    table.add(std::move(row));
  }
  return {{std::move(table)}};
}

}  // namespace

PictureKind tracks_kind() {
  return {"tracks", "A trajectory starts at the ring and ends at the dot.", &fits, &finding, &draw,
          &numbers};
}

}  // namespace agon::reports
