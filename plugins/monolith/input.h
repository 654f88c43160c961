// SPDX-License-Identifier: MIT
//
// How an input enters layer z = 0. [h, w] lies at y < h, x < w; any other shape fills the layer row
// by row. An input of another size than the layer:
//   fit_input=exact    a smaller one leaves the rest of the layer without input, a larger one is
//                      refused
//   fit_input=pool     a larger one, by whole factors, shrinks: a site gets the mean of its block
//   fit_input=stretch  a smaller image grows to the whole layer: bilinear between pixel centres
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "agon/ops.h"
#include "agon/series.h"
#include "options.h"

namespace agon::monolith {

// The inputs of a call: flat rows, which for a stream hold all its frames, or series.
class Shown {
 public:
  // steps: of every row. frame: values from one frame of a row to the next; 0: each step shows the
  // whole row.
  Shown(ConstView x, int64_t steps, int64_t frame)
      : x_(x), rows_(x.rows), steps_(steps), frame_(frame) {}
  explicit Shown(const agon_series& s)
      : x_(s.x), rows_(s.rows), steps_(s.steps), frame_(s.rows * s.x.stride), lengths_(s.lengths) {}

  int64_t rows() const { return rows_; }
  // Of row r. Later rows have no more.
  int64_t steps(int64_t r) const { return lengths_ == nullptr ? steps_ : lengths_[r]; }
  // What row r shows in step t; that of the next row is stride() further on.
  const float* frame(int64_t r, int64_t t) const { return x_.data + r * x_.stride + t * frame_; }
  int64_t stride() const { return x_.stride; }

 private:
  ConstView x_;
  int64_t rows_, steps_, frame_;
  const int32_t* lengths_ = nullptr;
};

class InputLayer {
 public:
  // Throws RuleError when the task's input does not fit.
  InputLayer(const agon_task& task, const Options& o) : steps_(o.steps) {
    const bool stream = o.input == Input::stream;
    if (stream && task.shape_rank < 2 && !is_of_series(task)) {
      invalid("input=stream needs a task whose shape starts with time, this one has " +
              std::to_string(task.inputs) + " values without a time axis; set input=sustained");
    }
    if (stream) steps_ = task.shape[0];
    frame_ = stream ? task.inputs / task.shape[0] : task.inputs;
    const bool image = task.shape_rank - (stream ? 1 : 0) == 2;
    if (o.fit_input == FitInput::stretch) {
      if (!image) {
        invalid(
            "fit_input=stretch needs an image, this input has no height and width; set "
            "fit_input=exact");
      }
      stretch(task.shape[task.shape_rank - 2], task.shape[task.shape_rank - 1], o);
    } else if (image) {
      place_image(task.shape[task.shape_rank - 2], task.shape[task.shape_rank - 1], o);
    } else {
      place_row(o);
    }
  }

  int64_t steps() const { return steps_; }  // T: a stream has one step per frame, at most so many

  // Flat rows as a call shows them.
  Shown shown(ConstView x, const Options& o) const {
    return {x, steps_, o.input == Input::stream ? frame_ : 0};
  }
  // u [Y*X x lanes] from rows [begin, begin + rows), of their step t; the other lanes 0.
  void load(const Shown& in, int64_t begin, int64_t rows, int64_t t, Matrix& u) const {
    u.fill(0.0f);
    for (const Tap& tap : taps_) {
      float* const lane = u.row(tap.site).data();
      const float* const column = in.frame(begin, t) + tap.value;
      for (int64_t n = 0; n < rows; ++n) lane[n] += tap.share * column[n * in.stride()];
    }
  }

 private:
  // u[site] += share * value of the frame.
  struct Tap {
    int64_t site, value;
    float share;
  };

  void place_image(int64_t h, int64_t w, const Options& o) {
    const std::string size = std::to_string(h) + " x " + std::to_string(w);
    const int64_t high = block(h, o.y, size, o), wide = block(w, o.x, size, o);
    const float share = 1.0f / static_cast<float>(high * wide);
    for (int64_t i = 0; i < h * w; ++i)
      taps_.push_back({i / w / high * o.x + i % w / wide, i, share});
  }
  void place_row(const Options& o) {
    const int64_t wide = block(frame_, o.layer(), std::to_string(frame_), o);
    const float share = 1.0f / static_cast<float>(wide);
    for (int64_t i = 0; i < frame_; ++i) taps_.push_back({i / wide, i, share});
  }

  // How many values of an axis share a site.
  static int64_t block(int64_t values, int64_t sites, const std::string& size, const Options& o) {
    if (values <= sites) return 1;
    const bool whole = values % sites == 0;
    if (whole && o.fit_input == FitInput::pool) return values / sites;
    refuse(size, o, whole && o.fit_input == FitInput::exact);
  }
  [[noreturn]] static void refuse(const std::string& size, const Options& o, bool pools) {
    invalid("the input of " + size + " values does not fit into a layer of " + std::to_string(o.y) +
            " x " + std::to_string(o.x) + " sites; raise y and x" +
            (pools ? ", or set fit_input=pool" : ""));
  }

  void stretch(int64_t h, int64_t w, const Options& o) {
    if (h > o.y || w > o.x) refuse(std::to_string(h) + " x " + std::to_string(w), o, false);
    for (int64_t y = 0; y < o.y; ++y) {
      for (int64_t x = 0; x < o.x; ++x) {
        for (const Neighbour& r : between(y, o.y, h)) {
          for (const Neighbour& c : between(x, o.x, w)) {
            if (r.share * c.share > 0)
              taps_.push_back({y * o.x + x, r.pixel * w + c.pixel, r.share * c.share});
          }
        }
      }
    }
  }
  struct Neighbour {
    int64_t pixel;
    float share;
  };
  // The pixels of `count` on both sides of a site's centre, and their shares: 1 in all.
  static std::array<Neighbour, 2> between(int64_t site, int64_t sites, int64_t count) {
    const double centre = (static_cast<double>(site) + 0.5) * static_cast<double>(count) /
                              static_cast<double>(sites) -
                          0.5;
    const double at = std::clamp(centre, 0.0, static_cast<double>(count - 1));
    const int64_t below = static_cast<int64_t>(at);
    const float share = static_cast<float>(at - static_cast<double>(below));
    return {{{below, 1.0f - share}, {std::min(below + 1, count - 1), share}}};
  }

  int64_t steps_, frame_ = 0;  // frame_: values of a frame
  std::vector<Tap> taps_;
};

}  // namespace agon::monolith
