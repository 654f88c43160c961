// SPDX-License-Identifier: MIT
//
// Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC 2011). Draw j of
// stream (seed, stream) is a pure function of (seed, stream, j), so order, threads and SIMD target
// never change it. No std:: distribution is used. Threads: a Stream is not shared, the fills are
// free functions.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/matrix.h"

namespace agon::core {

// One Philox4x32-10 block: counter and key to four words.
std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter,
                               std::array<uint32_t, 2> key) noexcept;

class Stream {
 public:
  Stream(uint64_t seed, uint64_t stream) noexcept : seed_(seed), stream_(stream) {}
  uint32_t next() noexcept;             // uniform 32 bits
  uint32_t below(uint32_t n) noexcept;  // uniform in [0, n), n > 0, unbiased
  float uniform() noexcept;             // [0, 1), 24 bits
  double normal() noexcept;             // standard normal, Box-Muller on two words
 private:
  uint64_t seed_, stream_, block_ = 0;
  std::array<uint32_t, 4> words_{};
  unsigned used_ = 4;
};

// Element (r, c) of an R x C fill is draw r*C + c: independent of padding and of how it is split.
void fill_uniform(uint64_t seed, uint64_t stream, float low, float high, View out) noexcept;
void fill_normal(uint64_t seed, uint64_t stream, float scale, View out) noexcept;
// Uniform in [low, high), low < high, unbiased. The first m of n are the m of a shorter fill.
void fill_integers(uint64_t seed, uint64_t stream, int32_t low, int32_t high,
                   std::span<int32_t> out) noexcept;
// Fisher-Yates over 0..n-1.
void fill_permutation(uint64_t seed, uint64_t stream, std::span<int32_t> order) noexcept;

}  // namespace agon::core
