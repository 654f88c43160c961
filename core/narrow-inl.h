// SPDX-License-Identifier: MIT
//
// Products whose C has so few columns that a vector of them would be mostly padding: here lanes are rows
// of C, the batch or, with A transposed, units, and an A that is not is transposed on its way. Each output is
// the same chain of FMAs as in a tile.

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

HWY_INLINE bool is_narrow(const LeftOperand& a, const View& c) {
  return a.chosen == nullptr && c.cols > 0 && c.cols <= kNarrow && 4 * c.rows >= 3 * kLaneCount;
}

// Whether the columns of C behind its last whole vector are worth the same: from so many terms on, for what is
// read and written besides does not shrink with k.
constexpr size_t kNarrowRest = 8;
HWY_INLINE bool has_narrow_rest(const LeftOperand& a, size_t k, const View& c) {
  const size_t rest = c.cols % kLaneCount;
  return c.cols > kLaneCount && k >= kNarrowRest && is_narrow(a, {c.data, c.rows, rest, c.stride});
}

// B as [k x n]: element (p, j) at data[p depth + j col].
struct RightOperand {
  const float* data;
  size_t depth, col;
};

// sums[kCols x lanes] = a block of rows of A, transposed, times B.
template <size_t kCols, class Rows>
HWY_INLINE void narrow_sums(Rows rows, const RightOperand& b, size_t k, float* HWY_RESTRICT sums) {
  const Float d;
  Vector s[kCols], columns[4];
#pragma GCC unroll 16
  for (size_t j = 0; j < kCols; ++j) s[j] = hn::Zero(d);
  const float* row = b.data;
  const size_t depth = b.depth, col = b.col;
  size_t p = 0;
  for (; p + 4 <= k; p += 4) {
    load_columns(rows, columns);
    rows.advance(4);
#pragma GCC unroll 4
    for (size_t q = 0; q < 4; ++q, row += depth) {
#pragma GCC unroll 16
      for (size_t j = 0; j < kCols; ++j)
        s[j] = hn::MulAdd(hn::Set(d, row[j * col]), columns[q], s[j]);
    }
  }
  if (p < k) load_columns(rows, columns);
#pragma GCC unroll 4
  for (size_t q = 0; q < 3; ++q, row += depth) {  // constant indices keep the columns in registers
    if (p + q >= k) break;
#pragma GCC unroll 16
    for (size_t j = 0; j < kCols; ++j)
      s[j] = hn::MulAdd(hn::Set(d, row[j * col]), columns[q], s[j]);
  }
#pragma GCC unroll 16
  for (size_t j = 0; j < kCols; ++j) hn::Store(s[j], d, sums + j * kLaneCount);
}

// The same of an A that is stored as its transpose: a column of the block lies in one piece, with padding
// behind the last one.
template <size_t kCols>
HWY_INLINE void narrow_sums(const float* column, size_t step, const RightOperand& b, size_t k,
                            float* HWY_RESTRICT sums) {
  const Float d;
  Vector s[kCols];
#pragma GCC unroll 16
  for (size_t j = 0; j < kCols; ++j) s[j] = hn::Zero(d);
  const float* row = b.data;
  const size_t depth = b.depth, col = b.col;
  for (size_t p = 0; p < k; ++p, column += step, row += depth) {
    const Vector value = hn::LoadU(d, column);
#pragma GCC unroll 16
    for (size_t j = 0; j < kCols; ++j) s[j] = hn::MulAdd(hn::Set(d, row[j * col]), value, s[j]);
  }
#pragma GCC unroll 16
  for (size_t j = 0; j < kCols; ++j) hn::Store(s[j], d, sums + j * kLaneCount);
}

// Four columns of a block of C, from column j on, from their sums. Rows: of floats that are only read.
template <ActivationKind kKind, bool kSlopes, class Rows, class OutRows>
HWY_INLINE void end_columns(const float* sums, const Epilogue& e, size_t j, size_t left,
                            const Rows& old, const Rows& factor, const OutRows& out) {
  const Float d;
  const Vector scale = hn::Set(d, e.scale);
  const Vector gain = hn::Set(d, e.activation.gain), shift = hn::Set(d, e.activation.shift);
  Vector v[4], other[4];
#pragma GCC unroll 4
  for (size_t q = 0; q < 4; ++q) v[q] = hn::Load(d, sums + (j + q) * kLaneCount);
  if (e.accumulate) {
    load_columns(old, other);
#pragma GCC unroll 4
    for (size_t q = 0; q < 4; ++q) v[q] = hn::MulAdd(scale, v[q], other[q]);
  } else {
#pragma GCC unroll 4
    for (size_t q = 0; q < 4; ++q) v[q] = hn::Mul(scale, v[q]);
  }
  if (e.bias != nullptr) {
#pragma GCC unroll 4
    for (size_t q = 0; q < 4; ++q)
      v[q] = hn::Add(v[q], hn::Set(d, e.bias[j + std::min(q, left - 1)]));
  }
#pragma GCC unroll 4
  for (size_t q = 0; q < 4; ++q)
    v[q] = apply < kSlopes ? ActivationKind::identity : kKind > (d, gain, shift, v[q]);
  if (e.multiply.data != nullptr) {
    load_columns(factor, other);
    if constexpr (kSlopes) {
      const Vector steep = hn::Set(d, e.slope.gain), moved = hn::Set(d, e.slope.shift);
#pragma GCC unroll 4
      for (size_t q = 0; q < 4; ++q) other[q] = slope<kKind>(d, steep, moved, other[q]);
    }
#pragma GCC unroll 4
    for (size_t q = 0; q < 4; ++q) v[q] = hn::Mul(v[q], other[q]);
  }
#pragma GCC unroll 4
  for (size_t q = 1; q < 4; ++q) v[q] = q < left ? v[q] : hn::Zero(d);
  store_columns(v, out);
}

// Blocks of rows whose sums are there before the first is ended, so that what they wait for overlaps.
constexpr size_t kBlocks = 4;

// C = f(scale sums + (accumulate ? C : 0) + bias) * multiply for at most kBlocks blocks of rows from `row` on.
// References, because a copy would wait for the stores that made it. kSlopes: with e.slopes, and the kind is that of
// e.slope.
template <bool kSlopes>
struct NarrowEnd {
  const float* sums;  // [kBlocks x group x lanes]
  size_t group;       // columns of C, up to a multiple of 4
  size_t row;
  const View& c;
  const Epilogue& e;

  template <ActivationKind kKind>
  void run() const {
    const size_t end = std::min(c.rows, row + kBlocks * kLaneCount);
    const float* of_block = sums;
    size_t r = row;
    for (; r + kLaneCount <= end; r += kLaneCount, of_block += group * kLaneCount)
      whole_block<kKind>(of_block, r);
    if (r < end) last_block<kKind>(of_block, r);
  }

 private:
  template <ActivationKind kKind>
  HWY_INLINE void whole_block(const float* of_block, size_t r) const {
    using Even = EvenRows<const float>;
    const bool multiplies = e.multiply.data != nullptr;
    const float* const factor = multiplies ? e.multiply.row(r) : c.row(r);
    const size_t factor_stride = multiplies ? e.multiply.stride : c.stride;
    for (size_t j = 0; j < c.cols; j += 4) {
      float* const corner = c.row(r) + j;
      end_columns<kKind, kSlopes>(of_block, e, j, c.cols - j, Even(corner, c.stride),
                                  Even(factor + j, factor_stride),
                                  EvenRows<float>(corner, c.stride));
    }
  }

  // Its rows do not fill the lanes: what the others hold is written where nobody looks.
  template <ActivationKind kKind>
  HWY_NOINLINE void last_block(const float* of_block, size_t r) const {
    using Listed = ListedRows<const float>;
    const float *old[kLaneCount], *factor[kLaneCount];
    float nowhere[2 * kLaneCount];
    float* out[kLaneCount];
    for (size_t i = 0; i < kLaneCount; ++i) out[i] = r + i < c.rows ? c.row(r + i) : nowhere;
    row_pointers(c, r, old);
    row_pointers(e.multiply.data != nullptr ? e.multiply : ConstView(c), r, factor);
    for (size_t j = 0; j < c.cols; j += 4) {
      end_columns<kKind, kSlopes>(of_block, e, j, c.cols - j, Listed(old, j), Listed(factor, j),
                                  ListedRows<float>(out, j));
    }
  }
};

// kCols: columns of C.
template <size_t kCols>
HWY_NOINLINE void narrow_product(const LeftOperand& a, const RightOperand& b, size_t k,
                                 const View& c, const Epilogue& e) {
  constexpr size_t kGroup = (kCols + 3) / 4 * 4;
  alignas(64) float sums[kBlocks][kGroup * kLaneCount];
  for (auto& block : sums) std::fill(block + kCols * kLaneCount, block + kGroup * kLaneCount, 0.0f);
  for (size_t row = 0; row < c.rows; row += kBlocks * kLaneCount) {
    for (size_t i = 0; i < kBlocks && row + i * kLaneCount < c.rows; ++i) {
      const size_t first = row + i * kLaneCount;
      if (a.depth != 1) {
        narrow_sums<kCols>(a.data + first, a.depth, b, k, sums[i]);
      } else if (first + kLaneCount <= c.rows) {
        narrow_sums<kCols>(EvenRows(a.data + first * a.row, a.row), b, k, sums[i]);
      } else {
        const float* rows[kLaneCount];
        row_pointers({a.data, c.rows, k, a.row}, first, rows);
        narrow_sums<kCols>(ListedRows(rows, 0), b, k, sums[i]);
      }
    }
    if (e.slopes) {
      with_kind(e.slope.kind, NarrowEnd<true>{sums[0], kGroup, row, c, e});
    } else {
      with_kind(e.activation.kind, NarrowEnd<false>{sums[0], kGroup, row, c, e});
    }
  }
}

using NarrowFn = void (*)(const LeftOperand&, const RightOperand&, size_t, const View&,
                          const Epilogue&);
template <size_t... kCol>
constexpr std::array<NarrowFn, sizeof...(kCol)> narrow_products(std::index_sequence<kCol...>) {
  return {&narrow_product<kCol + 1>...};
}

// B is [k x n] unless transposed_b, then [n x k].
void gemm_narrow(const LeftOperand& a, const ConstView& b, bool transposed_b, size_t k,
                 const View& c, const Epilogue& e) {
  static constexpr auto kProducts =
      narrow_products(std::make_index_sequence<std::max<size_t>(1, kNarrow)>());
  const RightOperand right{b.data, transposed_b ? 1 : b.stride, transposed_b ? b.stride : 1};
  kProducts[c.cols - 1](a, right, k, c, e);
}

}  // namespace agon::core::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
