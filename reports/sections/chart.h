// SPDX-License-Identifier: MIT
//
// A chart as data, before it is drawn: render/svg draws it, render/plotly hands it to the page's
// script. Numbers that are NaN are gaps. Plain data, any thread.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "reports/record/record.h"

namespace agon::reports {

enum class Scale { linear, log2, log10, category };

// How tick labels are written: plain (0.95), power (10^-3), prefix (10 k).
enum class Ticks { plain, power, prefix };

struct ChartAxis {
  std::string title;
  Scale scale = Scale::linear;
  Ticks ticks = Ticks::plain;
  std::vector<std::string> categories;  // Scale::category: names of positions 0, 1, ...
  double low_bound = kNaN,
         high_bound = kNaN;  // the axis never goes beyond these (a score's 0 and 1)
};

// The category at a position, also of one that stands a little beside it; "" for none.
inline std::string category_name(const ChartAxis& axis, double position) {
  if (!std::isfinite(position)) return "";
  const auto i = std::lround(position);
  return i >= 0 && i < static_cast<long>(axis.categories.size())
             ? axis.categories[static_cast<size_t>(i)]
             : "";
}

// One measured value with its interval. The value is y, or x where the y axis has categories.
struct ChartPoint {
  double x = kNaN, y = kNaN;
  double low = kNaN, high = kNaN;
  std::vector<double> raw;  // the single measurements behind it, drawn small
  std::string note;         // "n = 3", shown on hover and in the table
};

struct ChartSeries {
  std::string name;
  int style = 0;      // chooses colour, marker and dash together
  bool open = false;  // hollow marker: a control
  bool line = true;   // join the points and draw intervals as a band; else dots with error bars
  std::vector<ChartPoint> points;
  std::string rule{};  // whose it is: a reader may ask for some rules only
};

// A dashed line across the plot at a value of the measured axis: chance, a target.
struct ChartReference {
  std::string label;
  double value = kNaN;
};

// A span of the x axis that belongs to a series, drawn as a tint and a bar at the foot of the plot.
struct ChartSpan {
  std::string label;
  int style = 0;
  double from = kNaN, to = kNaN;
  bool open_low = false, open_high = false;  // ends at the edge of what was measured
  std::string rule{};
};

struct Chart {
  std::string id;       // unique in the page, letters, digits and '-'
  std::string title;    // may be empty
  std::string finding;  // one sentence computed from the numbers: caption and aria-label
  ChartAxis x, y;
  std::vector<ChartSeries> series;
  std::vector<ChartReference> references;
  std::vector<ChartSpan> spans;

  // Rows of named dots, the measured value runs along x.
  bool horizontal() const { return y.scale == Scale::category; }
  bool empty() const {
    for (const ChartSeries& s : series) {
      if (!s.points.empty()) return false;
    }
    return true;
  }
};

}  // namespace agon::reports
