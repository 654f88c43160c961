// SPDX-License-Identifier: MIT
//
// From an axis and the numbers on it to a range, ticks and positions. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "reports/sections/chart.h"

namespace agon::reports {

struct Tick {
  double value = 0;
  std::string label;
};

// A range and the map from it to 0..1.
class AxisMap {
 public:
  // values: everything that has to be inside; numbers that are not finite, and those <= 0 on a
  // logarithmic axis, are left out. Without any, the range is 0..1 (1..10 on a logarithmic axis).
  AxisMap(const ChartAxis& axis, const std::vector<double>& values);

  double low() const { return low_; }
  double high() const { return high_; }
  const std::vector<Tick>& ticks() const { return ticks_; }
  // 0 at low, 1 at high; values outside are put on the edge. NaN for a value that has no place.
  double at(double value) const;
  bool inside(double value) const;

 private:
  double unit(double value) const;  // in the axis' own scale
  void find_linear_ticks(Ticks style);
  void find_log_ticks(double base, Ticks style);

  Scale scale_;
  double low_ = 0, high_ = 1;
  std::vector<Tick> ticks_;
};

// 10^-3 with superscript digits, 10 000 as 10 k, or plain.
std::string tick_label(double value, Ticks style, double step);

}  // namespace agon::reports
