// SPDX-License-Identifier: MIT
#include "reports/render/svg/plane.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr double kTolerance = 0.3;   // pixels
constexpr size_t kMaxPoints = 4000;  // of a path: 12 bytes each
constexpr double kSmallest = 40;     // of a plane with equal units: room for a number or two
constexpr double kTickFont = 11.5;

// Marks the points of a run without gaps that have to stay.
void mark_kept(std::span<const PlanePoint> run, double tolerance, std::vector<bool>& kept,
               size_t offset) {
  kept[offset] = kept[offset + run.size() - 1] = true;
  std::vector<std::pair<size_t, size_t>> open{{0, run.size() - 1}};
  while (!open.empty()) {
    const auto [from, to] = open.back();
    open.pop_back();
    size_t farthest = from;
    double most = tolerance;
    for (size_t i = from + 1; i < to; ++i) {
      const double d = distance_to(run[i], run[from], run[to]);
      if (d <= most) continue;
      most = d;
      farthest = i;
    }
    if (farthest == from) continue;
    kept[offset + farthest] = true;
    open.emplace_back(from, farthest);
    open.emplace_back(farthest, to);
  }
}

}  // namespace

bool is_gap(const PlanePoint& p) { return !std::isfinite(p.x) || !std::isfinite(p.y); }

double distance_to(const PlanePoint& p, const PlanePoint& a, const PlanePoint& b) {
  const double dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
  const double t =
      length > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length, 0.0, 1.0) : 0;
  return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

Plane::Plane(const ChartAxis& x, const ChartAxis& y, const std::vector<double>& xs,
             const std::vector<double>& ys, PlaneBox box, bool equal)
    : x_axis_(x), y_axis_(y), x_(x, xs), y_(y, ys), box_(box) {
  width_ = box.width;
  height_ = box.height;
  if (equal) {
    const double unit =
        std::min(box.width / (x_.high() - x_.low()), box.height / (y_.high() - y_.low()));
    width_ = unit * (x_.high() - x_.low());
    height_ = unit * (y_.high() - y_.low());
    box_.width = std::max(width_, kSmallest);
    box_.height = std::max(height_, kSmallest);
  }
  left_ = box_.left + (box_.width - width_) / 2;
  bottom_ = box_.top + (box_.height + height_) / 2;
}

PlanePoint Plane::at(double x, double y) const {
  return {left_ + x_.at(x) * width_, bottom_ - y_.at(y) * height_};
}

double Plane::bottom() const { return box_.top + box_.height + (x_axis_.title.empty() ? 24 : 42); }

std::string Plane::frame() const {
  std::string out;
  const auto append = [&out]<typename... Args>(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
  };
  const double right = box_.left + box_.width, floor = box_.top + box_.height;
  // Numbers that would run into the one before are left out.
  double free = -HUGE_VAL;
  for (const Tick& tick : x_.ticks()) {
    const double x = left_ + x_.at(tick.value) * width_;
    append("<path class=\"g\" d=\"M{:.1f} {:.1f}V{:.1f}\"/>", x, box_.top, floor);
    const double half = text_width(tick.label, kTickFont) / 2;
    if (x - half < free) continue;
    free = x + half + 6;
    append("<text class=\"t\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>", x,
           floor + 16, escape_html(tick.label));
  }
  free = HUGE_VAL;
  for (const Tick& tick : y_.ticks()) {
    const double y = bottom_ - y_.at(tick.value) * height_;
    append("<path class=\"g\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>", box_.left, y, right);
    if (y + 6 > free) continue;
    free = y - 7;
    append("<text class=\"t\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
           box_.left - 7, y + 4, escape_html(tick.label));
  }
  append("<path class=\"a\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>", box_.left, floor, right);
  if (!x_axis_.title.empty()) {
    append("<text class=\"t\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>",
           (box_.left + right) / 2, floor + 34, escape_html(x_axis_.title));
  }
  if (!y_axis_.title.empty()) {
    append(
        "<text class=\"t\" text-anchor=\"middle\" transform=\"translate(12 {:.1f}) "
        "rotate(-90)\">{}</text>",
        box_.top + box_.height / 2,
        escape_html(fit_text(y_axis_.title, std::max(box_.height + 20, 60.0))));
  }
  return out;
}

double axis_room(const ChartAxis& y, const std::vector<double>& ys) {
  double room = 20;
  const AxisMap map(y, ys);
  for (const Tick& tick : map.ticks())
    room = std::max(room, text_width(tick.label, kTickFont) + 12);
  return room + (y.title.empty() ? 0 : 18);
}

std::string path_data(std::span<const PlanePoint> points) {
  std::vector<bool> kept;
  for (double tolerance = kTolerance; tolerance < 100; tolerance *= 1.6) {
    kept.assign(points.size(), false);
    for (size_t i = 0; i < points.size();) {
      if (is_gap(points[i])) {
        ++i;
        continue;
      }
      size_t end = i + 1;
      while (end < points.size() && !is_gap(points[end])) ++end;
      mark_kept(points.subspan(i, end - i), tolerance, kept, i);
      i = end;
    }
    if (static_cast<size_t>(std::ranges::count(kept, true)) <= kMaxPoints) break;
  }
  std::string out;
  bool pen = false;
  for (size_t i = 0; i < points.size(); ++i) {
    if (is_gap(points[i])) pen = false;
    if (!kept[i]) continue;
    fmt::format_to(std::back_inserter(out), "{}{:.1f} {:.1f}", pen ? 'L' : 'M', points[i].x,
                   points[i].y);
    pen = true;
  }
  return out;
}

}  // namespace agon::reports
