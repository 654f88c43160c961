// SPDX-License-Identifier: MIT
#include "reports/render/svg/picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reports/render/svg/picture_kinds.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr int64_t kMaxValues = 65536;  // as agon/plugin.h says

}  // namespace

const PictureKind* kind_of(const Picture& picture) {
  static const std::array kKinds{heatmap_kind(), lines_kind(),  tracks_kind(),
                                 raster_kind(),  images_kind(), scatter_kind()};
  const auto at = std::ranges::find(kKinds, std::string_view(picture.kind), &PictureKind::name);
  return at == kKinds.end() ? nullptr : &*at;
}

std::string series_name(const Picture& p, int64_t i, std::string_view one) {
  const auto index = static_cast<size_t>(i);
  if (index < p.series.size() && !p.series[index].empty()) return p.series[index];
  return fmt::format("{} {}", one, i + 1);
}

std::string quantity(std::string_view title, std::string_view none) {
  return std::string(title.empty() ? none : title.substr(0, title.find(", ")));
}

std::string unit_of(std::string_view title) {
  const size_t at = title.find(", ");
  return at == title.npos ? "" : " " + std::string(title.substr(at + 2));
}

std::string lost_words(size_t lost) {
  if (lost == 0) return "";
  return fmt::format(" {} {} no finite number.", lost, lost == 1 ? "value is" : "values are");
}

std::string undrawable(const Picture& p) {
  const PictureKind* kind = kind_of(p);
  if (kind == nullptr) return fmt::format("pictures of kind {} are not known here", p.kind);
  const bool sane = p.rows > 0 && p.cols > 0 && p.rows <= kMaxValues && p.cols <= kMaxValues &&
                    p.rows * p.cols <= kMaxValues &&
                    p.values.size() == static_cast<size_t>(p.rows * p.cols);
  if (sane && kind->fits(p)) return "";
  return fmt::format("{} x {} {} cannot be drawn{}", p.rows, p.cols,
                     p.kind == "heatmap" ? "tiles" : "values",
                     p.kind == "heatmap" ? "" : " as " + p.kind);
}

std::string_view picture_hint(const Picture& p) { return kind_of(p)->hint; }

std::string picture_finding(const Picture& p) { return kind_of(p)->finding(p); }

std::vector<Block> picture_numbers(const Picture& p) { return kind_of(p)->numbers(p); }

std::string picture_svg(const Picture& p, std::string_view id_text, std::string_view title,
                        std::string_view finding) {
  const std::string id = escape_html(id_text);
  const Sketch sketch = kind_of(p)->draw(p);
  return fmt::format(
      "<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {3:.0f} {4:.0f}\" "
      "role=\"img\" aria-labelledby=\"{0}-t {0}-d\"><title id=\"{0}-t\">{1}</title><desc "
      "id=\"{0}-d\">{2}</desc>{5}</svg>",
      id, escape_html(title), escape_html(finding), kSketchWidth, sketch.height, sketch.body);
}

}  // namespace agon::reports
