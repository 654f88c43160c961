// SPDX-License-Identifier: MIT
#include "reports/render/svg/svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "reports/render/svg/axis.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr double kWidth = 460;
constexpr double kPlotHeight = 236, kRowHeight = 27, kStackedHeight = 40, kNameColumn = 150,
                 kValueColumn = 152;
constexpr double kMarker = 4.4;

std::string marker(int style, double x, double y, double r, std::string_view extra = "") {
  const int shape = (style + style / kSeriesColours) % kSeriesColours;
  const auto path = [&](std::string_view d) {
    return fmt::format("<path class=\"m\"{} d=\"{}\"/>", extra, d);
  };
  const double a = 1.2 * r;
  switch (shape) {
    case 0:
      return fmt::format("<circle class=\"m\"{} cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\"/>", extra,
                         x, y, r);
    case 1:
      return path(fmt::format("M{:.1f} {:.1f}h{:.1f}v{:.1f}h{:.1f}z", x - 0.9 * r, y - 0.9 * r,
                              1.8 * r, 1.8 * r, -1.8 * r));
    case 2:
      return path(
          fmt::format("M{:.1f} {:.1f}l{:.1f} {:.1f}h{:.1f}z", x, y - a, a, 1.9 * r, -2 * a));
    case 3:
      return path(fmt::format("M{:.1f} {:.1f}l{:.1f} {:.1f}l{:.1f} {:.1f}l{:.1f} {:.1f}z", x, y - a,
                              a, a, -a, a, -a, -a));
    case 4:
      return path(
          fmt::format("M{:.1f} {:.1f}l{:.1f} {:.1f}h{:.1f}z", x, y + a, a, -1.9 * r, -2 * a));
    case 5:
      return path(
          fmt::format("M{:.1f} {:.1f}l{:.1f} {:.1f}v{:.1f}z", x + a, y, -1.9 * r, a, -2 * a));
    case 6:
      return path(
          fmt::format("M{:.1f} {:.1f}l{:.1f} {:.1f}v{:.1f}z", x - a, y, 1.9 * r, a, -2 * a));
    default:
      return path(fmt::format(
          "M{:.1f} {:.1f}h{:.1f}l{:.1f} {:.1f}l{:.1f} {:.1f}h{:.1f}l{:.1f} {:.1f}z", x - 0.6 * r,
          y - r, 1.2 * r, 0.6 * r, r, -0.6 * r, r, -1.2 * r, -0.6 * r, -r));
  }
}

std::string rule_attribute(const std::string& rule) {
  return rule.empty() ? "" : " data-rule=\"" + escape_html(rule) + "\"";
}

// Attributes of a group of this series.
std::string group_of(const ChartSeries& s) {
  return fmt::format("class=\"s s{} d{}{}\"{}", s.style % kSeriesColours, s.style % 5,
                     s.open ? " open" : "", rule_attribute(s.rule));
}

class Drawing {
 public:
  explicit Drawing(const Chart& chart)
      : chart_(chart), x_(chart.x, values(true)), y_(chart.y, values(false)) {
    if (chart_.horizontal()) {
      size_t row = 0;
      for (const std::string& name : chart_.y.categories) {
        left_ = std::max(left_, text_width(name) + 14);
        ++row;
      }
      // Long names, such as rules with their parameters, stand above their row: cut short they
      // would not tell the rows apart.
      stacked_ = left_ > kNameColumn;
      if (stacked_) left_ = 12;
      right_ = 112;
      for (const ChartSeries& s : chart_.series) {
        for (const ChartPoint& p : s.points)
          right_ = std::max(right_, std::min(text_width(value_text(p)) + 10, kValueColumn));
      }
      top_ = chart_.references.empty() ? 10 : 24;
      plot_height_ =
          (stacked_ ? kStackedHeight : kRowHeight) * static_cast<double>(std::max<size_t>(row, 1));
    } else {
      for (const Tick& t : y_.ticks()) left_ = std::max(left_, text_width(t.label) + 14);
      if (!chart_.y.title.empty()) left_ += 16;
      // Beside the plot, where no data can run through it.
      for (const ChartReference& r : chart_.references) {
        if (std::isfinite(r.value)) right_ = std::max(right_, text_width(r.label, 11.5) + 10);
      }
      top_ = lay_out_legend();
      plot_height_ = kPlotHeight;
    }
    foot_ = 10 + kSpanStep * static_cast<double>(chart_.spans.size());
    if (chart_.spans.empty() || chart_.horizontal()) foot_ = 0;
    bottom_ = top_ + plot_height_ + foot_;
    height_ = bottom_ + (chart_.x.title.empty() ? 26 : 44);
  }

  std::string text(std::string_view css) {
    const std::string id = escape_html(chart_.id);
    out_ = fmt::format(
        "<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0f} {:.0f}\" "
        "role=\"img\" "
        "aria-labelledby=\"{}-t {}-d\"><title id=\"{}-t\">{}</title><desc id=\"{}-d\">{}</desc>",
        kWidth, height_, id, id, id,
        escape_html(chart_.title.empty() ? chart_.y.title : chart_.title), id,
        escape_html(chart_.finding));
    if (!css.empty()) append("<style>{}</style>", css);
    draw_grid();
    draw_spans();
    draw_references();
    if (chart_.horizontal()) {
      for (const ChartSeries& s : chart_.series) draw_row_dots(s);
    } else {
      for (const ChartSeries& s : chart_.series) draw_band(s);
      for (const ChartSeries& s : chart_.series) draw_line(s);
      out_ += legend_;
    }
    out_ += "</svg>";
    return std::move(out_);
  }

 private:
  static constexpr double kSpanStep = 8;

  template <typename... Args>
  void append(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }

  // Everything that has to be inside the x or y range.
  std::vector<double> values(bool along_x) const {
    std::vector<double> out;
    const bool measured = along_x == chart_.horizontal();
    for (const ChartSeries& s : chart_.series) {
      for (const ChartPoint& p : s.points) {
        out.push_back(along_x ? p.x : p.y);
        if (!measured) continue;
        out.push_back(p.low);
        out.push_back(p.high);
        out.insert(out.end(), p.raw.begin(), p.raw.end());
      }
    }
    if (measured) {
      for (const ChartReference& r : chart_.references) out.push_back(r.value);
    }
    return out;
  }

  double px(double v) const { return left_ + x_.at(v) * (kWidth - left_ - right_); }
  double py(double v) const {
    // Rows of names read downwards.
    const double t = chart_.horizontal() ? y_.at(v) : 1 - y_.at(v);
    return top_ + t * plot_height_ + (stacked_ ? 8 : 0);
  }

  // Builds legend_ and returns where the plot begins.
  double lay_out_legend() {
    double x = left_, y = 10;
    if (chart_.series.size() < 2) return 10;
    for (const ChartSeries& s : chart_.series) {
      const std::string name = fit_text(s.name, kWidth - left_ - right_ - 30);
      const double width = 30 + text_width(name) + 12;
      if (x + width > kWidth && x > left_) {
        x = left_;
        y += 18;
      }
      legend_ += fmt::format(
          "<g {}><path class=\"l\" d=\"M{:.1f} {:.1f}h22\"/>{}<text x=\"{:.1f}\" "
          "y=\"{:.1f}\">{}</text></g>",
          group_of(s), x, y, marker(s.style, x + 11, y, kMarker), x + 28, y + 4.3,
          escape_html(name));
      x += width;
    }
    return y + 18;
  }

  void draw_grid() {
    const double right = kWidth - right_;
    const double slot = chart_.x.scale == Scale::category && !x_.ticks().empty()
                            ? (right - left_) / static_cast<double>(x_.ticks().size()) - 4
                            : kWidth;
    for (const Tick& t : x_.ticks()) {
      append(
          "<path class=\"g\" d=\"M{:.1f} {:.1f}V{:.1f}\"/><text class=\"t\" x=\"{:.1f}\" "
          "y=\"{:.1f}\" "
          "text-anchor=\"middle\">{}</text>",
          px(t.value), top_, bottom_, px(t.value), bottom_ + 17,
          escape_html(fit_text(t.label, slot)));
    }
    for (const Tick& t : y_.ticks()) {
      const double y = py(t.value);
      if (chart_.horizontal()) {
        append(
            "<path class=\"g\" d=\"M{:.1f} {:.1f}H{:.1f}\"/><text{} x=\"{:.1f}\" y=\"{:.1f}\" "
            "text-anchor=\"{}\">{}</text>",
            left_, y, right, rule_attribute(rule_of_row(t.value)), stacked_ ? left_ : left_ - 10,
            stacked_ ? y - 12 : y + 4.3, stacked_ ? "start" : "end",
            escape_html(fit_text(t.label, stacked_ ? kWidth - left_ : left_ - 12)));
      } else {
        append(
            "<path class=\"g\" d=\"M{:.1f} {:.1f}H{:.1f}\"/><text class=\"t\" x=\"{:.1f}\" "
            "y=\"{:.1f}\" "
            "text-anchor=\"end\">{}</text>",
            left_, y, right, left_ - 8, y + 4.3, escape_html(t.label));
      }
    }
    append("<path class=\"a\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>", left_, bottom_, right);
    if (!chart_.x.title.empty()) {
      append("<text class=\"t\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>",
             (left_ + right) / 2, height_ - 8, escape_html(chart_.x.title));
    }
    if (!chart_.horizontal() && !chart_.y.title.empty()) {
      append(
          "<text class=\"t\" text-anchor=\"middle\" transform=\"translate(12 {:.1f}) "
          "rotate(-90)\">{}</text>",
          top_ + plot_height_ / 2, escape_html(chart_.y.title));
    }
  }

  // Whose row of named dots stands at a position.
  std::string rule_of_row(double position) const {
    for (const ChartSeries& s : chart_.series) {
      if (!s.points.empty() && s.points.front().y == position) return s.rule;
    }
    return "";
  }

  // On which side of its line a label stands: towards the middle, or of several away from each
  // other.
  bool stands_left(const ChartReference& own) const {
    for (const ChartReference& r : chart_.references) {
      if (&r != &own && std::isfinite(r.value)) return own.value < r.value;
    }
    return px(own.value) > (kWidth + left_ - right_) / 2;
  }

  void draw_references() {
    for (const ChartReference& r : chart_.references) {
      if (!std::isfinite(r.value)) continue;
      const std::string label = escape_html(r.label);
      if (chart_.horizontal()) {
        const double x = px(r.value);
        const bool late = stands_left(r);
        append(
            "<path class=\"r\" d=\"M{:.1f} {:.1f}V{:.1f}\"/><text class=\"t\" x=\"{:.1f}\" "
            "y=\"{:.1f}\" "
            "text-anchor=\"{}\">{}</text>",
            x, top_ - 6, bottom_, x + (late ? 2 : -2), top_ - 10, late ? "end" : "start", label);
      } else {
        const double y = py(r.value);
        append(
            "<path class=\"r\" d=\"M{:.1f} {:.1f}H{:.1f}\"/><text class=\"t\" x=\"{:.1f}\" "
            "y=\"{:.1f}\">{}</text>",
            left_, y, kWidth - right_, kWidth - right_ + 5, y + 4, label);
      }
    }
  }

  void draw_spans() {
    if (chart_.horizontal()) return;
    double y = top_ + plot_height_ + 7;
    for (const ChartSpan& s : chart_.spans) {
      const double from = px(s.from), to = px(s.to);
      if (!std::isfinite(from) || !std::isfinite(to)) continue;
      append(
          "<g class=\"s s{}\"{}><path class=\"w\" d=\"M{:.1f} {:.1f}H{:.1f}V{:.1f}H{:.1f}z\"/>"
          "<path class=\"wb\" d=\"M{:.1f} {:.1f}H{:.1f}\"><title>{}</title></path>",
          s.style % kSeriesColours, rule_attribute(s.rule), from, top_, to, top_ + plot_height_,
          from, from, y, std::max(to, from + 1), escape_html(s.label));
      // An arrow head: the span goes on beyond what was measured.
      if (s.open_low)
        append("<path class=\"wa\" d=\"M{:.1f} {:.1f}l-7 4.5l7 4.5z\"/>", from, y - 4.5);
      if (s.open_high)
        append("<path class=\"wa\" d=\"M{:.1f} {:.1f}l7 4.5l-7 4.5z\"/>", to, y - 4.5);
      out_ += "</g>";
      y += kSpanStep;
    }
  }

  void draw_band(const ChartSeries& s) {
    if (!s.line) return;
    std::string upper, lower;
    const auto close = [&] {
      if (!upper.empty())
        append("<g {}><path class=\"b\" d=\"M{}{}z\"/></g>", group_of(s), upper.substr(1), lower);
      upper.clear();
      lower.clear();
    };
    for (const ChartPoint& p : s.points) {
      if (!std::isfinite(p.low) || !std::isfinite(p.high) || !std::isfinite(px(p.x))) {
        close();
        continue;
      }
      upper += fmt::format("L{:.1f} {:.1f}", px(p.x), py(p.high));
      lower.insert(0, fmt::format("L{:.1f} {:.1f}", px(p.x), py(p.low)));
    }
    close();
  }

  void draw_line(const ChartSeries& s) {
    append("<g {}>", group_of(s));
    if (s.line) {
      std::string path;
      bool pen = false;
      for (const ChartPoint& p : s.points) {
        const double x = px(p.x), y = py(p.y);
        if (!std::isfinite(x) || !std::isfinite(y)) {
          pen = false;
          continue;
        }
        path += fmt::format("{}{:.1f} {:.1f}", pen ? 'L' : 'M', x, y);
        pen = true;
      }
      if (!path.empty()) append("<path class=\"l\" d=\"{}\"/>", path);
    }
    // Many points: a marker now and then still tells the series apart.
    const size_t stride = s.line ? std::max<size_t>(1, (s.points.size() + 13) / 14) : 1;
    for (size_t i = 0; i < s.points.size(); ++i) {
      const ChartPoint& p = s.points[i];
      const double x = px(p.x), y = py(p.y);
      if (!std::isfinite(x) || !std::isfinite(y)) continue;
      if (!s.line && std::isfinite(p.low))
        append("<path class=\"e\" d=\"M{:.1f} {:.1f}V{:.1f}\"/>", x, py(p.low), py(p.high));
      if (i % stride == 0 || i + 1 == s.points.size()) {
        append("<g><title>{}</title>{}</g>", escape_html(hover(s, p)),
               marker(s.style, x, y, kMarker));
      }
    }
    out_ += "</g>";
  }

  void draw_row_dots(const ChartSeries& s) {
    append("<g {}>", group_of(s));
    for (const ChartPoint& p : s.points) {
      const double y = py(p.y);
      const double right = kWidth - right_;
      for (const double v : p.raw) {
        if (std::isfinite(px(v)))
          append("<circle class=\"raw\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"1.8\"/>", px(v), y + 7.5);
      }
      if (!std::isfinite(px(p.x))) {
        append("<text class=\"t\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", right + 8, y + 4.3,
               kNotMeasured);
        continue;
      }
      if (std::isfinite(p.low) && std::isfinite(p.high)) {
        append("<path class=\"e\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>", px(p.low), y, px(p.high));
      }
      append("<g><title>{}</title>{}</g>", escape_html(hover(s, p)),
             marker(s.style, px(p.x), y, kMarker + 0.6));
      append("<text class=\"v\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", right + 8, y + 4.3,
             escape_html(fit_text(value_text(p), right_ - 8)));
    }
    out_ += "</g>";
  }

  std::string number_text(const ChartAxis& axis, double v) const {
    return axis.ticks == Ticks::prefix   ? si(v)
           : axis.scale == Scale::linear ? fixed_or_small(v)
                                         : shortest(v);
  }
  std::string value_text(const ChartPoint& p) const {
    std::string out = number_text(chart_.x, p.x);
    if (!std::isfinite(p.low) || !std::isfinite(p.high) || chart_.x.ticks != Ticks::plain)
      return out;
    // Half the width says enough beside the drawing, but not where a bound has cut one half.
    const std::string below = fixed_or_small(p.x - p.low), above = fixed_or_small(p.high - p.x);
    if (below == above) return out + " ± " + above;
    return out + fmt::format(" [{}, {}]", fixed_or_small(p.low), fixed_or_small(p.high));
  }
  std::string hover(const ChartSeries& s, const ChartPoint& p) const {
    const bool flat = chart_.horizontal();
    const ChartAxis& axis = flat ? chart_.x : chart_.y;
    std::string out = s.name + ": " + number_text(axis, flat ? p.x : p.y);
    if (std::isfinite(p.low) && std::isfinite(p.high)) {
      out += " [" + number_text(axis, p.low) + ", " + number_text(axis, p.high) + "]";
    }
    if (!flat)
      out += " at " + chart_.x.title + " " +
             (chart_.x.scale == Scale::category ? category_name(chart_.x, p.x)
              : chart_.x.ticks == Ticks::prefix ? si(p.x)
                                                : shortest(p.x));
    if (!p.note.empty()) out += ", " + p.note;
    return out;
  }

  const Chart& chart_;
  AxisMap x_, y_;
  double left_ = 40, right_ = 16, top_ = 10, plot_height_ = kPlotHeight, foot_ = 0, bottom_ = 0,
         height_ = 0;
  bool stacked_ = false;  // names above their rows
  std::string out_, legend_;
};

}  // namespace

std::string render_svg(const Chart& chart, std::string_view css) {
  return Drawing(chart).text(css);
}

std::string marker_icon(int style, bool open) {
  return fmt::format(
      "<svg class=\"icon\" viewBox=\"0 0 14 14\" aria-hidden=\"true\"><g class=\"s "
      "s{}{}\">{}</g></svg>",
      style % kSeriesColours, open ? " open" : "", marker(style, 7, 7, kMarker));
}

}  // namespace agon::reports
