// SPDX-License-Identifier: MIT
#include "core/rng.h"

#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

namespace agon::core {
namespace {

// Multipliers and Weyl increments of Philox4x32 (Salmon et al. 2011, table 2 and section 4.1).
constexpr uint32_t kMultiplier0 = 0xD2511F53u, kMultiplier1 = 0xCD9E8D57u;
constexpr uint32_t kWeyl0 = 0x9E3779B9u, kWeyl1 = 0xBB67AE85u;
constexpr int kRounds = 10;

constexpr uint32_t low32(uint64_t v) { return static_cast<uint32_t>(v); }
constexpr uint32_t high32(uint64_t v) { return static_cast<uint32_t>(v >> 32); }

// Block `index` of a stream. The stream takes the counter's upper half, so streams never overlap.
std::array<uint32_t, 4> block(uint64_t seed, uint64_t stream, uint64_t index) noexcept {
  return philox({low32(index), high32(index), low32(stream), high32(stream)},
                {low32(seed), high32(seed)});
}

// The top 24 bits: every value is exact in float and below 1.
float unit(uint32_t word) noexcept { return static_cast<float>(word >> 8) * 0x1p-24f; }

double box_muller(uint32_t a, uint32_t b) noexcept {
  const double u = (static_cast<double>(a) + 1.0) * 0x1p-32;  // (0, 1]
  const double v = static_cast<double>(b) * 0x1p-32;          // [0, 1)
  return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
}

}  // namespace

std::array<uint32_t, 4> philox(std::array<uint32_t, 4> c, std::array<uint32_t, 2> key) noexcept {
  for (int round = 0; round < kRounds; ++round) {
    const uint64_t product0 = uint64_t{kMultiplier0} * c[0];
    const uint64_t product1 = uint64_t{kMultiplier1} * c[2];
    c = {high32(product1) ^ c[1] ^ key[0], low32(product1), high32(product0) ^ c[3] ^ key[1],
         low32(product0)};
    key[0] += kWeyl0;
    key[1] += kWeyl1;
  }
  return c;
}

uint32_t Stream::next() noexcept {
  if (used_ == 4) {
    words_ = block(seed_, stream_, block_++);
    used_ = 0;
  }
  return words_[used_++];
}

// Lemire (2019), "Fast random integer generation in an interval": multiply, reject the short
// remainder.
uint32_t Stream::below(uint32_t n) noexcept {
  uint64_t product = uint64_t{next()} * n;
  if (low32(product) < n) {
    const uint32_t threshold = (0u - n) % n;
    while (low32(product) < threshold) product = uint64_t{next()} * n;
  }
  return high32(product);
}

float Stream::uniform() noexcept { return unit(next()); }

double Stream::normal() noexcept {
  const uint32_t a = next();
  const uint32_t b = next();
  return box_muller(a, b);
}

void fill_uniform(uint64_t seed, uint64_t stream, float low, float high, View out) noexcept {
  Stream draws(seed, stream);
  const double width = static_cast<double>(high) - static_cast<double>(low);
  const float last =
      low < high ? std::nextafter(high, low) : low;  // rounding must not reach `high`
  for (size_t r = 0; r < out.rows; ++r) {
    float* row = out.row(r);
    for (size_t c = 0; c < out.cols; ++c) {
      const float v = static_cast<float>(low + width * static_cast<double>(draws.uniform()));
      row[c] = v < high ? v : last;
    }
  }
}

void fill_normal(uint64_t seed, uint64_t stream, float scale, View out) noexcept {
  Stream draws(seed, stream);
  for (size_t r = 0; r < out.rows; ++r) {
    float* row = out.row(r);
    for (size_t c = 0; c < out.cols; ++c) row[c] = static_cast<float>(scale * draws.normal());
  }
}

void fill_integers(uint64_t seed, uint64_t stream, int32_t low, int32_t high,
                   std::span<int32_t> out) noexcept {
  Stream draws(seed, stream);
  const uint32_t first = static_cast<uint32_t>(low), width = static_cast<uint32_t>(high) - first;
  for (int32_t& v : out) v = static_cast<int32_t>(first + draws.below(width));
}

void fill_permutation(uint64_t seed, uint64_t stream, std::span<int32_t> order) noexcept {
  std::iota(order.begin(), order.end(), 0);
  Stream draws(seed, stream);
  for (size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[draws.below(static_cast<uint32_t>(i))]);
  }
}

}  // namespace agon::core
