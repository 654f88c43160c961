// SPDX-License-Identifier: MIT
//
// Plain loops over whole rows of a matrix: the zeros at their ends let them vectorise without a rest.
// Several sums go side by side, so that none waits for the one before; each is still one chain in its
// lane, whatever stands beside it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "agon/vectorised.h"

namespace agon::ebn {

inline constexpr int64_t kLanes = 16;
inline constexpr int64_t kBlocks = 4;  // of kLanes each, side by side

// lane[0] = the sum of 16 lanes, by a fixed tree.
template <typename Real>
void fold(Real* lane) noexcept {
  in_lanes<8>([=](int64_t l) { lane[l] += lane[l + 8]; });
  in_lanes<4>([=](int64_t l) { lane[l] += lane[l + 4]; });
  for (int64_t l = 0; l < 2; ++l) lane[l] += lane[l + 2];
  lane[0] += lane[1];
}

// Sum of a_i b_i over n (a multiple of 16) elements, in 16 lanes and a fixed tree.
template <typename Real>
Real dot(const Real* a, const Real* b, int64_t n) noexcept {
  Real lane[kLanes] = {};
  for (int64_t i = 0; i < n; i += kLanes) {
    in_lanes([&](int64_t l) { lane[l] += a[i + l] * b[i + l]; });
  }
  fold(lane);
  return lane[0];
}

// The largest of 16 lanes; a lane that is NaN is passed over. The lanes are lost.
template <typename Real>
Real fold_largest(Real* lane) noexcept {
  const auto larger = [](Real a, Real b) { return b > a ? b : a; };
  in_lanes<8>([=](int64_t l) { lane[l] = larger(lane[l], lane[l + 8]); });
  in_lanes<4>([=](int64_t l) { lane[l] = larger(lane[l], lane[l + 4]); });
  for (int64_t l = 0; l < 2; ++l) lane[l] = larger(lane[l], lane[l + 2]);
  return larger(lane[0], lane[1]);
}

// The first i < n (a multiple of 16) with a_i - b_i == wanted, which there is. Whole numbers are kept as
// Real, so that the loop over lanes is one of equal types.
template <typename Real>
int64_t first_at(const Real* a, const Real* b, int64_t n, Real wanted) noexcept {
  Real block[kLanes];
  std::fill_n(block, kLanes, static_cast<Real>(n));
  for (int64_t i = n - kLanes; i >= 0; i -= kLanes) {
    const Real here = static_cast<Real>(i);
    in_lanes([&](int64_t l) { block[l] = a[i + l] - b[i + l] == wanted ? here : block[l]; });
  }
  int64_t first = n;
  for (int64_t l = 0; l < kLanes; ++l) first = std::min(first, static_cast<int64_t>(block[l]) + l);
  return first;
}

// out[r] = dot of row r of kRows rows of a with b, side by side. Rows that are not const are changed first,
// in the same walk: row r += alpha[r] x. x and b lie apart from a. They are read for each row: of a copy in
// lanes GCC 12 would make an array in memory where vectors are shorter than 16.
template <int64_t kRows, typename Row, typename Real>
void dots_of(const Real* alpha, const Real* x, Row* a, int64_t stride, const Real* b, int64_t n,
             Real* out) noexcept {
  constexpr bool kChange = !std::is_const_v<Row>;
  Real lane[kRows][kLanes] = {}, factor[kRows];
  for (int64_t r = 0; kChange && r < kRows; ++r) factor[r] = alpha[r];
  for (int64_t i = 0; i < n; i += kLanes) {
    const Real* const by = kChange ? x + i : x;
    const Real* const with = b + i;
    for (int64_t r = 0; r < kRows; ++r) {
      Row* const row = a + r * stride + i;
      in_lanes([&](int64_t l) {
        if constexpr (kChange) {
          const Real changed = row[l] + factor[r] * by[l];
          row[l] = changed;
          lane[r][l] += changed * with[l];
        } else {
          lane[r][l] += row[l] * with[l];
        }
      });
    }
  }
  for (int64_t r = 0; r < kRows; ++r) {
    fold(lane[r]);
    out[r] = lane[r][0];
  }
}

template <typename Row, typename Real>
void dots_in_fours(const Real* alpha, const Real* x, Row* a, int64_t stride, int64_t rows,
                   const Real* b, int64_t n, Real* out) noexcept {
  const auto some = [=](int64_t r, auto count) {
    const Real* const factors = alpha == nullptr ? nullptr : alpha + r;
    dots_of<count>(factors, x, a + r * stride, stride, b, n, out + r);
  };
  int64_t r = 0;
  for (; r + 4 <= rows; r += 4) some(r, std::integral_constant<int64_t, 4>());
  switch (rows - r) {
    case 3: return some(r, std::integral_constant<int64_t, 3>());
    case 2: return some(r, std::integral_constant<int64_t, 2>());
    case 1: return some(r, std::integral_constant<int64_t, 1>());
    default: return;
  }
}

// out[r] = dot of row r of a [rows x n, padded] with b.
template <typename Real>
void dots(const Real* a, int64_t stride, int64_t rows, const Real* b, int64_t n,
          Real* out) noexcept {
  dots_in_fours<const Real, Real>(nullptr, nullptr, a, stride, rows, b, n, out);
}

// Row r of a [rows x n, padded] += alpha[r] x; then out[r] = its dot with b.
template <typename Real>
void change_and_dots(const Real* alpha, const Real* x, Real* a, int64_t stride, int64_t rows,
                     const Real* b, int64_t n, Real* out) noexcept {
  dots_in_fours(alpha, x, a, stride, rows, b, n, out);
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
  static_assert(kBlocks == 4, "the rest has one, two or three blocks of lanes");
  int64_t at = 0;
  for (; at + kWide <= n; at += kWide) block(at, kWide);
  switch ((n - at) / kLanes) {
    case 3: return block(at, std::integral_constant<int64_t, 3 * kLanes>());
    case 2: return block(at, std::integral_constant<int64_t, 2 * kLanes>());
    case 1: return block(at, std::integral_constant<int64_t, kLanes>());
    default: return;
  }
}

// sum[l] += the sum over q < count, in this order, of y(q) times element l of row q of `rows`.
template <int64_t kWidth, typename Real, typename Factor>
void add_rows(const Real* rows, int64_t stride, int64_t count, const Factor& y,
              Real (&sum)[kWidth]) {
  for (int64_t q = 0; q < count; ++q, rows += stride) {
    const Real factor = y(q);
    in_lanes<kWidth>([&](int64_t l) { sum[l] += factor * rows[l]; });
  }
}

}  // namespace agon::ebn
