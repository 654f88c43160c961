// SPDX-License-Identifier: MIT
//
// Where an input lies in layer z = 0. [h, w] lies at y < h, x < w; any other shape fills the layer
// row by row. With fit_input=pool an input that is a whole number of layers high or wide shrinks to
// the layer: each site gets the mean of a block of it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "agon/ops.h"
#include "options.h"

namespace agon::monolith {

class InputLayer {
 public:
  // Throws RuleError when the task's input does not fit.
  InputLayer(const agon_task& task, const Options& o) : steps_(o.steps) {
    const bool stream = o.input == Input::stream;
    if (stream && task.shape_rank < 2) {
      invalid("input=stream needs a task whose shape starts with time, this one has " +
              std::to_string(task.inputs) + " values without a time axis; set input=sustained");
    }
    if (stream) steps_ = task.shape[0];
    const int64_t frame = stream ? task.inputs / task.shape[0] : task.inputs;
    const int64_t axes = task.shape_rank - (stream ? 1 : 0);
    if (axes == 2) {
      place_image(task.shape[task.shape_rank - 2], task.shape[task.shape_rank - 1], o);
    } else {
      place_row(frame, o);
    }
  }

  int64_t steps() const { return steps_; }  // T: a stream has one step per frame

  // u [Y*X x lanes] from rows [begin, begin + rows) of x, of their frame `frame`; the other lanes
  // 0.
  void load(ConstView x, int64_t begin, int64_t rows, int64_t frame, Matrix& u) const {
    const int64_t count = static_cast<int64_t>(site_.size());
    u.fill(0.0f);
    for (int64_t i = 0; i < count; ++i) {
      float* const lane = u.row(site_[static_cast<size_t>(i)]).data();
      const float* const column = x.data + begin * x.stride + frame * count + i;
      for (int64_t n = 0; n < rows; ++n) lane[n] += share_ * column[n * x.stride];
    }
  }

 private:
  void place_image(int64_t h, int64_t w, const Options& o) {
    const std::string size = std::to_string(h) + " x " + std::to_string(w);
    const int64_t high = block(h, o.y, size, o), wide = block(w, o.x, size, o);
    share_ = 1.0f / static_cast<float>(high * wide);
    for (int64_t i = 0; i < h * w; ++i) site_.push_back(i / w / high * o.x + i % w / wide);
  }
  void place_row(int64_t count, const Options& o) {
    const int64_t wide = block(count, o.layer(), std::to_string(count), o);
    share_ = 1.0f / static_cast<float>(wide);
    for (int64_t i = 0; i < count; ++i) site_.push_back(i / wide);
  }

  // How many values of an axis share a site.
  static int64_t block(int64_t values, int64_t sites, const std::string& size, const Options& o) {
    if (values <= sites) return 1;
    const bool whole = values % sites == 0;
    if (whole && o.fit_input == FitInput::pool) return values / sites;
    invalid("the input of " + size + " values does not fit into a layer of " + std::to_string(o.y) +
            " x " + std::to_string(o.x) + " sites" +
            (whole ? "; raise y and x, or set fit_input=pool"
                   : " and is no whole multiple of it; raise y and x"));
  }

  int64_t steps_;
  std::vector<int64_t> site_;  // of each value of a frame
  float share_ = 1.0f;         // of a value in its site
};

}  // namespace agon::monolith
