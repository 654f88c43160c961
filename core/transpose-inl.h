// SPDX-License-Identifier: MIT
//
// Columns of a matrix as vectors whose lanes are rows: a transpose in registers.

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

#if HWY_TARGET != HWY_SCALAR
// One vector whose 128-bit blocks are 4 floats each of the rows i, i + 4, i + 8, ..., from column p
// on.
template <class D>
HWY_INLINE hn::Vec<D> load_blocks(D d, const float* const* rows, size_t p) {
  if constexpr (hn::MaxLanes(d) <= 4) {
    return hn::LoadU(d, rows[0] + p);
  } else {
    const hn::Half<D> half;
    return hn::Combine(d, load_blocks(half, rows + hn::MaxLanes(half), p),
                       load_blocks(half, rows, p));
  }
}
#endif

// out[q] = column p + q of the rows, q < 4: a transpose in registers. Reads up to 3 floats of
// padding.
HWY_INLINE void load_columns(const float* const* rows, size_t p, Vector (&out)[4]) {
  const Float d;
#if HWY_TARGET == HWY_SCALAR
  for (size_t q = 0; q < 4; ++q) out[q] = hn::LoadU(d, rows[0] + p + q);
#else
  const hn::RepartitionToWide<hn::RebindToUnsigned<Float>> wide;
  const Vector r0 = load_blocks(d, rows, p), r1 = load_blocks(d, rows + 1, p);
  const Vector r2 = load_blocks(d, rows + 2, p), r3 = load_blocks(d, rows + 3, p);
  const auto low01 = hn::BitCast(wide, hn::InterleaveLower(d, r0, r1));   // 00 10 01 11
  const auto high01 = hn::BitCast(wide, hn::InterleaveUpper(d, r0, r1));  // 02 12 03 13
  const auto low23 = hn::BitCast(wide, hn::InterleaveLower(d, r2, r3));
  const auto high23 = hn::BitCast(wide, hn::InterleaveUpper(d, r2, r3));
  out[0] = hn::BitCast(d, hn::InterleaveLower(wide, low01, low23));
  out[1] = hn::BitCast(d, hn::InterleaveUpper(wide, low01, low23));
  out[2] = hn::BitCast(d, hn::InterleaveLower(wide, high01, high23));
  out[3] = hn::BitCast(d, hn::InterleaveUpper(wide, high01, high23));
#endif
}

// The rows col .. col + lanes - 1 of B; past the last one the last again, for lanes nobody keeps.
HWY_INLINE void row_pointers(ConstView b, size_t col, const float** rows) {
  for (size_t i = 0; i < kLaneCount; ++i) rows[i] = b.row(std::min(col + i, b.rows - 1));
}

}  // namespace agon::core::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
