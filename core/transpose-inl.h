// SPDX-License-Identifier: MIT
//
// Columns of a matrix as vectors whose lanes are rows, and back: transposes in registers.

#if defined(AGON_CORE_TRANSPOSE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AGON_CORE_TRANSPOSE_INL_H_
#undef AGON_CORE_TRANSPOSE_INL_H_
#else
#define AGON_CORE_TRANSPOSE_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>

#include "core/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace agon::core::HWY_NAMESPACE {

constexpr size_t kLaneCount = hn::MaxLanes(Float());

// Where the rows of a block lie, one for each lane, from some column on: at one distance from each other, or
// anywhere. T: float, or const float of rows that are only read.
template <class T>
class EvenRows {
 public:
  EvenRows(T* first, size_t stride)
      : corner0_(first),
        corner1_(first + 4 * stride),
        corner2_(first + 8 * stride),
        corner3_(first + 12 * stride),
        stride_(stride),
        three_(3 * stride) {
    hide();
  }
  HWY_INLINE T* operator[](size_t i) const {
    T* const corner = i < 4 ? corner0_ : i < 8 ? corner1_ : i < 12 ? corner2_ : corner3_;
    return corner + (i % 4 == 3 ? three_ : i % 4 * stride_);
  }
  HWY_INLINE void advance(size_t columns) {
    corner0_ += columns;
    corner1_ += columns;
    corner2_ += columns;
    corner3_ += columns;
    hide();
  }

 private:
  // From every fourth row the other three are in reach of an address: GCC, if it could, would compute and keep
  // one for each row.
  HWY_INLINE void hide() {
    asm("" : "+r"(corner0_), "+r"(corner1_), "+r"(corner2_), "+r"(corner3_), "+r"(three_));
  }

  T *corner0_, *corner1_, *corner2_, *corner3_;
  size_t stride_, three_;
};

template <class T>
class ListedRows {
 public:
  ListedRows(T* const* rows, size_t column) : rows_(rows), column_(column) {}
  HWY_INLINE T* operator[](size_t i) const { return rows_[i] + column_; }
  HWY_INLINE void advance(size_t columns) { column_ += columns; }

 private:
  T* const* rows_;
  size_t column_;
};

#if HWY_TARGET != HWY_SCALAR
// One vector whose 128-bit blocks are 4 floats each of the rows i, i + 4, i + 8, ...
template <class D, class Rows>
HWY_INLINE hn::Vec<D> load_blocks(D d, const Rows& rows, size_t i) {
  if constexpr (hn::MaxLanes(d) <= 4) {
    return hn::LoadU(d, rows[i]);
  } else {
    const hn::Half<D> half;
    return hn::Combine(d, load_blocks(half, rows, i + hn::MaxLanes(half)),
                       load_blocks(half, rows, i));
  }
}

template <class D, class Rows>
HWY_INLINE void store_blocks(D d, hn::Vec<D> v, const Rows& rows, size_t i) {
  if constexpr (hn::MaxLanes(d) <= 4) {
    hn::StoreU(v, d, rows[i]);
  } else {
    const hn::Half<D> half;
    store_blocks(half, hn::LowerHalf(half, v), rows, i);
    store_blocks(half, hn::UpperHalf(half, v), rows, i + hn::MaxLanes(half));
  }
}

// Within each 128-bit block: out[q] holds the q-th floats of v[0] to v[3].
HWY_INLINE void transpose_blocks(const Vector (&v)[4], Vector (&out)[4]) {
  const Float d;
  const hn::RepartitionToWide<hn::RebindToUnsigned<Float>> wide;
  const auto low01 = hn::BitCast(wide, hn::InterleaveLower(d, v[0], v[1]));   // 00 10 01 11
  const auto high01 = hn::BitCast(wide, hn::InterleaveUpper(d, v[0], v[1]));  // 02 12 03 13
  const auto low23 = hn::BitCast(wide, hn::InterleaveLower(d, v[2], v[3]));
  const auto high23 = hn::BitCast(wide, hn::InterleaveUpper(d, v[2], v[3]));
  out[0] = hn::BitCast(d, hn::InterleaveLower(wide, low01, low23));
  out[1] = hn::BitCast(d, hn::InterleaveUpper(wide, low01, low23));
  out[2] = hn::BitCast(d, hn::InterleaveLower(wide, high01, high23));
  out[3] = hn::BitCast(d, hn::InterleaveUpper(wide, high01, high23));
}
#endif

// out[q] = the q-th column of the rows from where they are, q < 4: a transpose in registers. Reads up to 3
// floats of padding.
template <class Rows>
HWY_INLINE void load_columns(const Rows& rows, Vector (&out)[4]) {
  const Float d;
#if HWY_TARGET == HWY_SCALAR
  for (size_t q = 0; q < 4; ++q) out[q] = hn::LoadU(d, rows[0] + q);
#else
  const Vector blocks[4] = {load_blocks(d, rows, 0), load_blocks(d, rows, 1),
                            load_blocks(d, rows, 2), load_blocks(d, rows, 3)};
  transpose_blocks(blocks, out);
#endif
}
HWY_INLINE void load_columns(const float* const* rows, size_t p, Vector (&out)[4]) {
  load_columns(ListedRows<const float>(rows, p), out);
}

// Writes four columns of the rows.
template <class Rows>
HWY_INLINE void store_columns(const Vector (&columns)[4], const Rows& rows) {
  const Float d;
#if HWY_TARGET == HWY_SCALAR
  for (size_t q = 0; q < 4; ++q) hn::StoreU(columns[q], d, rows[0] + q);
#else
  Vector blocks[4];
  transpose_blocks(columns, blocks);
#pragma GCC unroll 4
  for (size_t q = 0; q < 4; ++q) store_blocks(d, blocks[q], rows, q);
#endif
}

// The rows col .. col + lanes - 1 of B; past the last one the last again, for lanes nobody keeps.
HWY_INLINE void row_pointers(ConstView b, size_t col, const float** rows) {
  for (size_t i = 0; i < kLaneCount; ++i) rows[i] = b.row(std::min(col + i, b.rows - 1));
}

}  // namespace agon::core::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
