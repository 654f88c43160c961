// SPDX-License-Identifier: MIT
//
// What a network is born with, drawn from the cell's seed: decoders, dendrites, their mean.
#pragma once

#include <cmath>
#include <numbers>
#include <vector>

#include "agon/ops.h"
#include "network.h"
#include "options.h"

namespace agon::ebn {

// Streams of the cell's seed, one per use.
enum Stream : uint64_t { kPhase, kDirections, kSampling, kOffsets, kStates };

// D^T [N x K], rows of length gamma: a ring of equal angles in the plane, else normal directions.
inline void draw_decoders(const Context& ctx, uint64_t seed, double gamma, Matrix& decoders) {
  const int64_t n = decoders.rows(), dims = decoders.cols();
  if (dims == 2) {
    Matrix phase(1, 1);
    ctx.random_uniform(seed, kPhase, 0.0f, 1.0f, phase);
    for (int64_t i = 0; i < n; ++i) {
      const double angle = 2 * std::numbers::pi *
                           (static_cast<double>(i) + static_cast<double>(phase.at(0, 0))) /
                           static_cast<double>(n);
      decoders.at(i, 0) = static_cast<float>(gamma * std::cos(angle));
      decoders.at(i, 1) = static_cast<float>(gamma * std::sin(angle));
    }
    return;
  }
  ctx.random_normal(seed, kDirections, 1.0f, decoders);
  for (int64_t i = 0; i < n; ++i) {
    double square = 0;
    for (int64_t q = 0; q < dims; ++q)
      square += static_cast<double>(decoders.at(i, q)) * static_cast<double>(decoders.at(i, q));
    const double scale = square > 0 ? gamma / std::sqrt(square) : 0;
    for (int64_t q = 0; q < dims; ++q)
      decoders.at(i, q) = static_cast<float>(scale * static_cast<double>(decoders.at(i, q)));
    if (square == 0) decoders.at(i, 0) = static_cast<float>(gamma);
  }
}

// M^T [seen x B] ~ N(0, sd^2) and theta ~ U(-theta, theta); linear dendrites sample one dimension
// each.
inline void draw_dendrites(const Context& ctx, uint64_t seed, double sd, double theta,
                           Network<float>& net) {
  if (net.shape.dendrite == Dendrite::linear) {
    for (int64_t j = 0; j < net.shape.basis; ++j) net.M.at(j, j) = 1.0f;
    return;
  }
  ctx.random_normal(seed, kSampling, static_cast<float>(sd), net.M);
  const float range = static_cast<float>(theta);
  ctx.random_uniform(seed, kOffsets, -range, range, net.theta);
}

// psi0: the mean of phi over the rows of x [rows x at least seen]; linear dendrites have none.
inline void centre_dendrites(Network<float>& net, ConstView x) {
  if (net.shape.dendrite == Dendrite::linear) return;
  net.psi0.fill(0.0f);
  std::vector<double> sum(static_cast<size_t>(net.shape.basis));
  Matrix psi(1, net.shape.basis);
  for (int64_t r = 0; r < x.rows; ++r) {
    net.dendrites(x.data + r * x.stride, psi.data());
    for (int64_t j = 0; j < net.shape.basis; ++j)
      sum[static_cast<size_t>(j)] += static_cast<double>(psi.at(0, j));
  }
  for (int64_t j = 0; j < net.shape.basis; ++j) {
    net.psi0.at(0, j) =
        static_cast<float>(sum[static_cast<size_t>(j)] / static_cast<double>(x.rows));
  }
}

}  // namespace agon::ebn
