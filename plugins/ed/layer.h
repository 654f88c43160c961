// SPDX-License-Identifier: MIT
//
// One layer of the K nets. The activations of the nets are folded into columns: net k owns a block
// of `block` columns, its units rounded up to 16, so that every net's slice is an aligned view. The
// columns between `units` and `block` carry no weight and get no error.
#pragma once

#include <cmath>
#include <vector>

#include "agon/ops.h"
#include "options.h"

namespace agon::ed {

inline int64_t aligned(int64_t n) { return (n + 15) / 16 * 16; }

// Columns [k * block, k * block + cols) of m.
inline View columns(View m, int64_t k, int64_t block, int64_t cols) {
  return {m.data + k * block, m.rows, cols, m.stride};
}

struct Layer {
  int64_t nets = 1;    // K
  int64_t inputs = 0;  // presynaptic units per net; layer 1: the columns of x, shared by the nets
  int64_t units = 0;   // n_l
  int64_t block = 0;   // columns of a net
  bool first = false;
  bool paired = false;  // layer 1 with + and - synapses: the rows of M are the + ones, then the -

  std::vector<float> type;         // s_j of this layer's units, +-1; 0 up to the end of the block
  std::vector<float> source_type;  // s_i of the presynaptic units (layer 1: +1), 0 likewise

  // M [K * rows() x n_l]: per net the presynaptic rows, the + threshold, the - threshold.
  Matrix magnitude;
  Matrix mask;    // as M, 1 where the synapse exists; empty when all do
  Matrix weight;  // w, made of M by refresh(): layer 1 [inputs x K*block], else [K*inputs x n_l]
  std::vector<float> bias;  // [K*block], the thresholds' sum
  bool follows = false;     // w is that of M already, the thresholds apart
  Matrix z, delta;          // [max_batch x K*block]: activation f(a); g, then g times the amine
  // [max_batch x K*block of the layer below]: the presynaptic z that the amine meets.
  Matrix source;
  float step = 0;  // eta / nu_l, times u1 in the hidden layers

  int64_t synapses() const { return paired ? 2 * inputs : inputs; }
  int64_t rows() const { return synapses() + 2; }
  View magnitude_of(int64_t net) {
    return rows_of(magnitude.view(), net * rows(), (net + 1) * rows());
  }

  // s_i of row i of M.
  float sign_of_row(int64_t i) const {
    if (i >= synapses()) return i == synapses() ? 1.0f : -1.0f;
    if (first) return i < inputs ? 1.0f : -1.0f;
    return source_type[static_cast<size_t>(i)];
  }

  // w_ij = s_i s_j M_ij, thresholds into bias. In layer 1 both synapses of an input carry the same
  // x, so that p M+ - q M- = x (M+ - M-).
  void refresh(bool quantised, float beta) {
    for (int64_t k = 0; k < nets; ++k) refresh_net(k, quantised, beta);
    follows = false;
  }

 private:
  void refresh_net(int64_t k, bool quantised, float beta) {
    const View m = magnitude_of(k);
    const int64_t stride = m.stride;
    if (quantised) measure_columns(m);
    const float* const s = type.data();
    if (!follows) refresh_weights(k, quantised, m);
    const float* const plus = m.data + synapses() * stride;
    const float* const minus = plus + stride;
    float* const b = bias.data() + k * block;
    for (int64_t j = 0; j < units; ++j) {
      const float sum = quantised ? bit(plus[j], j) - bit(minus[j], j) : plus[j] - minus[j];
      b[j] = s[j] * beta * sum;
    }
  }

  void refresh_weights(int64_t k, bool quantised, View m) {
    const int64_t stride = m.stride;
    const float* const s = type.data();
    float* const w = first ? weight.data() + k * block : weight.data(k * inputs);
    const int64_t w_stride = weight.stride();
    const float* const up = m.data;
    const float* const down = m.data + inputs * stride;  // read when paired only
    if (quantised) {
      for (int64_t i = 0; i < inputs; ++i) {
        const float sign = sign_of_row(i);
        for (int64_t j = 0; j < units; ++j) {
          const float less = paired ? bit(down[i * stride + j], j) : 0.0f;
          w[i * w_stride + j] = s[j] * (sign * bit(up[i * stride + j], j) - less);
        }
      }
    }
    // In columns of 16, over the whole block: magnitudes between units are 0.
    for (int64_t at = 0; !quantised && at < block; at += 16) {
      for (int64_t i = 0; i < inputs; ++i) {
        float* const out = w + i * w_stride + at;
        const float *const plus = up + i * stride + at, *const minus = down + i * stride + at;
        if (paired) {
          in_lanes([&](int64_t l) { out[l] = s[at + l] * (plus[l] - minus[l]); });
        } else {
          const float sign = sign_of_row(i);
          in_lanes([&](int64_t l) { out[l] = s[at + l] * sign * plus[l]; });
        }
      }
    }
  }

  // half_mean_[j]: half the mean magnitude of column j.
  void measure_columns(View m) {
    half_mean_.assign(static_cast<size_t>(units), 0.0f);
    for (int64_t i = 0; i < m.rows; ++i) {
      for (int64_t j = 0; j < units; ++j)
        half_mean_[static_cast<size_t>(j)] += m.data[i * m.stride + j];
    }
    for (float& h : half_mean_) h *= 0.5f / static_cast<float>(m.rows);
  }
  float bit(float m, int64_t j) const {
    return m > half_mean_[static_cast<size_t>(j)] ? 1.0f : 0.0f;
  }

  std::vector<float> half_mean_;  // [n_l]
};

}  // namespace agon::ed
