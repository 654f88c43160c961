// SPDX-License-Identifier: MIT
//
// Walking over the rows of matrices by whole vectors. Reads may touch a row's padding, stores write
// zeros to it: what stands in the padding never reaches a result and never grows.

#if defined(AGON_CORE_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AGON_CORE_ROWS_INL_H_
#undef AGON_CORE_ROWS_INL_H_
#else
#define AGON_CORE_ROWS_INL_H_
#endif

#include <hwy/highway.h>

#include "core/matrix.h"

HWY_BEFORE_NAMESPACE();
namespace agon::core::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Float = hn::ScalableTag<float>;
using Vector = hn::Vec<Float>;

// The first `left` lanes of v, zeros behind them.
HWY_INLINE Vector keep_first(Float d, Vector v, size_t left) {
  return left >= hn::Lanes(d) ? v : hn::IfThenElseZero(hn::FirstN(d, left), v);
}

HWY_INLINE void put(Float d, Vector v, float* p, size_t left) {
  hn::StoreU(keep_first(d, v, left), d, p);
}

// Keeps a loaded v in a register: GCC would read it from memory again with every FMA that uses it,
// and loads then cost as much as the FMAs.
HWY_INLINE void hold([[maybe_unused]] Vector& v) {
#if HWY_TARGET == HWY_AVX3 && HWY_COMPILER_GCC_ACTUAL
  asm("" : "+v"(v.raw));
#elif HWY_TARGET == HWY_AVX2 && HWY_COMPILER_GCC_ACTUAL
  asm("" : "+x"(v.raw));
#endif
}

// fn(row, col, left) for every vector of a rows x cols matrix; left lanes belong to the matrix.
// With `dense` (no view has padding) the matrix is one long row.
template <class Fn>
HWY_INLINE void for_vectors(size_t rows, size_t cols, bool dense, const Fn& fn) {
  const size_t lanes = hn::Lanes(Float());
  if (dense) {
    cols *= rows;
    rows = rows == 0 ? 0 : 1;
  }
  // Known before the rows, so that the mask of a row's end is made once.
  const size_t left = cols % lanes, whole = cols - left;
  for (size_t r = 0; r < rows; ++r) {
    for (size_t c = 0; c < whole; c += lanes) fn(r, c, lanes);
    if (left != 0) fn(r, whole, left);
  }
}

template <class... Views>
HWY_INLINE bool dense(const Views&... views) {
  return (... && (views.cols == views.stride));
}

}  // namespace agon::core::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
