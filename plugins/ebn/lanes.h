// SPDX-License-Identifier: MIT
//
// Plain loops over whole rows of a matrix: the zeros at their ends let them vectorise without a rest.
// Several sums go side by side, so that none waits for the one before; each is still one chain in its
// lane, whatever stands beside it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>

namespace agon::ebn {

inline constexpr int64_t kLanes = 16;
inline constexpr int64_t kBlocks = 4;  // of kLanes each, side by side

// lane[0] = the sum of 16 lanes, by a fixed tree.
template <typename Real>
void fold(Real* lane) noexcept {
  for (int64_t l = 0; l < 8; ++l) lane[l] += lane[l + 8];
  for (int64_t l = 0; l < 4; ++l) lane[l] += lane[l + 4];
  for (int64_t l = 0; l < 2; ++l) lane[l] += lane[l + 2];
  lane[0] += lane[1];
}

// Sum of a_i b_i over n (a multiple of 16) elements, in 16 lanes and a fixed tree.
template <typename Real>
Real dot(const Real* a, const Real* b, int64_t n) noexcept {
  Real lane[kLanes] = {};
  for (int64_t i = 0; i < n; i += kLanes) {
    for (int64_t l = 0; l < kLanes; ++l) lane[l] += a[i + l] * b[i + l];
  }
  fold(lane);
  return lane[0];
}

// out[r] = dot of row r of a [rows x n, padded] with b.
template <typename Real>
void dots(const Real* a, int64_t stride, int64_t rows, const Real* b, int64_t n,
          Real* out) noexcept {
  int64_t r = 0;
  for (; r + 4 <= rows; r += 4) {
    const Real* const a0 = a + r * stride;
    const Real* const a1 = a0 + stride;
    const Real* const a2 = a1 + stride;
    const Real* const a3 = a2 + stride;
    Real lane0[kLanes] = {}, lane1[kLanes] = {}, lane2[kLanes] = {}, lane3[kLanes] = {};
    for (int64_t i = 0; i < n; i += kLanes) {
      for (int64_t l = 0; l < kLanes; ++l) {
        const Real v = b[i + l];
        lane0[l] += a0[i + l] * v;
        lane1[l] += a1[i + l] * v;
        lane2[l] += a2[i + l] * v;
        lane3[l] += a3[i + l] * v;
      }
    }
    fold(lane0);
    fold(lane1);
    fold(lane2);
    fold(lane3);
    out[r] = lane0[0];
    out[r + 1] = lane1[0];
    out[r + 2] = lane2[0];
    out[r + 3] = lane3[0];
  }
  for (; r < rows; ++r) out[r] = dot(a + r * stride, b, n);
}

// y += alpha x over n elements.
template <typename Real>
void axpy(Real alpha, const Real* x, Real* y, int64_t n) noexcept {
  for (int64_t i = 0; i < n; ++i) y[i] += alpha * x[i];
}

// block(at, width) for blocks that cover n (a multiple of 16) elements; width is a constant, so that a
// block stays in registers.
template <typename Block>
void for_blocks(int64_t n, Block&& block) {
  constexpr auto kWide = std::integral_constant<int64_t, kBlocks * kLanes>();
  constexpr auto kNarrow = std::integral_constant<int64_t, kLanes>();
  int64_t at = 0;
  for (; at + kWide <= n; at += kWide) block(at, kWide);
  for (; at < n; at += kNarrow) block(at, kNarrow);
}

// sum[l] += the sum over q < count, in this order, of y(q) times element l of row q of `rows`.
template <int64_t kWidth, typename Real, typename Factor>
void add_rows(const Real* rows, int64_t stride, int64_t count, const Factor& y,
              Real (&sum)[kWidth]) {
  for (int64_t q = 0; q < count; ++q, rows += stride) {
    const Real factor = y(q);
    for (int64_t l = 0; l < kWidth; ++l) sum[l] += factor * rows[l];
  }
}

}  // namespace agon::ebn
