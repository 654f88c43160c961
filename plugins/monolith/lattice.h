// SPDX-License-Identifier: MIT
//
// The fixed lattice: types, signs and weights, drawn once from the cell's seed and scaled to the
// spectral radius. Site i = (z*Y + y)*X + x; neighbour k of K in the order dz outer, dy, dx inner.
#pragma once

#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "agon/ops.h"
#include "options.h"

namespace agon::monolith {

// Codes of the tensor "types".
inline constexpr float kTypeE = 0.0f, kTypeI = 1.0f, kTypeX = 2.0f;

class Lattice {
 public:
  Lattice(Context& ctx, uint64_t seed, const Options& o)
      : o_(o),
        offsets_(offsets(o.neighbours())),
        weights_(o.sites(), o.neighbours()),
        types_(1, o.sites()) {
    std::vector<float> sign(static_cast<size_t>(o.sites()));
    draw_types(ctx, seed, sign);
    const std::vector<int32_t> source = sources();
    draw_weights(ctx, seed, sign, source);
    const double radius = spectral_radius(ctx, source);
    if (!(radius > 1e-12)) {
      invalid("a lattice of " + std::to_string(o.z) + " x " + std::to_string(o.y) + " x " +
              std::to_string(o.x) +
              " sites has no loop of synapses that rho could scale; take a larger one");
    }
    ctx.affine(static_cast<float>(o.rho / radius), 0.0f, weights_);
  }

  agon_lattice abi() const {
    agon_lattice out{};
    out.struct_size = sizeof(agon_lattice);
    out.z = static_cast<int32_t>(o_.z);
    out.y = static_cast<int32_t>(o_.y);
    out.x = static_cast<int32_t>(o_.x);
    out.neighbours = static_cast<int32_t>(o_.neighbours());
    out.periodic = o_.boundary == Boundary::periodic ? 1 : 0;
    out.offsets = offsets_.data();
    out.weights = weights_;
    return out;
  }
  View weights() { return weights_; }  // [N x K]
  View types() { return types_; }      // [1 x N], kTypeE, kTypeI or kTypeX
  bool is_x(int64_t site) const { return types_.at(0, site) == kTypeX; }

 private:
  enum Stream : uint64_t { kMagnitudes, kPlaces, kXSigns, kFreeSigns };

  static std::vector<int32_t> offsets(int64_t neighbours) {
    const int reach = neighbours == 26   ? 3
                      : neighbours == 18 ? 2
                                         : 1;  // |dz| + |dy| + |dx| at most
    std::vector<int32_t> out;
    for (int dz = -1; dz <= 1; ++dz) {
      for (int dy = -1; dy <= 1; ++dy) {
        for (int dx = -1; dx <= 1; ++dx) {
          const int distance = std::abs(dz) + std::abs(dy) + std::abs(dx);
          if (distance > 0 && distance <= reach) out.insert(out.end(), {dz, dy, dx});
        }
      }
    }
    return out;
  }

  // Exact counts at random places. A source's sign is + for E, - for I, a fair coin for X.
  void draw_types(Context& ctx, uint64_t seed, std::vector<float>& sign) {
    const int64_t n = o_.sites();
    const int64_t inhibitory = std::lround(o_.f_i * static_cast<double>(n));
    const int64_t change = std::min(o_.x_sites(), n - inhibitory);
    const std::vector<int32_t> places = ctx.random_permutation(seed, kPlaces, n);
    Matrix coins(1, n);
    ctx.random_uniform(seed, kXSigns, -1.0f, 1.0f, coins);
    for (int64_t r = 0; r < n; ++r) {
      const int64_t i = places[static_cast<size_t>(r)];
      const float type = r < inhibitory ? kTypeI : r < inhibitory + change ? kTypeX : kTypeE;
      types_.at(0, i) = type;
      const float coin = coins.at(0, i) < 0 ? -1.0f : 1.0f;
      sign[static_cast<size_t>(i)] = type == kTypeE ? 1.0f : type == kTypeI ? -1.0f : coin;
    }
  }

  // [N x K]: the site at offset k of site i, -1 outside an open lattice.
  std::vector<int32_t> sources() const {
    const auto wrap = [](int64_t v, int64_t n) { return (v % n + n) % n; };
    std::vector<int32_t> out;
    out.reserve(static_cast<size_t>(o_.sites() * o_.neighbours()));
    for (int64_t z = 0; z < o_.z; ++z) {
      for (int64_t y = 0; y < o_.y; ++y) {
        for (int64_t x = 0; x < o_.x; ++x) {
          for (size_t k = 0; k < static_cast<size_t>(o_.neighbours()); ++k) {
            const int64_t sz = z + offsets_[3 * k], sy = y + offsets_[3 * k + 1],
                          sx = x + offsets_[3 * k + 2];
            const bool inside =
                sz >= 0 && sz < o_.z && sy >= 0 && sy < o_.y && sx >= 0 && sx < o_.x;
            const int64_t j = (wrap(sz, o_.z) * o_.y + wrap(sy, o_.y)) * o_.x + wrap(sx, o_.x);
            out.push_back(inside || o_.boundary == Boundary::periodic ? static_cast<int32_t>(j)
                                                                      : -1);
          }
        }
      }
    }
    return out;
  }

  // (7) before scaling. Normals are drawn for synapses from outside as well, so that the stream
  // does not depend on the boundary.
  void draw_weights(Context& ctx, uint64_t seed, const std::vector<float>& sign,
                    const std::vector<int32_t>& source) {
    ctx.random_normal(seed, kMagnitudes, 1.0f, weights_);
    Matrix coins;
    if (!o_.dale) {
      coins = Matrix(o_.sites(), o_.neighbours());
      ctx.random_uniform(seed, kFreeSigns, -1.0f, 1.0f, coins);
    }
    for (int64_t i = 0; i < o_.sites(); ++i) {
      for (int64_t k = 0; k < o_.neighbours(); ++k) {
        const int32_t j = source[static_cast<size_t>(i * o_.neighbours() + k)];
        float& w = weights_.at(i, k);
        if (j < 0) {
          w = 0.0f;
        } else {
          const float s = o_.dale              ? sign[static_cast<size_t>(j)]
                          : coins.at(i, k) < 0 ? -1.0f
                                               : 1.0f;
          w = s * std::fabs(w);
        }
      }
    }
  }

  // Power iteration in double: the geometric mean growth of the last 200 of 400 steps, which also
  // serves when the leading eigenvalues are a complex pair.
  double spectral_radius(Context& ctx, const std::vector<int32_t>& source) const {
    const size_t n = static_cast<size_t>(o_.sites()), degree = static_cast<size_t>(o_.neighbours());
    std::vector<int32_t> first(n + 1), from;
    std::vector<double> weight;
    for (size_t i = 0; i < n; ++i) {
      for (size_t k = 0; k < degree; ++k) {
        if (source[i * degree + k] < 0) continue;
        from.push_back(source[i * degree + k]);
        weight.push_back(weights_.at(static_cast<int64_t>(i), static_cast<int64_t>(k)));
      }
      first[i + 1] = static_cast<int32_t>(from.size());
    }
    std::vector<double> v(n), w(n);
    for (size_t i = 0; i < n; ++i) v[i] = 1.0 + static_cast<double>((7 * i) % 11);
    normalise(v);
    double log_growth = 0;
    for (int step = 0; step < 400; ++step) {
      if (step % 16 == 0) ctx.stop_if_asked();
      for (size_t i = 0; i < n; ++i) {
        double sum = 0;
        for (int32_t s = first[i]; s < first[i + 1]; ++s) {
          sum +=
              weight[static_cast<size_t>(s)] * v[static_cast<size_t>(from[static_cast<size_t>(s)])];
        }
        w[i] = sum;
      }
      v.swap(w);
      const double growth = normalise(v);
      if (!(growth > 0)) return 0;
      if (step >= 200) log_growth += std::log(growth);
    }
    return std::exp(log_growth / 200.0);
  }

  // Scales v to length 1 and returns its length before.
  static double normalise(std::vector<double>& v) {
    double square = 0;
    for (const double a : v) square += a * a;
    const double length = std::sqrt(square);
    if (length > 0) {
      for (double& a : v) a /= length;
    }
    return length;
  }

  const Options o_;
  std::vector<int32_t> offsets_;  // [K x 3]
  Matrix weights_, types_;
};

}  // namespace agon::monolith
