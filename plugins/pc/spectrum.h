// SPDX-License-Identifier: MIT
//
// s = max_l |W_l|_2 by power iteration on W_l^T W_l, and the state rate that it allows, equation
// (5) of pc.cc. Threads: [model].
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "agon/rule.h"
#include "network.h"

namespace agon::pc {

class Spectrum {
 public:
  static constexpr int kWarmUp = 20;  // rounds from a fresh start

  explicit Spectrum(const std::vector<int64_t>& sizes) {
    for (size_t l = 1; l < sizes.size(); ++l) {
      layers_.push_back({Matrix(1, sizes[l - 1]), Matrix(1, sizes[l - 1]), Matrix(1, sizes[l])});
    }
    reset();
  }

  void reset() {
    for (Layer& layer : layers_) {
      layer.u.fill(1.0f / std::sqrt(static_cast<float>(layer.u.cols())));
      layer.norm = 0;
    }
  }

  void state(State& s) {
    for (Layer& layer : layers_) {
      s("u", layer.u);
      s("norm", layer.norm);
    }
  }

  // Each round costs two products of a matrix with a vector per layer.
  void iterate(Context& ctx, const Network& net, int rounds) {
    for (size_t l = 1; l <= layers_.size(); ++l) {
      Layer& layer = layers_[l - 1];
      for (int i = 0; i < rounds; ++i) {
        ctx.gemm_nt(layer.u, net.w(l), layer.y);
        ctx.gemm_nn(layer.y, net.w(l), layer.z);
        const double size = std::sqrt(ctx.dot(layer.z, layer.z));  // |W^T W u|, with |u| = 1
        layer.norm = std::sqrt(size);
        if (!(size > 0) || !std::isfinite(size)) break;
        const float share = static_cast<float>(1.0 / size);
        for (int64_t c = 0; c < layer.u.cols(); ++c) layer.u.at(0, c) = share * layer.z.at(0, c);
      }
    }
  }

  // s over the layers that carry errors to a free node: from the second on, or all of them when
  // node 0 is free.
  double largest(bool first_free) const {
    double s = 0;
    for (size_t l = first_free ? 0 : 1; l < layers_.size(); ++l) s = std::max(s, layers_[l].norm);
    return s;
  }

 private:
  struct Layer {
    Matrix u, z, y;  // [1 x n_{l-1}] twice, [1 x n_l]
    double norm = 0;
  };
  std::vector<Layer> layers_;
};

// (5): the curvature of the energy over the free states is at most this.
struct Curvature {
  double s = 0, bound = 1;

  static Curvature of(const Spectrum& spectrum, const Network& net, const Options& o,
                      bool first_free) {
    double pi = o.energy == Energy::cross_entropy ? 1.0 : net.precision(net.top());
    for (size_t l = 1; l < net.top(); ++l) pi = std::max(pi, static_cast<double>(net.precision(l)));
    Curvature c;
    c.s = spectrum.largest(first_free);
    c.bound = pi * (1 + c.s) * (1 + c.s) + (first_free ? o.prior : 0.0f);
    return c;
  }
  double stable() const { return 2.0 / bound; }  // descent below it
  double chosen() const { return 1.5 / bound; }  // c = 1.5
};

}  // namespace agon::pc
