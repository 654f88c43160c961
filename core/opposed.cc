// SPDX-License-Identifier: MIT
//
// Rank-k updates of weights that come in pairs, one raised by some rows of a batch and one by others, and
// what a unit sees of a pair, their difference: in one walk over both, where three calls would fetch them
// three times. Tiles of tile-inl.h, and each output the same chain of FMAs as in rank_k.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/opposed.cc"
#include <hwy/foreach_target.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "core/kernels.h"
#include "core/rows-inl.h"
#include "core/scratch.h"
#include "core/shared.h"
#include "core/tile-inl.h"

#ifndef AGON_CORE_OPPOSED_ONCE
#define AGON_CORE_OPPOSED_ONCE
namespace agon::core {

// One of the products, at the corner of a tile: A with the tile's first row, B, C and the difference with
// its first column.
struct OpposedTile {
  const float* a;
  size_t a_depth;  // from a row of the batch to the next
  const float* b;
  size_t b_stride;
  bool packed;               // B has the rows of `up`, then those of `down`
  const int32_t *up, *down;  // rows of the batch
  size_t ups, downs;
  float scale;
  float *above, *below;  // C
  size_t c_stride;
  const float* sign;
  float* difference;
  size_t difference_stride;
  size_t left;  // lanes of the last vector in C
};

}  // namespace agon::core
#endif

HWY_BEFORE_NAMESPACE();
namespace agon::core::HWY_NAMESPACE {

// sums = C + scale * the products over `count` chosen rows, stored where there are any.
template <size_t kRows, size_t kVectors>
HWY_INLINE void raise(const OpposedTile& t, const int32_t* chosen, size_t count, const float* b,
                      float* HWY_RESTRICT c, Vector (&sums)[kRows][kVectors]) {
  const Float d;
  const size_t lanes = hn::Lanes(d);
  const auto old = [&](size_t i, size_t j)
                       HWY_ATTR { return hn::LoadU(d, c + i * t.c_stride + j * lanes); };
  if (count == 0) {
    for_tile(sums, [&](size_t i, size_t j, Vector) HWY_ATTR { return old(i, j); });
    return;
  }
  for_tile(sums, [&](size_t, size_t, Vector) HWY_ATTR { return hn::Zero(d); });
  const float* corners[(kRows + 3) / 4];
#pragma GCC unroll 4
  for (size_t g = 0; g < (kRows + 3) / 4; ++g) {
    corners[g] = t.a + 4 * g;
    asm("" : "+r"(corners[g]));  // opaque, see tile
  }
  const size_t b_chosen = t.packed ? 0 : t.b_stride, b_next = t.packed ? t.b_stride : 0;
  for (size_t p = 0; p < count; ++p, b += b_next) {
    const auto row = static_cast<size_t>(chosen[p]);
    add_products(corners, row * t.a_depth, 1, b + row * b_chosen, sums);
  }
  const Vector scale = hn::Set(d, t.scale);
  for_tile(sums, [&](size_t i, size_t j, Vector v) HWY_ATTR {
    const Vector now =
        keep_first(d, hn::MulAdd(scale, v, old(i, j)), j + 1 < kVectors ? lanes : t.left);
    hn::StoreU(now, d, c + i * t.c_stride + j * lanes);
    return now;
  });
}

template <size_t kRows, size_t kVectors>
HWY_NOINLINE void opposed_tile(const OpposedTile& t) {
  const Float d;
  const size_t lanes = hn::Lanes(d);
  Vector sums[kRows][kVectors];
  raise(t, t.up, t.ups, t.b, t.above, sums);
  // The ones above are read again, for both do not fit into the registers of every target.
  raise(t, t.down, t.downs, t.packed ? t.b + t.ups * t.b_stride : t.b, t.below, sums);
  Vector sign[kVectors];
#pragma GCC unroll 4
  for (size_t j = 0; j < kVectors; ++j)
    sign[j] = load_unpadded(t.sign + j * lanes, j + 1 < kVectors ? lanes : t.left);
  for_tile(sums, [&](size_t i, size_t j, Vector below) HWY_ATTR {
    const Vector above = hn::LoadU(d, t.above + i * t.c_stride + j * lanes);
    put(d, hn::Mul(sign[j], hn::Sub(above, below)),
        t.difference + i * t.difference_stride + j * lanes, j + 1 < kVectors ? lanes : t.left);
    return below;
  });
}

using OpposedFn = void (*)(const OpposedTile&);
template <size_t kVectors, size_t... kRow>
constexpr std::array<OpposedFn, sizeof...(kRow)> opposed_tiles(std::index_sequence<kRow...>) {
  return {&opposed_tile<kRow + 1, kVectors>...};
}

// panel[k x width] = columns [col, col + width) of the chosen rows of B.
HWY_INLINE float* pack_chosen(ConstView b, const int32_t* chosen, size_t k, size_t col,
                              size_t width, float* panel) {
  const Float d;
  for (size_t p = 0; p < k; ++p, panel += width) {
    const float* from = b.row(static_cast<size_t>(chosen[p])) + col;
    for (size_t j = 0; j < width; j += hn::Lanes(d))
      hn::StoreU(hn::LoadU(d, from + j), d, panel + j);
  }
  return panel;
}

// kCount vectors of weights of one column, of the rows of C from `row` on: lanes are rows of C, so that a
// column behind the whole vectors does not cost a vector of padding. now: what both halves become.
template <size_t kCount>
HWY_INLINE void raise_column(const OpposedTile& t, size_t row, const int32_t* chosen, size_t count,
                             size_t col, float* c, size_t left, Vector (&now)[kCount]) {
  const Float d;
  alignas(64) float lanes[kCount * HWY_MAX_BYTES / sizeof(float)] = {};
  for (size_t i = 0; i < left; ++i) lanes[i] = c[i * t.c_stride];
  for (size_t v = 0; v < kCount; ++v) now[v] = hn::Load(d, lanes + v * kLaneCount);
  if (count == 0) return;
  Vector sums[kCount];
#pragma GCC unroll 4
  for (size_t v = 0; v < kCount; ++v) sums[v] = hn::Zero(d);
  for (size_t p = 0; p < count; ++p) {
    const auto r = static_cast<size_t>(chosen[p]);
    const Vector right = hn::Set(d, t.b[r * t.b_stride + col]);
    const float* const a = t.a + r * t.a_depth + row;
#pragma GCC unroll 4
    for (size_t v = 0; v < kCount; ++v)
      sums[v] = hn::MulAdd(hn::LoadU(d, a + v * kLaneCount), right, sums[v]);
  }
  const Vector scale = hn::Set(d, t.scale);
  for (size_t v = 0; v < kCount; ++v) {
    now[v] = hn::MulAdd(scale, sums[v], now[v]);
    hn::Store(now[v], d, lanes + v * kLaneCount);
  }
  for (size_t i = 0; i < left; ++i) c[i * t.c_stride] = lanes[i];
}

template <size_t kCount>
HWY_INLINE void opposed_column(const OpposedTile& t, size_t row, size_t rows, size_t col) {
  const Float d;
  const size_t left = std::min(kCount * kLaneCount, rows - row), from = row * t.c_stride + col;
  Vector above[kCount], below[kCount];
  raise_column(t, row, t.up, t.ups, col, t.above + from, left, above);
  raise_column(t, row, t.down, t.downs, col, t.below + from, left, below);
  alignas(64) float lanes[kCount * HWY_MAX_BYTES / sizeof(float)];
  const Vector sign = hn::Set(d, t.sign[col]);
  for (size_t v = 0; v < kCount; ++v)
    hn::Store(hn::Mul(sign, hn::Sub(above[v], below[v])), d, lanes + v * kLaneCount);
  for (size_t i = 0; i < left; ++i) t.difference[(row + i) * t.difference_stride + col] = lanes[i];
}

// Columns behind the last whole vector that are done so. A column costs k FMAs and some three steps for
// each of 16 weights, a vector of columns 16 k FMAs.
constexpr size_t kFewColumns = 2;

// c: its upper half, of the product at hand.
void rank_k_opposed_simd(ConstView a, ConstView b, OpposedTile t, View c, View difference) {
  static constexpr auto kOne = opposed_tiles<1>(std::make_index_sequence<kMaxRows1>());
  static constexpr auto kTwo = opposed_tiles<2>(std::make_index_sequence<kMaxRows2>());
  const size_t rest = c.cols % kLaneCount;
  const bool by_column = c.cols > kLaneCount && rest <= kFewColumns;
  if (by_column) {
    t.a = a.data;
    t.b = b.data;
    t.b_stride = b.stride;
    t.above = c.data;
    t.difference = difference.data;
    for (size_t col = c.cols - rest; col < c.cols; ++col) {
      size_t row = 0;
      for (; row + 4 * kLaneCount <= c.rows; row += 4 * kLaneCount)
        opposed_column<4>(t, row, c.rows, col);
      for (; row < c.rows; row += kLaneCount) opposed_column<1>(t, row, c.rows, col);
    }
    c.cols -= rest;
  }
  float* const below = t.below;
  const float* const sign = t.sign;
  for (size_t col = 0; col < c.cols;) {
    const size_t vectors = c.cols - col > kLaneCount ? 2 : 1, width = vectors * kLaneCount;
    const size_t most = vectors == 2 ? kMaxRows2 : kMaxRows1;
    t.packed = b.stride != width && c.rows > 4 * most;  // as in gemm_simd
    t.b = b.data + col;
    t.b_stride = b.stride;
    if (t.packed) {
      float* const panel = scratch(Scratch::panel, (t.ups + t.downs) * width);
      pack_chosen(b, t.down, t.downs, col, width, pack_chosen(b, t.up, t.ups, col, width, panel));
      t.b = panel;
      t.b_stride = width;
    }
    t.left = std::min(kLaneCount, c.cols - col - (vectors - 1) * kLaneCount);
    t.sign = sign + col;
    const size_t blocks = (c.rows + most - 1) / most;
    for (size_t block = 0, row = 0; block < blocks; ++block) {
      const size_t rows = (c.rows - row + blocks - block - 1) / (blocks - block);
      t.a = a.data + row;
      t.above = c.row(row) + col;
      t.below = below + row * c.stride + col;
      t.difference = difference.row(row) + col;
      (vectors == 2 ? kTwo[rows - 1] : kOne[rows - 1])(t);
      row += rows;
    }
    col += width;
  }
}

void rank_k_opposed_each_simd(size_t begin, size_t end, const Steps& steps, ConstView a,
                              ConstView b, const Opposed& o, float scale, View c) {
  const size_t half = c.rows / 2;
  for (size_t i = begin; i < end; ++i) {
    OpposedTile t{};
    t.a_depth = a.stride;
    t.up = o.up.data() + o.up_first[i];
    t.down = o.down.data() + o.down_first[i];
    t.ups = static_cast<size_t>(o.up_first[i + 1] - o.up_first[i]);
    t.downs = static_cast<size_t>(o.down_first[i + 1] - o.down_first[i]);
    t.scale = scale;
    t.c_stride = c.stride;
    t.sign = o.sign;
    t.difference_stride = o.difference.stride;
    const View above{c.data + i * steps.c, half, c.cols, c.stride};
    t.below = above.data + half * c.stride;
    rank_k_opposed_simd(
        {a.data + i * steps.a, a.rows, a.cols, a.stride},
        {b.data + i * steps.b, b.rows, b.cols, b.stride}, t, above,
        {o.difference.data + i * o.difference_step, half, c.cols, o.difference.stride});
  }
}

}  // namespace agon::core::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace agon::core {

HWY_EXPORT(rank_k_opposed_each_simd);

uint64_t rank_k_opposed_each(size_t count, const Steps& steps, ConstView a, ConstView b,
                             const Opposed& o, float scale, View c) {
  assert(a.rows == b.rows && c.rows == 2 * a.cols && c.cols == b.cols);
  assert(o.up_first.size() == count + 1 && o.down_first.size() == count + 1);
  assert(o.difference.rows == a.cols && o.difference.cols == b.cols);
  const auto rows = static_cast<uint64_t>(o.up_first[count] + o.down_first[count]);
  const uint64_t macs = uint64_t{a.cols} * b.cols * rows;
  in_parts(count, 1, count == 0 ? 0 : macs / count, [&](size_t begin, size_t end) {
    HWY_DYNAMIC_DISPATCH(rank_k_opposed_each_simd)(begin, end, steps, a, b, o, scale, c);
  });
  return macs;
}

}  // namespace agon::core
#endif
