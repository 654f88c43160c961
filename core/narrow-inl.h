// SPDX-License-Identifier: MIT
//
// Products whose C has so few columns that a vector of them would be mostly padding: here lanes are rows
// of C, the batch, and A is transposed on its way. Each output is the same chain of FMAs as in a tile.

#if defined(AGON_CORE_NARROW_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AGON_CORE_NARROW_INL_H_
#undef AGON_CORE_NARROW_INL_H_
#else
#define AGON_CORE_NARROW_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/kernels.h"
#include "core/math-inl.h"
#include "core/rows-inl.h"
#include "core/tile-inl.h"
#include "core/transpose-inl.h"

HWY_BEFORE_NAMESPACE();
namespace agon::core::HWY_NAMESPACE {

// Columns up to which this pays: a block of rows costs about as much as k (6 + columns) FMAs, as tiles
// k lanes. None where vectors are short.
constexpr size_t kNarrow = kLaneCount >= 8 ? kLaneCount / 2 : 0;

HWY_INLINE bool is_narrow(const LeftOperand& a, View c) {
  return a.depth == 1 && a.chosen == nullptr && c.cols > 0 && c.cols <= kNarrow &&
         4 * c.rows >= 3 * kLaneCount;
}

// Whether the columns of C behind its last whole vector are worth the same: from so many terms on, for what is
// read and written besides does not shrink with k.
constexpr size_t kNarrowRest = 40;
HWY_INLINE bool has_narrow_rest(const LeftOperand& a, size_t k, View c) {
  const size_t rest = c.cols % kLaneCount;
  return c.cols > kLaneCount && k >= kNarrowRest && is_narrow(a, {c.data, c.rows, rest, c.stride});
}

// B as [k x n]: element (p, j) at data[p depth + j col].
struct RightOperand {
  const float* data;
  size_t depth, col;
};

// sums[kCols x lanes] = a block of rows of A, transposed, times B.
template <size_t kCols>
HWY_NOINLINE void narrow_sums(const float* const* rows, RightOperand b, size_t k,
                              float* HWY_RESTRICT sums) {
  const Float d;
  Vector s[kCols], columns[4];
#pragma GCC unroll 16
  for (size_t j = 0; j < kCols; ++j) s[j] = hn::Zero(d);
  size_t p = 0;
  for (; p + 4 <= k; p += 4) {
    load_columns(rows, p, columns);
#pragma GCC unroll 4
    for (size_t q = 0; q < 4; ++q) {
      const float* row = b.data + (p + q) * b.depth;
#pragma GCC unroll 16
      for (size_t j = 0; j < kCols; ++j)
        s[j] = hn::MulAdd(hn::Set(d, row[j * b.col]), columns[q], s[j]);
    }
  }
  if (p < k) load_columns(rows, p, columns);
  for (size_t q = 0; p < k; ++p, ++q) {
    const float* row = b.data + p * b.depth;
#pragma GCC unroll 16
    for (size_t j = 0; j < kCols; ++j)
      s[j] = hn::MulAdd(hn::Set(d, row[j * b.col]), columns[q], s[j]);
  }
#pragma GCC unroll 16
  for (size_t j = 0; j < kCols; ++j) hn::StoreU(s[j], d, sums + j * kLaneCount);
}

using NarrowFn = void (*)(const float* const*, RightOperand, size_t, float*);
template <size_t... kCol>
constexpr std::array<NarrowFn, sizeof...(kCol)> narrow_kernels(std::index_sequence<kCol...>) {
  return {&narrow_sums<kCol + 1>...};
}

// C = f(scale sums + (accumulate ? C : 0) + bias) * multiply for a block of rows from `row` on.
struct NarrowEnd {
  float* sums;  // [4 ceil(cols / 4) x lanes]
  size_t row;
  View c;
  const Epilogue& e;

  template <ActivationKind kKind>
  void run() const {
    const Float d;
    const Vector scale = hn::Set(d, e.scale);
    const Vector gain = hn::Set(d, e.activation.gain), shift = hn::Set(d, e.activation.shift);
    const float *old_rows[kLaneCount] = {}, *factor_rows[kLaneCount] = {};
    if (e.accumulate) row_pointers(c, row, old_rows);
    if (e.multiply.data != nullptr) row_pointers(e.multiply, row, factor_rows);
    for (size_t j = 0; j < c.cols; j += 4) {
      Vector old[4], factor[4];
      if (e.accumulate) load_columns(old_rows, j, old);
      if (e.multiply.data != nullptr) load_columns(factor_rows, j, factor);
      for (size_t q = 0; q < std::min<size_t>(4, c.cols - j); ++q) {
        const Vector sum = hn::LoadU(d, sums + (j + q) * kLaneCount);
        Vector v = e.accumulate ? hn::MulAdd(scale, sum, old[q]) : hn::Mul(scale, sum);
        if (e.bias != nullptr) v = hn::Add(v, hn::Set(d, e.bias[j + q]));
        v = apply<kKind>(d, gain, shift, v);
        if (e.multiply.data != nullptr) v = hn::Mul(v, factor[q]);
        hn::StoreU(v, d, sums + (j + q) * kLaneCount);
      }
    }
  }
};

// Turns sums[cols x lanes] back into rows of C, with zeros behind their columns.
HWY_INLINE void put_narrow(const float* sums, const float* zeros, size_t row, View c) {
  const Float d;
  const float* columns[kLaneCount];
  for (size_t i = 0; i < kLaneCount; ++i) columns[i] = i < c.cols ? sums + i * kLaneCount : zeros;
  const size_t count = std::min(kLaneCount, c.rows - row);
  for (size_t r = 0; r < count; r += 4) {
    Vector rows[4];
    load_columns(columns, r, rows);
    for (size_t q = 0; q < std::min<size_t>(4, count - r); ++q)
      hn::StoreU(rows[q], d, c.row(row + r + q));
  }
}

constexpr size_t kBehind = 3;  // floats that load_columns may read behind the last column

// B is [k x n] unless transposed_b, then [n x k].
void gemm_narrow(const LeftOperand& a, ConstView b, bool transposed_b, size_t k, View c,
                 const Epilogue& e) {
  static constexpr auto kKernels =
      narrow_kernels(std::make_index_sequence<std::max<size_t>(1, kNarrow)>());
  const RightOperand right{b.data, transposed_b ? 1 : b.stride, transposed_b ? b.stride : 1};
  const ConstView left{a.data, c.rows, k, a.row};
  const NarrowFn sum_up = kKernels[c.cols - 1];
  alignas(64) float sums[kLaneCount * kLaneCount + kBehind];
  alignas(64) float zeros[kLaneCount + kBehind] = {};
  const float* rows[kLaneCount];
  for (size_t row = 0; row < c.rows; row += kLaneCount) {
    row_pointers(left, row, rows);
    sum_up(rows, right, k, sums);
    with_kind(e.activation.kind, NarrowEnd{sums, row, c, e});
    put_narrow(sums, zeros, row, c);
  }
}

}  // namespace agon::core::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
