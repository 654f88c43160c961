// SPDX-License-Identifier: MIT
//
// Matrix products. A tile of rows x vectors of C stays in registers while k runs; lanes are columns
// of C, so each output is one sequential chain of FMAs and every FMA target gives the same bits. B
// is read in place or copied into a contiguous panel, whichever is cheaper; A is read in place.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/gemm.cc"
#include <hwy/foreach_target.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <utility>

#include "core/kernels.h"
#include "core/math-inl.h"
#include "core/rows-inl.h"
#include "core/scratch.h"

#ifndef AGON_CORE_GEMM_ONCE
#define AGON_CORE_GEMM_ONCE
namespace agon::core {
// A as [m x k]: element (i, p) at data[i row + p depth].
struct LeftOperand {
  const float* data;
  size_t row, depth;
};
}  // namespace agon::core
#endif

HWY_BEFORE_NAMESPACE();
namespace agon::core::HWY_NAMESPACE {

constexpr size_t kLaneCount = hn::MaxLanes(Float());

// Registers: rows x vectors sums, `vectors` of B, one broadcast of A. 16 registers hold 6 x 2 or
// 12 x 1, the 32 of AVX-512 hold 12 x 2; 12 sums also cover latency x throughput of FMA (4 x 2).
constexpr size_t kMaxRows1 = 12;
constexpr size_t kMaxRows2 = HWY_TARGET == HWY_AVX3 ? 12 : 6;
constexpr size_t kMaxTile = 12 * 2 * (HWY_MAX_BYTES / sizeof(float));

// out[rows x vectors] = A B over k. b: row p at b + p b_stride. The last vector keeps `left` lanes.
template <size_t kRows, size_t kVectors>
HWY_NOINLINE void tile(LeftOperand a, const float* HWY_RESTRICT b, size_t b_stride, size_t k,
                       float* HWY_RESTRICT out, size_t out_stride, size_t left) {
  const Float d;
  const size_t lanes = hn::Lanes(d);
  Vector sums[kRows][kVectors];
#pragma GCC unroll 16
  for (size_t i = 0; i < kRows; ++i) {
#pragma GCC unroll 16
    for (size_t j = 0; j < kVectors; ++j) sums[i][j] = hn::Zero(d);
  }
  const float* HWY_RESTRICT left_column = a.data;
  for (size_t p = 0; p < k; ++p) {
    Vector right[kVectors];
#pragma GCC unroll 16
    for (size_t j = 0; j < kVectors; ++j) right[j] = hn::LoadU(d, b + j * lanes);
#pragma GCC unroll 16
    for (size_t i = 0; i < kRows; ++i) {
      const Vector value = hn::Set(d, left_column[i * a.row]);
#pragma GCC unroll 16
      for (size_t j = 0; j < kVectors; ++j) sums[i][j] = hn::MulAdd(value, right[j], sums[i][j]);
    }
    left_column += a.depth;
    b += b_stride;
  }
#pragma GCC unroll 16
  for (size_t i = 0; i < kRows; ++i) {
#pragma GCC unroll 16
    for (size_t j = 0; j + 1 < kVectors; ++j)
      hn::StoreU(sums[i][j], d, out + i * out_stride + j * lanes);
    put(d, sums[i][kVectors - 1], out + i * out_stride + (kVectors - 1) * lanes, left);
  }
}

using TileFn = void (*)(LeftOperand, const float*, size_t, size_t, float*, size_t, size_t);

// The kernels for one count of vectors, by rows - 1.
template <size_t kVectors, size_t... kRow>
constexpr std::array<TileFn, sizeof...(kRow)> tiles(std::index_sequence<kRow...>) {
  return {&tile<kRow + 1, kVectors>...};
}

// For few rows more vectors side by side, so that there are enough independent chains.
TileFn choose_tile(size_t rows, size_t vectors) {
  static constexpr auto kOne = tiles<1>(std::make_index_sequence<kMaxRows1>());
  static constexpr auto kTwo = tiles<2>(std::make_index_sequence<kMaxRows2>());
  static constexpr auto kFour = tiles<4>(std::make_index_sequence<2>());
  static constexpr auto kEight = tiles<8>(std::make_index_sequence<1>());
  if (vectors == 8) return kEight[rows - 1];
  if (vectors == 4) return kFour[rows - 1];
  if (vectors == 2) return kTwo[rows - 1];
  return kOne[rows - 1];
}

size_t most_rows(size_t vectors) {
  return vectors == 1 ? kMaxRows1 : vectors == 2 ? kMaxRows2 : vectors == 4 ? 2 : 1;
}

// Vectors side by side in the next panel when `remaining` vectors of columns are left.
size_t panel_vectors(size_t m, size_t remaining) {
  if (m == 1 && remaining >= 8) return 8;
  if (m <= 2 && remaining >= 4) return 4;
  return remaining >= 2 ? 2 : 1;
}

// panel[k x width] from columns [col, col + width) of B [k x n].
void pack_rows(ConstView b, size_t col, size_t width, float* panel) {
  const Float d;
  const size_t lanes = hn::Lanes(d);
  for (size_t p = 0; p < b.rows; ++p) {
    const float* from = b.row(p) + col;
    for (size_t j = 0; j < width; j += lanes)
      hn::StoreU(hn::LoadU(d, from + j), d, panel + p * width + j);
  }
}

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

// panel[k x width] from rows [col, col + width) of B [n x k].
void pack_transposed(ConstView b, size_t col, size_t width, float* panel) {
  const Float d;
  const size_t k = b.cols;
  const float* rows[kLaneCount];
  Vector columns[4];
  for (size_t j = 0; j < width; j += kLaneCount) {
    row_pointers(b, col + j, rows);
    float* to = panel + j;
    size_t p = 0;
    for (; p + 4 <= k; p += 4) {
      load_columns(rows, p, columns);
      for (size_t q = 0; q < 4; ++q, to += width) hn::StoreU(columns[q], d, to);
    }
    if (p < k) load_columns(rows, p, columns);
    for (size_t q = 0; p < k; ++p, ++q, to += width) hn::StoreU(columns[q], d, to);
  }
}

// As tile, for B [n x k] and so few rows that a panel would not pay: B is transposed on its way.
template <size_t kRows, size_t kVectors>
HWY_NOINLINE void tile_transposed(LeftOperand a, ConstView b, size_t col, float* HWY_RESTRICT out,
                                  size_t out_stride, size_t left) {
  const Float d;
  const float* rows[kVectors][kLaneCount];
  Vector sums[kRows][kVectors];
#pragma GCC unroll 4
  for (size_t j = 0; j < kVectors; ++j) {
    row_pointers(b, col + j * kLaneCount, rows[j]);
#pragma GCC unroll 4
    for (size_t i = 0; i < kRows; ++i) sums[i][j] = hn::Zero(d);
  }
  size_t p = 0;
  const auto add = [&](size_t count) HWY_ATTR {
    Vector columns[kVectors][4];
#pragma GCC unroll 4
    for (size_t j = 0; j < kVectors; ++j) load_columns(rows[j], p, columns[j]);
#pragma GCC unroll 4
    for (size_t q = 0; q < count; ++q) {
#pragma GCC unroll 4
      for (size_t i = 0; i < kRows; ++i) {
        const Vector value = hn::Set(d, a.data[i * a.row + (p + q) * a.depth]);
#pragma GCC unroll 4
        for (size_t j = 0; j < kVectors; ++j)
          sums[i][j] = hn::MulAdd(value, columns[j][q], sums[i][j]);
      }
    }
  };
  for (; p + 4 <= b.cols; p += 4) add(4);
  if (p < b.cols) add(b.cols - p);
#pragma GCC unroll 4
  for (size_t i = 0; i < kRows; ++i) {
#pragma GCC unroll 4
    for (size_t j = 0; j < kVectors; ++j) {
      put(d, sums[i][j], out + i * out_stride + j * kLaneCount,
          j + 1 < kVectors ? kLaneCount : left);
    }
  }
}

// C = f(scale sums + (accumulate ? C : 0) + bias) * multiply for one tile at (row, col) of C.
struct Finish {
  const float* sums;
  size_t sums_stride, row, rows, col, width;
  View c;
  const Epilogue& e;

  template <ActivationKind kKind>
  void run() const {
    const Float d;
    const size_t lanes = hn::Lanes(d);
    const Vector scale = hn::Set(d, e.scale);
    const Vector gain = hn::Set(d, e.activation.gain), shift = hn::Set(d, e.activation.shift);
    for (size_t j = 0; j < width; j += lanes) {
      const size_t left = std::min(lanes, c.cols - col - j);
      Vector bias = hn::Zero(d);
      if (e.bias != nullptr) bias = load_unpadded(e.bias + col + j, left);
      for (size_t i = 0; i < rows; ++i) {
        float* out = c.row(row + i) + col + j;
        Vector v = hn::Mul(scale, hn::LoadU(d, sums + i * sums_stride + j));
        if (e.accumulate)
          v = hn::MulAdd(scale, hn::LoadU(d, sums + i * sums_stride + j), hn::LoadU(d, out));
        if (e.bias != nullptr) v = hn::Add(v, bias);
        v = apply<kKind>(d, gain, shift, v);
        if (e.multiply.data != nullptr)
          v = hn::Mul(v, hn::LoadU(d, e.multiply.row(row + i) + col + j));
        put(d, v, out, left);
      }
    }
  }

 private:
  // The bias is no matrix row: nothing behind its end may be read.
  static Vector load_unpadded(const float* p, size_t left) {
    const Float d;
    if (left == hn::Lanes(d)) return hn::LoadU(d, p);
    alignas(64) float lanes[HWY_MAX_BYTES / sizeof(float)] = {};
    std::copy_n(p, left, lanes);
    return hn::Load(d, lanes);
  }

 public:
  Finish(const float* s, size_t stride, size_t r, size_t n, size_t column, size_t w, View out,
         const Epilogue& epilogue)
      : sums(s), sums_stride(stride), row(r), rows(n), col(column), width(w), c(out), e(epilogue) {}
};

bool is_plain(const Epilogue& e) {
  return e.scale == 1.0f && !e.accumulate && e.bias == nullptr && e.multiply.data == nullptr &&
         e.activation.kind == ActivationKind::identity && e.activation.gain == 1.0f;
}

// Few rows of C = A B^T, at most kFewRows.
constexpr size_t kFewRows = 2;
void gemm_few_rows(LeftOperand a, ConstView b, View c, const Epilogue& e) {
  const bool plain = is_plain(e);
  alignas(64) float sums[kMaxTile];
  for (size_t col = 0; col < c.cols;) {
    const size_t vectors = c.rows == 1 && c.cols - col > kLaneCount ? 2 : 1;
    const size_t width = vectors * kLaneCount;
    const size_t left =
        plain ? std::min(kLaneCount, c.cols - col - (vectors - 1) * kLaneCount) : kLaneCount;
    float* out = plain ? c.data + col : sums;
    const size_t out_stride = plain ? c.stride : width;
    if (c.rows == 2) {
      tile_transposed<2, 1>(a, b, col, out, out_stride, left);
    } else if (vectors == 2) {
      tile_transposed<1, 2>(a, b, col, out, out_stride, left);
    } else {
      tile_transposed<1, 1>(a, b, col, out, out_stride, left);
    }
    if (!plain) with_kind(e.activation.kind, Finish(sums, width, 0, c.rows, col, width, c, e));
    col += width;
  }
}

// One tile of C: rows x vectors at (row, col), with the product's epilogue.
class TileWriter {
 public:
  TileWriter(LeftOperand a, size_t k, View c, const Epilogue& e)
      : a_(a), k_(k), c_(c), e_(e), plain_(is_plain(e)) {}

  // b: the tile's columns of B, row p at b + p b_stride.
  void operator()(const float* b, size_t b_stride, size_t row, size_t rows, size_t col,
                  size_t vectors) {
    const size_t width = vectors * kLaneCount;
    const LeftOperand a{a_.data + row * a_.row, a_.row, a_.depth};
    const TileFn fn = choose_tile(rows, vectors);
    if (plain_) {
      const size_t left = std::min(kLaneCount, c_.cols - col - (vectors - 1) * kLaneCount);
      fn(a, b, b_stride, k_, c_.row(row) + col, c_.stride, left);
    } else {
      fn(a, b, b_stride, k_, sums_, width, kLaneCount);
      with_kind(e_.activation.kind, Finish(sums_, width, row, rows, col, width, c_, e_));
    }
  }

 private:
  LeftOperand a_;
  size_t k_;
  View c_;
  const Epilogue& e_;
  bool plain_;
  alignas(64) float sums_[kMaxTile];
};

// fn(row, rows) for blocks of even height that cover all rows.
template <typename Fn>
HWY_INLINE void for_row_blocks(size_t all, size_t most, Fn&& fn) {
  const size_t blocks = (all + most - 1) / most;
  for (size_t block = 0, row = 0; block < blocks; ++block) {
    const size_t rows = (all - row + blocks - block - 1) / (blocks - block);
    fn(row, rows);
    row += rows;
  }
}

// Bytes of B that stay in the first-level cache beside a tile.
constexpr size_t kSmallB = 16 * 1024;

// B is [k x n] unless transposed_b, then [n x k].
void gemm_simd(LeftOperand a, ConstView b, bool transposed_b, size_t k, View c, const Epilogue& e) {
  if (transposed_b && c.rows <= kFewRows && c.rows > 0) return gemm_few_rows(a, b, c, e);
  TileWriter write(a, k, c, e);
  const auto vectors_at = [&](size_t col) HWY_ATTR {
    return panel_vectors(c.rows, (c.cols - col + kLaneCount - 1) / kLaneCount);
  };
  // A short product, such as a rank-k update, lives on the traffic of C: walk it as it lies.
  if (!transposed_b && k * b.stride * sizeof(float) <= kSmallB && c.rows > kMaxRows1) {
    for_row_blocks(c.rows, most_rows(2), [&](size_t row, size_t rows) HWY_ATTR {
      for (size_t col = 0; col < c.cols;) {
        const size_t vectors = vectors_at(col);
        write(b.data + col, b.stride, row, rows, col, vectors);
        col += vectors * kLaneCount;
      }
    });
    return;
  }
  for (size_t col = 0; col < c.cols;) {
    const size_t vectors = vectors_at(col);
    const size_t width = vectors * kLaneCount;
    const size_t most = most_rows(vectors);
    const float* panel = transposed_b ? nullptr : b.data + col;
    size_t panel_stride = b.stride;
    // Copying pays when many row blocks read the panel and its rows lie in different cache lines
    // and sets.
    const bool pack = transposed_b || (b.stride != width && c.rows > 4 * most && k > 16);
    if (pack) {
      float* packed = scratch(Scratch::panel, k * width);
      transposed_b ? pack_transposed(b, col, width, packed) : pack_rows(b, col, width, packed);
      panel = packed;
      panel_stride = width;
    }
    for_row_blocks(c.rows, most, [&](size_t row, size_t rows) HWY_ATTR {
      write(panel, panel_stride, row, rows, col, vectors);
    });
    col += width;
  }
}

}  // namespace agon::core::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace agon::core {
namespace {

HWY_EXPORT(gemm_simd);

// Copies the named rows, padding included, one below the other.
ConstView gather(Scratch purpose, ConstView from, std::span<const int32_t> rows) {
  const size_t stride = padded(from.cols);
  if (stride == 0 || rows.empty()) return {nullptr, rows.size(), from.cols, stride};
  float* to = scratch(purpose, rows.size() * stride);
  for (size_t i = 0; i < rows.size(); ++i) {
    assert(rows[i] >= 0 && static_cast<size_t>(rows[i]) < from.rows);
    std::memcpy(to + i * stride, from.row(static_cast<size_t>(rows[i])), stride * sizeof(float));
  }
  return {to, rows.size(), from.cols, stride};
}

}  // namespace

uint64_t gemm(Transposition t, ConstView a, ConstView b, View c, const Epilogue& e) {
  const size_t k = t == Transposition::tn ? a.rows : a.cols;
  assert(c.rows == (t == Transposition::tn ? a.cols : a.rows));
  assert(t == Transposition::nt ? b.rows == c.cols && b.cols == k
                                : b.rows == k && b.cols == c.cols);
  assert(e.multiply.data == nullptr || (e.multiply.rows == c.rows && e.multiply.cols == c.cols));
  const LeftOperand left =
      t == Transposition::tn ? LeftOperand{a.data, 1, a.stride} : LeftOperand{a.data, a.stride, 1};
  HWY_DYNAMIC_DISPATCH(gemm_simd)(left, b, t == Transposition::nt, k, c, e);
  return uint64_t{c.rows} * c.cols * k;
}

uint64_t rank_k(ConstView a, ConstView b, std::span<const int32_t> rows, bool all_rows, float scale,
                View c) {
  assert(a.rows == b.rows && c.rows == a.cols && c.cols == b.cols);
  const Epilogue e{.scale = scale, .accumulate = true};
  if (all_rows) return gemm(Transposition::tn, a, b, c, e);
  return gemm(Transposition::tn, gather(Scratch::left_rows, a, rows),
              gather(Scratch::right_rows, b, rows), c, e);
}

}  // namespace agon::core
#endif
