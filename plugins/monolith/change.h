// SPDX-License-Identifier: MIT
//
// X sites: what a change detector sends of the drive s that it gets. One object holds the memory of
// all X sites for one block of samples.
#pragma once

#include <cmath>
#include <vector>

#include "agon/ops.h"
#include "lattice.h"
#include "options.h"

namespace agon::monolith {

class ChangeSites {
 public:
  ChangeSites(const Options& o, int64_t lanes)
      : o_(o), before_(o.sites(), lanes), memory_(o.sites(), lanes) {
    sites_.reserve(static_cast<size_t>(o.sites()));
  }

  // Before the first step of a block: all memories are 0. The types may have been set by name
  // since.
  void reset(const Lattice& lattice) {
    sites_.clear();
    for (int64_t i = 0; i < before_.rows(); ++i) {
      if (!lattice.is_x(i)) continue;
      sites_.push_back(i);
      std::ranges::fill(before_.row(i), 0.0f);
      std::ranges::fill(memory_.row(i), 0.0f);
    }
  }

  // (3): o [sites x lanes] holds s on entry; the rows of the X sites become their output. o may be
  // the first layers of the lattice only.
  void send(View o) {
    if (o_.xmode == XMode::ident) return;
    for (const int64_t i : sites_) {
      if (i >= o.rows) break;
      send_one(o.data + i * o.stride, before_.row(i).data(), memory_.row(i).data(), o.cols);
    }
  }

 private:
  void send_one(float* o, float* before, float* memory, int64_t lanes) const {
    switch (o_.xmode) {
      case XMode::abs:
        return change(o, before, lanes, [](float delta, int64_t) { return std::fabs(delta); });
      case XMode::signed_:
        return change(o, before, lanes, [](float delta, int64_t) { return delta; });
      case XMode::leak:
        return change(o, before, lanes, [&](float delta, int64_t n) {
          memory[n] = (1.0f - o_.kappa) * memory[n] + o_.kappa * std::fabs(delta);
          return memory[n];
        });
      case XMode::dead:
        return change(o, before, lanes, [&](float delta, int64_t) {
          const float over = std::fabs(delta) - o_.theta;
          return over > 0 ? over : 0.0f;
        });
      case XMode::silent: std::fill_n(o, lanes, 0.0f); return;
      case XMode::xor_:
        return toggle(o, memory, lanes,
                      [&](float s, float) { return s > o_.xor_theta ? 1.0f : 0.0f; });
      case XMode::hyst:
        return toggle(o, memory, lanes, [&](float s, float bit) {
          const float low = s < o_.lo ? 0.0f : bit;
          return s > o_.hi ? 1.0f : low;
        });
      case XMode::ident: return;
    }
  }

  // f of Delta = s(t) - s(t-1).
  template <typename F>
  static void change(float* o, float* before, int64_t lanes, F f) {
    for (int64_t n = 0; n < lanes; ++n) {
      const float s = o[n];
      o[n] = f(s - before[n], n);
      before[n] = s;
    }
  }

  // 1 where the bit changes; f gives the new bit.
  template <typename F>
  static void toggle(float* o, float* bits, int64_t lanes, F f) {
    for (int64_t n = 0; n < lanes; ++n) {
      const float bit = f(o[n], bits[n]);
      o[n] = bit != bits[n] ? 1.0f : 0.0f;
      bits[n] = bit;
    }
  }

  const Options o_;
  std::vector<int64_t> sites_;
  Matrix before_, memory_;  // [N x lanes], X rows in use: s(t-1); the running mean or the bit
};

}  // namespace agon::monolith
