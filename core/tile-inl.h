// SPDX-License-Identifier: MIT
//
// Register tiles of a matrix product: rows x vectors of C whose sums stay in registers while k runs, and
// the epilogues that are done before they leave them.

#if defined(AGON_CORE_TILE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AGON_CORE_TILE_INL_H_
#undef AGON_CORE_TILE_INL_H_
#else
#define AGON_CORE_TILE_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/math-inl.h"
#include "core/rows-inl.h"
#include "core/transpose-inl.h"

#ifndef AGON_CORE_TILE_ONCE
#define AGON_CORE_TILE_ONCE
namespace agon::core {
// A as [m x k]: element (i, p) at data[i row + p depth], or, of chosen depths only, at
// data[i row + chosen[p] depth]. Row p of B is then row chosen[p] as well, unless it is packed.
struct LeftOperand {
  const float* data;
  size_t row, depth;
  const int32_t* chosen = nullptr;  // [k]
  bool packed = false;
};
}  // namespace agon::core
#endif

HWY_BEFORE_NAMESPACE();
namespace agon::core::HWY_NAMESPACE {

// Registers: rows x vectors sums, `vectors` of B, one broadcast of A. 16 registers hold 6 x 2 or
// 12 x 1, the 32 of AVX-512 hold 12 x 2; 12 sums also cover latency x throughput of FMA (4 x 2).
constexpr size_t kMaxRows1 = 12;
constexpr size_t kMaxRows2 = HWY_TARGET == HWY_AVX3 ? 12 : 6;
constexpr size_t kMaxTile = 12 * 2 * (HWY_MAX_BYTES / sizeof(float));

// The bias is no matrix row: nothing behind its end may be read.
HWY_INLINE Vector load_unpadded(const float* p, size_t left) {
  const Float d;
  if (left >= hn::Lanes(d)) return hn::LoadU(d, p);
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX2
  return hn::MaskedLoad(hn::FirstN(d, left), d, p);  // does not touch what is masked out
#else
  alignas(64) float lanes[HWY_MAX_BYTES / sizeof(float)] = {};
  std::copy_n(p, left, lanes);
  return hn::Load(d, lanes);
#endif
}

// What a tile does with its sums before they leave the registers: the cheap epilogues, of which each
// is as Finish below has it. The other ones go through memory.
enum class Ending { plain, linear, relu, accumulate, multiply, slopes };
struct TileEnd {
  Ending kind = Ending::plain;
  float scale = 1.0f, gain = 1.0f, shift = 0.0f;
  ActivationKind slope = ActivationKind::identity;  // of slopes: sigmoid, tanh or relu
  const float* bias = nullptr;                      // at the tile's first column
  const float* multiply = nullptr;                  // at the tile's corner
  size_t multiply_stride = 0;
};

// sums[i][j] = fn(i, j, sums[i][j])
template <size_t kRows, size_t kVectors, class Fn>
HWY_INLINE void for_tile(Vector (&sums)[kRows][kVectors], const Fn& fn) {
#pragma GCC unroll 16
  for (size_t i = 0; i < kRows; ++i) {
#pragma GCC unroll 16
    for (size_t j = 0; j < kVectors; ++j) sums[i][j] = fn(i, j, sums[i][j]);
  }
}

// sums *= f' of what the factors hold.
template <ActivationKind kKind, size_t kRows, size_t kVectors>
HWY_INLINE void multiply_slopes(const TileEnd& end, Vector (&sums)[kRows][kVectors]) {
  const Float d;
  const Vector gain = hn::Set(d, end.gain), shift = hn::Set(d, end.shift);
  for_tile(sums, [&](size_t i, size_t j, Vector v) HWY_ATTR {
    const Vector factor = hn::LoadU(d, end.multiply + i * end.multiply_stride + j * hn::Lanes(d));
    return hn::Mul(v, slope<kKind>(d, gain, shift, factor));
  });
}

// out: where the tile lies in C. The last vector has `left` lanes in C.
template <size_t kRows, size_t kVectors>
HWY_INLINE void end_tile(const TileEnd& end, const float* out, size_t out_stride, size_t left,
                         Vector (&sums)[kRows][kVectors]) {
  const Float d;
  const size_t lanes = hn::Lanes(d);
  const Vector scale = hn::Set(d, end.scale);
  if (end.kind == Ending::accumulate) {
    for_tile(sums, [&](size_t i, size_t j, Vector v) HWY_ATTR {
      return hn::MulAdd(scale, v, hn::LoadU(d, out + i * out_stride + j * lanes));
    });
    return;
  }
  for_tile(sums, [&](size_t, size_t, Vector v) HWY_ATTR { return hn::Mul(scale, v); });
  if (end.bias != nullptr) {
    Vector bias[kVectors];
#pragma GCC unroll 16
    for (size_t j = 0; j < kVectors; ++j)
      bias[j] = load_unpadded(end.bias + j * lanes, j + 1 < kVectors ? lanes : left);
    for_tile(sums, [&](size_t, size_t j, Vector v) HWY_ATTR { return hn::Add(v, bias[j]); });
  }
  if (end.kind == Ending::relu) {
    const Vector gain = hn::Set(d, end.gain), shift = hn::Set(d, end.shift);
    for_tile(sums, [&](size_t, size_t, Vector v)
                       HWY_ATTR { return apply<ActivationKind::relu>(d, gain, shift, v); });
  }
  if (end.kind == Ending::slopes) {
    if (end.slope == ActivationKind::sigmoid) multiply_slopes<ActivationKind::sigmoid>(end, sums);
    if (end.slope == ActivationKind::tanh) multiply_slopes<ActivationKind::tanh>(end, sums);
    if (end.slope == ActivationKind::relu) multiply_slopes<ActivationKind::relu>(end, sums);
  }
  if (end.kind == Ending::multiply) {
    for_tile(sums, [&](size_t i, size_t j, Vector v) HWY_ATTR {
      return hn::Mul(v, hn::LoadU(d, end.multiply + i * end.multiply_stride + j * lanes));
    });
  }
}

// sums[rows x vectors] += the product of a column of A, at `offset` from its first, and a row of B.
// corners: every fourth row of A. From one of these all four are in reach of an address; from the first
// row alone the compiler would walk to the last, an addition after the other, as long as the FMAs take.
template <size_t kRows, size_t kVectors>
HWY_INLINE void add_products(const float* const* corners, size_t offset, size_t a_row,
                             const float* HWY_RESTRICT b, Vector (&sums)[kRows][kVectors]) {
  const Float d;
  Vector right[kVectors];
#pragma GCC unroll 16
  for (size_t j = 0; j < kVectors; ++j) right[j] = hn::LoadU(d, b + j * kLaneCount);
#pragma GCC unroll 16
  for (size_t i = 0; i < kRows; ++i) {
    const Vector value = hn::Set(d, corners[i / 4][offset + i % 4 * a_row]);
#pragma GCC unroll 16
    for (size_t j = 0; j < kVectors; ++j) sums[i][j] = hn::MulAdd(value, right[j], sums[i][j]);
  }
}

// out[rows x vectors] = A B over k, ended. b: row p at b + p b_stride. The last vector keeps `left`
// lanes.
template <size_t kRows, size_t kVectors>
HWY_NOINLINE void tile(const LeftOperand& a, const float* HWY_RESTRICT b, size_t b_stride, size_t k,
                       float* HWY_RESTRICT out, size_t out_stride, size_t left,
                       const TileEnd& end) {
  const Float d;
  const size_t lanes = hn::Lanes(d);
  Vector sums[kRows][kVectors];
#pragma GCC unroll 16
  for (size_t i = 0; i < kRows; ++i) {
#pragma GCC unroll 16
    for (size_t j = 0; j < kVectors; ++j) sums[i][j] = hn::Zero(d);
  }
  const float* corners[(kRows + 3) / 4];
#pragma GCC unroll 4
  for (size_t g = 0; g < (kRows + 3) / 4; ++g) {
    corners[g] = a.data + 4 * g * a.row;
    asm("" : "+r"(corners[g]));  // opaque
  }
  if (a.chosen == nullptr) {
    for (size_t p = 0, offset = 0; p < k; ++p, offset += a.depth, b += b_stride)
      add_products(corners, offset, a.row, b, sums);
  } else {
    const size_t b_chosen = a.packed ? 0 : b_stride, b_next = a.packed ? b_stride : 0;
    for (size_t p = 0; p < k; ++p, b += b_next) {
      const auto depth = static_cast<size_t>(a.chosen[p]);
      add_products(corners, depth * a.depth, a.row, b + depth * b_chosen, sums);
    }
  }
  if (end.kind != Ending::plain) end_tile<kRows, kVectors>(end, out, out_stride, left, sums);
#pragma GCC unroll 16
  for (size_t i = 0; i < kRows; ++i) {
#pragma GCC unroll 16
    for (size_t j = 0; j + 1 < kVectors; ++j)
      hn::StoreU(sums[i][j], d, out + i * out_stride + j * lanes);
    put(d, sums[i][kVectors - 1], out + i * out_stride + (kVectors - 1) * lanes, left);
  }
}

using TileFn = void (*)(const LeftOperand&, const float*, size_t, size_t, float*, size_t, size_t,
                        const TileEnd&);

// The kernels for one count of vectors, by rows - 1.
template <size_t kVectors, size_t... kRow>
constexpr std::array<TileFn, sizeof...(kRow)> tiles(std::index_sequence<kRow...>) {
  return {&tile<kRow + 1, kVectors>...};
}

// For few rows more vectors side by side, so that there are enough independent chains.
inline TileFn choose_tile(size_t rows, size_t vectors) {
  static constexpr auto kOne = tiles<1>(std::make_index_sequence<kMaxRows1>());
  static constexpr auto kTwo = tiles<2>(std::make_index_sequence<kMaxRows2>());
  static constexpr auto kFour = tiles<4>(std::make_index_sequence<2>());
  static constexpr auto kEight = tiles<8>(std::make_index_sequence<1>());
  if (vectors == 8) return kEight[rows - 1];
  if (vectors == 4) return kFour[rows - 1];
  if (vectors == 2) return kTwo[rows - 1];
  return kOne[rows - 1];
}

inline size_t most_rows(size_t vectors) {
  return vectors == 1 ? kMaxRows1 : vectors == 2 ? kMaxRows2 : vectors == 4 ? 2 : 1;
}

// Vectors side by side in the next panel when `remaining` vectors of columns are left.
inline size_t panel_vectors(size_t m, size_t remaining) {
  if (m == 1 && remaining >= 8) return 8;
  if (m <= 2 && remaining >= 4) return 4;
  return remaining >= 2 ? 2 : 1;
}

}  // namespace agon::core::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
