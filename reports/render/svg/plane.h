// SPDX-License-Identifier: MIT
//
// A rectangle with two axes in which pictures draw lines and marks, and lines made short. Pure,
// any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "reports/render/svg/axis.h"

namespace agon::reports {

struct PlanePoint {
  double x = kNaN, y = kNaN;  // NaN: a gap
};

bool is_gap(const PlanePoint& point);
// From p to the nearest place of the line from a to b.
double distance_to(const PlanePoint& p, const PlanePoint& a, const PlanePoint& b);

struct PlaneBox {
  double left = 0, top = 0, width = 0, height = 0;  // pixels of the drawing
};

class Plane {
 public:
  // xs, ys: what has to be inside. One unit is as long along x as along y where `equal`; the box is
  // then the most that the plane may take.
  Plane(const ChartAxis& x, const ChartAxis& y, const std::vector<double>& xs,
        const std::vector<double>& ys, PlaneBox box, bool equal = false);

  // The place of a value, in pixels; NaN where it has none. x grows to the right, y upwards.
  PlanePoint at(double x, double y) const;
  const PlaneBox& box() const { return box_; }
  double bottom() const;  // below the title of the x axis
  // Grid, numbers and titles of both axes, as SVG.
  std::string frame() const;

 private:
  ChartAxis x_axis_, y_axis_;
  AxisMap x_, y_;
  PlaneBox box_;
  double left_, bottom_;   // where the ranges begin, inside the box
  double width_, height_;  // of the ranges
};

// How much room numbers and title of a y axis over these values take at the left.
double axis_room(const ChartAxis& y, const std::vector<double>& ys);

// The path through the points, gaps left open, without those that lie nearer than 0.3 pixels to
// the path without them (Douglas, Peucker 1973), or farther where it would still be long: at most
// about 4000 points. "" for no points.
std::string path_data(std::span<const PlanePoint> points);

}  // namespace agon::reports
