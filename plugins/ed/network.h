// SPDX-License-Identifier: MIT
//
// What both forms of the network share: layered minibatches (layered.h) and the original program's
// synchronous loop over time (recurrent.h). Numbers in parentheses are the equations of ed.cc.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "agon/rule.h"
#include "options.h"

namespace agon::ed {

// Streams of the cell's seed; layer l draws from stream + l.
enum Stream : uint64_t { kMagnitudes = 0, kCoins = 1u << 20, kDensity = 1u << 21 };

// Running figures of magnitudes M; synapses that do not exist are left out.
struct Magnitudes {
  double largest = 0, sum = 0, count = 0, negative = 0;

  // mask: shaped as m, 0 where no synapse exists; without rows when all do.
  void add(ConstView m, ConstView mask) {
    for (int64_t r = 0; r < m.rows; ++r) {
      for (int64_t j = 0; j < m.cols; ++j) {
        if (mask.rows > 0 && mask.data[r * mask.stride + j] == 0.0f) continue;
        const double v = m.data[r * m.stride + j];
        largest = std::max(largest, v);
        sum += v;
        negative += v < 0 ? 1 : 0;
        count += 1;
      }
    }
  }
};

// K nets of one form. Threads: [model].
class Network {
 public:
  virtual ~Network() = default;
  virtual double fit(Context& ctx, const agon_batch& batch) = 0;
  // Mean over the rows of |d|^2 / 2, or the cross-entropy, of (4).
  virtual double loss(Context& ctx, const agon_batch& batch) = 0;
  // out [rows x outputs]: mse: y; two classes: 1 - y and y; ce: the linear outputs.
  virtual void predict(Context& ctx, ConstView x, View out) = 0;
  virtual Magnitudes magnitudes() const = 0;
  virtual std::vector<Tensor> tensors() = 0;
  // Of agon/state.h: what is not among the tensors.
  virtual void state(State& s) { s("error", error_); }

  // Sum of |d| over the rows and nets learnt since the last call, each d from before its update.
  double take_error() { return std::exchange(error_, 0.0); }

 protected:
  double error_ = 0;
};

// (5), (6): what a + and a - presynaptic unit contribute to an update for an error d.
struct Meeting {
  float plus, minus;
};
inline Meeting meeting(Growth growth, float d) {
  switch (growth) {
    case Growth::ed: return {d > 0 ? 1.0f : 0.0f, d < 0 ? 1.0f : 0.0f};
    case Growth::both: return {1.0f, -1.0f};
    case Growth::exc: return {1.0f, 0.0f};
  }
  return {0.0f, 0.0f};
}

// One net answers for two classes under mse: its output says "class 1". A real value has a net of
// its own.
inline bool two_class(const agon_task& task, const Options& o) {
  return task.kind == AGON_CLASSIFY && task.outputs == 2 && o.loss == Loss::mse;
}

// y [rows x K] to the host's scores.
inline void write_scores(ConstView y, bool two_class, View out) {
  for (int64_t b = 0; b < y.rows; ++b) {
    if (two_class) {
      row_of(out, b)[0] = 1.0f - row_of(y, b)[0];
      row_of(out, b)[1] = row_of(y, b)[0];
    } else {
      std::ranges::copy(row_of(y, b), row_of(out, b).begin());
    }
  }
}

// s of the `width` units of hidden layer l: +1 or -1.
inline std::vector<float> draw_types(Context& ctx, uint64_t seed, int64_t l, const Options& o) {
  std::vector<float> type(static_cast<size_t>(o.width));
  Matrix coins(1, o.width);
  if (o.types == Types::random) {
    ctx.random_uniform(seed, kCoins + static_cast<uint64_t>(l), -1.0f, 1.0f, coins);
  } else {
    const float even = o.types == Types::alternate ? 1.0f : -1.0f;
    for (int64_t j = 0; j < o.width; ++j) coins.at(0, j) = j % 2 == 0 ? even : -even;
  }
  for (int64_t j = 0; j < o.width; ++j)
    type[static_cast<size_t>(j)] = coins.at(0, j) < 0 ? -1.0f : 1.0f;
  return type;
}

}  // namespace agon::ed
