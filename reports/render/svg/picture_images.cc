// SPDX-License-Identifier: MIT
//
// Images side by side in 16 steps from the paper to the ink, the same for all. Pixels lie on one
// grid of whole numbers, and all runs of one step are one path, so that a page stays small.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "reports/render/svg/picture_kinds.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr int64_t kMaxImages = 50;
constexpr int kSteps = 16;
constexpr double kGap = 10, kNameRoom = 20, kLegend = 26;  // pixels of the drawing

int64_t images_of(const Picture& p) { return std::min(p.rows, kMaxImages); }
std::string name_of(const Picture& p, int64_t image) { return series_name(p, image, "image"); }
std::string number_text(double v) { return std::isfinite(v) ? shortest(v, 3) : "none"; }

bool fits(const Picture& p) {
  return p.image_rows > 0 && p.image_cols > 0 && p.image_rows <= p.cols && p.image_cols <= p.cols &&
         p.image_rows * p.image_cols == p.cols;
}

struct Stats {
  Extent extent;
  double mean = kNaN;
};

Stats stats_of(const Picture& p, int64_t image) {
  Stats out;
  double sum = 0;
  for (int64_t i = 0; i < p.cols; ++i) {
    const double v = value_at(p, image, i);
    out.extent.add(v);
    if (std::isfinite(v)) sum += v;
  }
  if (out.extent.n > 0) out.mean = sum / static_cast<double>(out.extent.n);
  return out;
}

std::string finding(const Picture& p) {
  Extent all;
  for (const float v : p.values) all.add(double{v});
  std::string out =
      fmt::format("{} of {} x {} pixels", plural(p.rows, "image"), p.image_rows, p.image_cols);
  if (all.n == 0) return out + " without a finite number.";
  out += all.low == all.high
             ? fmt::format(", all of the value {}.", number_text(all.low))
             : fmt::format(", values from {} to {}.", number_text(all.low), number_text(all.high));
  if (p.rows > kMaxImages) out += fmt::format(" The first {} of {} are drawn.", kMaxImages, p.rows);
  return out + lost_words(all.lost);
}

// Where the images stand. A pixel is scale wide and high, higher in images of few rows.
struct Layout {
  int64_t per_row = 5, rows = 1;
  double scale_x = 1, scale_y = 1;
  int64_t step_x = 1, step_y = 1;  // from an image to the next, in pixels of the images

  explicit Layout(const Picture& p) {
    const int64_t n = images_of(p);
    const bool flat = p.image_cols >= 6 * p.image_rows;
    per_row = std::min<int64_t>(n, flat ? 2 : n > 20 ? 10 : 5);
    rows = (n + per_row - 1) / per_row;
    // One or two images are not blown up to the whole width.
    const auto shares = static_cast<double>(std::max<int64_t>(per_row, flat ? 2 : 4));
    const double width = (kSketchWidth - 2) / shares - kGap;
    scale_x = width / static_cast<double>(p.image_cols);
    // A tall image is narrow, a strip not thinner than a stroke of the pen.
    scale_y = std::clamp(scale_x, 12.0 / static_cast<double>(p.image_rows),
                         std::max(12.0, 1.6 * width) / static_cast<double>(p.image_rows));
    step_x = p.image_cols + static_cast<int64_t>(std::ceil(kGap / scale_x));
    step_y = p.image_rows + static_cast<int64_t>(std::ceil(kNameRoom / scale_y));
    // Whole pixels between images may have made the row too wide.
    scale_x = std::min(scale_x, (kSketchWidth - 2) / static_cast<double>(per_row * step_x));
  }
  int64_t column(int64_t image) const { return image % per_row * step_x; }
  int64_t line(int64_t image) const { return image / per_row * step_y; }
};

// Runs of equal step of all images, each as one stroke of the path of its step.
std::array<std::string, kSteps> paths_of(const Picture& p, const Layout& layout,
                                         const Extent& span) {
  std::array<std::string, kSteps> out;
  const auto step_at = [&](int64_t image, int64_t row, int64_t col) {
    const double v = value_at(p, image, row * p.image_cols + col);
    if (!std::isfinite(v)) return 0;
    if (span.high == span.low) return kSteps - 1;
    return std::clamp(static_cast<int>((v - span.low) / (span.high - span.low) * kSteps), 0,
                      kSteps - 1);
  };
  for (int64_t image = 0; image < images_of(p); ++image) {
    for (int64_t row = 0; row < p.image_rows; ++row) {
      for (int64_t col = 0; col < p.image_cols;) {
        const int step = step_at(image, row, col);
        int64_t end = col + 1;
        while (end < p.image_cols && step_at(image, row, end) == step) ++end;
        if (step > 0) {
          fmt::format_to(std::back_inserter(out[static_cast<size_t>(step)]), "M{} {}h{}",
                         layout.column(image) + col, layout.line(image) + row, end - col);
        }
        col = end;
      }
    }
  }
  return out;
}

std::string opacity(int step) { return shortest(static_cast<double>(step) / (kSteps - 1), 2); }

Sketch draw(const Picture& p) {
  Extent span;
  for (int64_t image = 0; image < images_of(p); ++image) {
    const Extent own = stats_of(p, image).extent;
    if (own.n == 0) continue;
    span.add(own.low);
    span.add(own.high);
  }
  const Layout layout(p);
  Sketch sketch;
  const auto append = [&]<typename... Args>(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(sketch.body), format, std::forward<Args>(args)...);
  };
  if (span.n > 0) {
    // A stroke of width 1 around the middle of each row of pixels.
    append("<g class=\"px\" transform=\"translate(1 1) scale({:.4f} {:.4f}) translate(0 .5)\">",
           layout.scale_x, layout.scale_y);
    const auto paths = paths_of(p, layout, span);
    for (int step = 1; step < kSteps; ++step) {
      const std::string& path = paths[static_cast<size_t>(step)];
      if (!path.empty()) append("<path stroke-opacity=\"{}\" d=\"{}\"/>", opacity(step), path);
    }
    sketch.body += "</g>";
  }
  const double width = static_cast<double>(p.image_cols) * layout.scale_x,
               height = static_cast<double>(p.image_rows) * layout.scale_y;
  for (int64_t image = 0; image < images_of(p); ++image) {
    const double x = 1 + static_cast<double>(layout.column(image)) * layout.scale_x,
                 y = 1 + static_cast<double>(layout.line(image)) * layout.scale_y;
    append("<rect class=\"zero\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>", x,
           y, width, height);
    append("<text class=\"t\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>",
           x + width / 2, y + height + 14,
           escape_html(fit_text(name_of(p, image), width + kGap - 2)));
  }
  sketch.height = 1 + static_cast<double>((layout.rows - 1) * layout.step_y) * layout.scale_y +
                  height + kNameRoom;
  if (span.n == 0) return sketch;
  // The steps and what their ends stand for.
  const double y = sketch.height + 6;
  const std::string low = number_text(span.low), high = number_text(span.high);
  double x = 1;
  append("<text class=\"t\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", x, y + 10, low);
  x += text_width(low, 11.5) + 6;
  append("<g class=\"px\" stroke-width=\"10\">");
  for (int step = 1; step < kSteps; ++step) {
    append("<path stroke-opacity=\"{}\" d=\"M{:.1f} {:.1f}h7\"/>", opacity(step), x + 7.0 * step,
           y + 6);
  }
  append("</g><rect class=\"zero\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{}\" height=\"10\"/>", x,
         y + 1, 7 * kSteps);
  append("<text class=\"t\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", x + 7 * kSteps + 6, y + 10,
         escape_html(p.value_title.empty() ? high : high + " " + p.value_title));
  sketch.height += kLegend;
  return sketch;
}

std::vector<Block> numbers(const Picture& p) {
  Table table({"image", "#lowest", "#mean", "#highest"});
  for (int64_t image = 0; image < images_of(p); ++image) {
    const Stats stats = stats_of(p, image);
    table.add({text_cell(name_of(p, image)),
               number_cell(number_text(stats.extent.low), stats.extent.low),
               number_cell(number_text(stats.mean), stats.mean),
               number_cell(number_text(stats.extent.high), stats.extent.high)});
  }
  return {{std::move(table)}};
}

}  // namespace

PictureKind images_kind() {
  return {"images", "Images go from the colour of the page, lowest, to the colour of its text.",
          &fits,    &finding,
          &draw,    &numbers};
}

}  // namespace agon::reports
