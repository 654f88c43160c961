// SPDX-License-Identifier: MIT
//
// A heatmap: one rectangle per tile in nine steps of lightness, row 0 at the bottom, a legend of
// the steps' values. A value of exactly 0 is an empty tile. Positive values that span more than
// 100-fold are coloured by their logarithm, which the legend says.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

#include "reports/render/svg/picture_kinds.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr int kSteps = 9;
constexpr int64_t kMaxTiles = 4096;  // more are no picture that a page should carry
constexpr double kHeight = 236;      // of the tiles at most
constexpr double kLegend = 96;       // at the right
constexpr double kLogSpan = 100;
constexpr size_t kHoverTiles = 1024;  // a text for each of more tiles would only be weight

// The values that have a colour: finite and not 0.
struct Span {
  float low = 0, high = 0;
  size_t coloured = 0, empty = 0, lost = 0;  // lost: no finite number
  bool logarithmic = false;

  explicit Span(const Picture& p) {
    for (const float v : p.values) {
      if (!std::isfinite(v)) {
        ++lost;
      } else if (v == 0) {
        ++empty;
      } else {
        low = coloured == 0 ? v : std::min(low, v);
        high = coloured == 0 ? v : std::max(high, v);
        ++coloured;
      }
    }
    logarithmic = low > 0 && double{high} > kLogSpan * double{low};
  }
  // 0 at low, 1 at high.
  double at(double v) const {
    if (high == low) return 1;
    return logarithmic ? std::log(v / double{low}) / std::log(double{high} / double{low})
                       : (v - double{low}) / (double{high} - double{low});
  }
  // The value at a height of the legend.
  double value(double t) const {
    return logarithmic ? double{low} * std::pow(double{high} / double{low}, t)
                       : double{low} + t * (double{high} - double{low});
  }
};

int step_of(const Span& span, float v) {
  return std::clamp(static_cast<int>(span.at(double{v}) * kSteps), 0, kSteps - 1);
}

std::string number_text(double v) { return shortest(v, 3); }

std::string value_name(const Picture& p) { return p.value_title.empty() ? "value" : p.value_title; }

std::string tile_name(const Picture& p, size_t index) {
  const auto i = static_cast<int64_t>(index);
  return fmt::format("{} {}, {} {}", p.row_title.empty() ? "row" : p.row_title, i / p.cols,
                     p.column_title.empty() ? "column" : p.column_title, i % p.cols);
}

// Numbers along an edge, as many as have room.
int64_t label_stride(int64_t n, int64_t most) {
  int64_t stride = 1;
  for (const int64_t wider : {2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000}) {
    if ((n + stride - 1) / stride <= most) break;
    stride = wider;
  }
  return stride;
}

class Drawing {
 public:
  explicit Drawing(const Picture& p) : p_(p), span_(p) {
    left_ = 46;
    const double width = kSketchWidth - left_ - kLegend;
    tile_w_ = width / static_cast<double>(p_.cols);
    // Not much higher than wide, nor lower than a legend needs.
    tile_h_ = std::min(kHeight / static_cast<double>(p_.rows), std::max(1.4 * tile_w_, 14.0));
    plot_height_ = tile_h_ * static_cast<double>(p_.rows);
    height_ = top_ + std::max(plot_height_ + 42, kLegendHeight + 46);
  }

  Sketch sketch() {
    draw_tiles();
    draw_labels();
    draw_legend();
    return {std::move(out_), height_};
  }

 private:
  static constexpr double kLegendHeight = 9 * 14;

  template <typename... Args>
  void append(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }

  double x(int64_t col) const { return left_ + static_cast<double>(col) * tile_w_; }
  double y(int64_t row) const { return top_ + static_cast<double>(p_.rows - 1 - row) * tile_h_; }

  void draw_tiles() {
    const bool hover = p_.values.size() <= kHoverTiles;
    const double gap = std::min(1.0, 0.1 * std::min(tile_w_, tile_h_));
    for (size_t i = 0; i < p_.values.size(); ++i) {
      const float v = p_.values[i];
      const auto row = static_cast<int64_t>(i) / p_.cols, col = static_cast<int64_t>(i) % p_.cols;
      const std::string style = !std::isfinite(v) ? "lost"
                                : v == 0          ? "zero"
                                                  : fmt::format("q{}", step_of(span_, v));
      // An empty tile is an outline, which needs half a line's room.
      const double inset = gap / 2 + (style[0] == 'q' ? 0 : std::min(0.5, tile_w_ / 4));
      append("<rect class=\"{}\" x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\"",
             style, x(col) + inset, y(row) + inset, std::max(0.1, tile_w_ - 2 * inset),
             std::max(0.1, tile_h_ - 2 * inset));
      if (hover) {
        append("><title>{}: {}</title></rect>", escape_html(tile_name(p_, i)),
               std::isfinite(v) ? number_text(double{v}) : "no finite number");
      } else {
        out_ += "/>";
      }
    }
  }

  void draw_labels() {
    const double bottom = top_ + plot_height_;
    const int64_t columns = label_stride(p_.cols, 13),
                  rows = label_stride(
                      p_.rows, std::max<int64_t>(1, static_cast<int64_t>(plot_height_ / 15)));
    for (int64_t c = 0; c < p_.cols; c += columns) {
      append("<text class=\"t\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>",
             x(c) + tile_w_ / 2, bottom + 15, c);
    }
    for (int64_t r = 0; r < p_.rows; r += rows) {
      append("<text class=\"t\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>", left_ - 6,
             y(r) + tile_h_ / 2 + 4, r);
    }
    append("<text class=\"t\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>",
           x(p_.cols) / 2 + left_ / 2, bottom + 34, escape_html(p_.column_title));
    append(
        "<text class=\"t\" text-anchor=\"middle\" transform=\"translate(12 {:.1f}) "
        "rotate(-90)\">{}</text>",
        top_ + plot_height_ / 2, escape_html(p_.row_title));
  }

  void draw_legend() {
    if (span_.coloured == 0) return;
    const double at = kSketchWidth - kLegend + 18, step = kLegendHeight / kSteps;
    const bool one = span_.low == span_.high;
    for (int s = 0; s < kSteps; ++s) {
      if (one && s + 1 < kSteps) continue;
      append("<rect class=\"q{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"14\" height=\"{:.2f}\"/>", s,
             at, top_ + (one ? 0 : step * (kSteps - 1 - s)), step);
    }
    if (one) {
      append("<text class=\"t\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", at + 19, top_ + 11,
             number_text(double{span_.high}));
    } else {
      for (const double t : {0.0, 1.0 / 3, 2.0 / 3, 1.0}) {
        append("<text class=\"t\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", at + 19,
               top_ + (1 - t) * kLegendHeight + 4, number_text(span_.value(t)));
      }
    }
    const double below = top_ + (one ? step : kLegendHeight) + 18;
    if (span_.logarithmic)
      append("<text class=\"t\" x=\"{:.1f}\" y=\"{:.1f}\">log scale</text>", at, below);
    if (span_.empty > 0) {
      const double y0 = below + (span_.logarithmic ? 8 : -10);
      append("<rect class=\"zero\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"13\" height=\"12\"/>",
             at + 0.5, y0);
      append("<text class=\"t\" x=\"{:.1f}\" y=\"{:.1f}\">0</text>", at + 19, y0 + 10);
    }
  }

  const Picture& p_;
  const Span span_;
  double left_ = 0, top_ = 10, tile_w_ = 0, tile_h_ = 0, plot_height_ = 0, height_ = 0;
  std::string out_;
};

std::vector<Block> number_table(const Picture& p) {
  std::vector<std::string> columns{p.row_title.empty() ? "row" : p.row_title};
  for (int64_t c = 0; c < p.cols; ++c) columns.push_back(fmt::format("#{}", c));
  Table table(columns);
  for (int64_t r = p.rows - 1; r >= 0; --r) {  // as drawn: row 0 at the bottom
    std::vector<Cell> row{text_cell(std::to_string(r))};
    for (int64_t c = 0; c < p.cols; ++c) {
      const double v = value_at(p, r, c);
      row.push_back(number_cell(std::isfinite(v) ? number_text(v) : "none", v));
    }
    table.add(std::move(row));
  }
  return {{std::move(table)}};
}

bool fits(const Picture& p) { return p.rows * p.cols <= kMaxTiles; }

// "3 of 80 tiles".
std::string counted_tiles(size_t n, size_t all) {
  return fmt::format("{} of {} tile{}", n, all, all == 1 ? "" : "s");
}

std::string finding(const Picture& p) {
  const Span span(p);
  if (span.coloured == 0) {
    if (span.lost == 0) return "Every tile is exactly 0.";
    return fmt::format("{} of {} tiles {} no finite number, the others are 0.", span.lost,
                       p.values.size(), span.lost == 1 ? "is" : "are");
  }
  size_t highest = 0, lowest = 0;
  bool any = false;
  for (size_t i = 0; i < p.values.size(); ++i) {
    const float v = p.values[i];
    if (!std::isfinite(v) || v == 0) continue;
    if (!any || v > p.values[highest]) highest = i;
    if (!any || v < p.values[lowest]) lowest = i;
    any = true;
  }
  std::string out =
      span.low == span.high
          ? fmt::format("{} {} of the value {}.", counted_tiles(span.coloured, p.values.size()),
                        span.coloured == 1 ? "is" : "are", number_text(double{span.high}))
          : fmt::format("{}: highest {} at {}; lowest {} at {}.", capital(value_name(p)),
                        number_text(double{span.high}), tile_name(p, highest),
                        number_text(double{span.low}), tile_name(p, lowest));
  if (span.empty > 0) {
    out += fmt::format(" {} {} exactly 0.", counted_tiles(span.empty, p.values.size()),
                       span.empty == 1 ? "is" : "are");
  }
  if (span.lost > 0)
    out += fmt::format(" {} {} no finite number.", span.lost, span.lost == 1 ? "has" : "have");
  return out;
}

Sketch draw(const Picture& p) { return Drawing(p).sketch(); }

}  // namespace

PictureKind heatmap_kind() {
  return {
      "heatmap",
      "In a heatmap darker on a light page and brighter on a dark one is more; an empty tile is "
      "exactly 0.",
      &fits,
      &finding,
      &draw,
      &number_table};
}

}  // namespace agon::reports
