// SPDX-License-Identifier: MIT
//
// How each kind of picture is drawn; picture.h puts them together. Pure, any thread.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reports/record/record.h"
#include "reports/sections/section.h"

namespace agon::reports {

inline constexpr double kSketchWidth = 460;  // of every drawing, as of a chart

// What stands inside <svg viewBox="0 0 kSketchWidth height">.
struct Sketch {
  std::string body;
  double height = 0;
};

struct PictureKind {
  std::string_view name;  // Picture::kind
  std::string_view hint;  // how to read one, a sentence for the section; "" where nobody needs it
  bool (*fits)(const Picture&);  // shape and number of values; values.size() is rows x cols here
  // The rest needs a picture that fits.
  std::string (*finding)(const Picture&);
  Sketch (*draw)(const Picture&);
  std::vector<Block> (*numbers)(const Picture&);
};

PictureKind heatmap_kind();
PictureKind lines_kind();
PictureKind tracks_kind();
PictureKind raster_kind();
PictureKind images_kind();
PictureKind scatter_kind();

// Null for a kind that is not known.
const PictureKind* kind_of(const Picture& picture);

inline double value_at(const Picture& p, int64_t row, int64_t col) {
  return double{p.values[static_cast<size_t>(row * p.cols + col)]};
}

// Lowest and highest of the finite numbers put in.
struct Extent {
  double low = kNaN, high = kNaN;
  size_t n = 0, lost = 0;  // lost: no finite number
  void add(double v) {
    if (!std::isfinite(v)) {
      ++lost;
      return;
    }
    low = n == 0 || v < low ? v : low;
    high = n == 0 || v > high ? v : high;
    ++n;
  }
};

// The name of line, curve or image i, or "line 3" where the picture has none.
std::string series_name(const Picture& picture, int64_t i, std::string_view one);
// An axis title without its unit, "time" of "time, s"; `none` where there is no title.
std::string quantity(std::string_view title, std::string_view none);
// The unit with a space before it, " s" of "time, s"; "" where the title has none.
std::string unit_of(std::string_view title);
// " 3 values are no finite numbers." or "".
std::string lost_words(size_t lost);

}  // namespace agon::reports
