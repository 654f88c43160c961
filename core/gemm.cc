// SPDX-License-Identifier: MIT
//
// Matrix products. A tile of rows x vectors of C stays in registers while k runs; lanes are columns
// of C, so each output is one sequential chain of FMAs and every FMA target gives the same bits. B
// is read in place or copied into a contiguous panel, whichever is cheaper; A is read in place. A
// narrow C has its rows in lanes instead.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/gemm.cc"
#include <hwy/foreach_target.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "core/kernels.h"
#include "core/math-inl.h"
#include "core/narrow-inl.h"
#include "core/rows-inl.h"
#include "core/scratch.h"
#include "core/shared.h"
#include "core/tile-inl.h"
#include "core/transpose-inl.h"

HWY_BEFORE_NAMESPACE();
namespace agon::core::HWY_NAMESPACE {

// panel[k x width] from columns [col, col + width) of the rows of B [k x n], or of the k chosen ones.
void pack_rows(ConstView b, const int32_t* chosen, size_t k, size_t col, size_t width,
               float* panel) {
  const Float d;
  const size_t lanes = hn::Lanes(d);
  for (size_t p = 0; p < k; ++p) {
    const float* from = b.row(chosen == nullptr ? p : static_cast<size_t>(chosen[p])) + col;
    for (size_t j = 0; j < width; j += lanes)
      hn::StoreU(hn::LoadU(d, from + j), d, panel + p * width + j);
  }
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
HWY_NOINLINE void tile_transposed(const LeftOperand& a, const ConstView& b, size_t col,
                                  float* HWY_RESTRICT out, size_t out_stride, size_t left) {
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

// C = f(scale sums + (accumulate ? C : 0) + bias) * multiply for one tile at (row, col) of C. kSlopes: with e.slopes,
// and the kind is that of e.slope.
template <bool kSlopes>
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
    constexpr ActivationKind kApplied = kSlopes ? ActivationKind::identity : kKind;
    const Vector steep = hn::Set(d, e.slope.gain), moved = hn::Set(d, e.slope.shift);
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
        v = apply<kApplied>(d, gain, shift, v);
        if (e.multiply.data != nullptr) {
          Vector factor = hn::LoadU(d, e.multiply.row(row + i) + col + j);
          if constexpr (kSlopes) factor = slope<kKind>(d, steep, moved, factor);
          v = hn::Mul(v, factor);
        }
        put(d, v, out, left);
      }
    }
  }

  Finish(const float* s, size_t stride, size_t r, size_t n, size_t column, size_t w, View out,
         const Epilogue& epilogue)
      : sums(s), sums_stride(stride), row(r), rows(n), col(column), width(w), c(out), e(epilogue) {}
};

void finish(const float* sums, size_t stride, size_t row, size_t rows, size_t col, size_t width,
            const View& c, const Epilogue& e) {
  if (e.slopes) {
    with_kind(e.slope.kind, Finish<true>(sums, stride, row, rows, col, width, c, e));
  } else {
    with_kind(e.activation.kind, Finish<false>(sums, stride, row, rows, col, width, c, e));
  }
}

bool is_plain(const Epilogue& e) {
  return e.scale == 1.0f && !e.accumulate && e.bias == nullptr && e.multiply.data == nullptr &&
         e.activation.kind == ActivationKind::identity && e.activation.gain == 1.0f;
}

// Few rows of C = A B^T, at most kFewRows.
constexpr size_t kFewRows = 2;
void gemm_few_rows(const LeftOperand& a, const ConstView& b, const View& c, const Epilogue& e) {
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
    if (!plain) finish(sums, width, 0, c.rows, col, width, c, e);
    col += width;
  }
}

// One tile of C: rows x vectors at (row, col), with the product's epilogue.
class TileWriter {
 public:
  TileWriter(const LeftOperand& a, size_t k, const View& c, const Epilogue& e)
      : a_(a), k_(k), c_(c), e_(e) {
    const bool identity =
        e.activation.kind == ActivationKind::identity && e.activation.gain == 1.0f;
    const bool relu = e.activation.kind == ActivationKind::relu;
    const bool adds = e.accumulate, multiplies = e.multiply.data != nullptr;
    end_.scale = e.scale;
    end_.gain = e.activation.gain;
    end_.shift = e.activation.shift;
    in_tile_ = true;
    if (is_plain(e)) {
      end_.kind = Ending::plain;
    } else if (identity && adds && !multiplies && e.bias == nullptr) {
      end_.kind = Ending::accumulate;
    } else if (identity && !adds && e.slopes) {
      end_.kind = Ending::slopes;
      end_.slope = e.slope.kind;
      end_.gain = e.slope.gain;
      end_.shift = e.slope.shift;
      in_tile_ = end_.slope != ActivationKind::identity && end_.slope != ActivationKind::gelu;
    } else if (identity && !adds) {
      end_.kind = multiplies ? Ending::multiply : Ending::linear;
    } else if (relu && !adds && !multiplies) {
      end_.kind = Ending::relu;
    } else {
      in_tile_ = false;
    }
  }

  // Whether the rows of B that come are the chosen ones, one below the other.
  void set_packed(bool packed) { a_.packed = packed; }

  // b: the tile's columns of B, row p at b + p b_stride.
  void operator()(const float* b, size_t b_stride, size_t row, size_t rows, size_t col,
                  size_t vectors) {
    const size_t width = vectors * kLaneCount;
    const LeftOperand a{a_.data + row * a_.row, a_.row, a_.depth, a_.chosen, a_.packed};
    const TileFn fn = choose_tile(rows, vectors);
    if (in_tile_) {
      const size_t left = std::min(kLaneCount, c_.cols - col - (vectors - 1) * kLaneCount);
      TileEnd end = end_;
      if (e_.bias != nullptr) end.bias = e_.bias + col;
      if (e_.multiply.data != nullptr) {
        end.multiply = e_.multiply.row(row) + col;
        end.multiply_stride = e_.multiply.stride;
      }
      fn(a, b, b_stride, k_, c_.row(row) + col, c_.stride, left, end);
    } else {
      fn(a, b, b_stride, k_, sums_, width, kLaneCount, TileEnd{});
      finish(sums_, width, row, rows, col, width, c_, e_);
    }
  }

 private:
  LeftOperand a_;
  size_t k_;
  const View& c_;
  const Epilogue& e_;
  TileEnd end_;
  bool in_tile_;  // end_ is all there is to do
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
void gemm_tiles(const LeftOperand& a, const ConstView& b, bool transposed_b, size_t k,
                const View& c, const Epilogue& e) {
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
    write.set_packed(pack);
    if (pack) {
      float* packed = scratch(Scratch::panel, k * width);
      if (transposed_b) {
        pack_transposed(b, col, width, packed);
      } else {
        pack_rows(b, a.chosen, k, col, width, packed);
      }
      panel = packed;
      panel_stride = width;
    }
    for_row_blocks(c.rows, most, [&](size_t row, size_t rows) HWY_ATTR {
      write(panel, panel_stride, row, rows, col, vectors);
    });
    col += width;
  }
}

// What is passed by reference here and below is so because a copy would wait for the stores that made it.
void gemm_simd(const LeftOperand& a, const ConstView& b, bool transposed_b, size_t k, const View& c,
               const Epilogue& e) {
  if (is_narrow(a, c)) return gemm_narrow(a, b, transposed_b, k, c, e);
  if (transposed_b && c.rows <= kFewRows && c.rows > 0) return gemm_few_rows(a, b, c, e);
  if (!has_narrow_rest(a, k, c)) return gemm_tiles(a, b, transposed_b, k, c, e);
  const size_t whole = c.cols - c.cols % kLaneCount, all = c.cols;
  gemm_narrow(a, transposed_b ? part_of(b, whole, all) : columns_of(b, whole, all), transposed_b, k,
              columns_of(c, whole, all), columns_of(e, whole, all));
  gemm_tiles(a, b, transposed_b, k, columns_of(c, 0, whole), e);
}

// The products [begin, end) of many; of chosen rows when `chosen` is not null, those of the i-th from
// first[i] to first[i + 1].
void gemm_each_simd(size_t begin, size_t end, const Steps& steps, LeftOperand a, ConstView b,
                    bool transposed_b, size_t k, View c, const Epilogue& e, const int32_t* chosen,
                    const int64_t* first) {
  const float *const a0 = a.data, *const b0 = b.data, *const bias = e.bias;
  float* const c0 = c.data;
  Epilogue own = e;
  for (size_t i = begin; i < end; ++i) {
    a.data = a0 + i * steps.a;
    b.data = b0 + i * steps.b;
    c.data = c0 + i * steps.c;
    if (bias != nullptr) own.bias = bias + i * steps.bias;
    if (e.multiply.data != nullptr) own.multiply.data = e.multiply.data + i * steps.multiply;
    if (chosen != nullptr) {
      a.chosen = chosen + first[i];
      k = static_cast<size_t>(first[i + 1] - first[i]);
      if (k == 0) continue;
    }
    gemm_simd(a, b, transposed_b, k, c, own);
  }
}

}  // namespace agon::core::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace agon::core {
namespace {

HWY_EXPORT(gemm_simd);
HWY_EXPORT(gemm_each_simd);

LeftOperand left_operand(Transposition t, const ConstView& a) {
  return t == Transposition::tn ? LeftOperand{a.data, 1, a.stride}
                                : LeftOperand{a.data, a.stride, 1};
}

// Columns of C in one part at least: two vectors of the widest target.
constexpr size_t kPartColumns = 32;
// Rows of C in one part at least: full tiles, and whole vectors of an A that is transposed.
constexpr size_t kPartRows = 48;

// B is [k x n] unless transposed_b, then [n x k]. Shared by columns of C, of which each part packs its own
// panels of B; by rows where there are few columns, or where k is so short that B is not packed.
uint64_t product(const LeftOperand& a, const ConstView& b, bool transposed_b, size_t k,
                 const View& c, const Epilogue& e) {
  const uint64_t macs = uint64_t{c.rows} * c.cols * k;
  if (!is_shared(macs)) {
    HWY_DYNAMIC_DISPATCH(gemm_simd)(a, b, transposed_b, k, c, e);
  } else if (c.cols >= 2 * kPartColumns && k > kPartColumns) {
    in_parts(c.cols, kPartColumns, c.rows * k, [&](size_t begin, size_t end) {
      const ConstView right = transposed_b ? part_of(b, begin, end) : columns_of(b, begin, end);
      HWY_DYNAMIC_DISPATCH(gemm_simd)
      (a, right, transposed_b, k, columns_of(c, begin, end), columns_of(e, begin, end));
    });
  } else {
    in_parts(c.rows, kPartRows, c.cols * k, [&](size_t begin, size_t end) {
      Epilogue part = e;
      part.multiply = part_of(e.multiply, begin, end);
      const LeftOperand left{a.data + begin * a.row, a.row, a.depth, a.chosen};
      HWY_DYNAMIC_DISPATCH(gemm_simd)(left, b, transposed_b, k, part_of(c, begin, end), part);
    });
  }
  return macs;
}

}  // namespace

uint64_t gemm(Transposition t, const ConstView& a, const ConstView& b, const View& c,
              const Epilogue& e) {
  const size_t k = t == Transposition::tn ? a.rows : a.cols;
  assert(c.rows == (t == Transposition::tn ? a.cols : a.rows));
  assert(t == Transposition::nt ? b.rows == c.cols && b.cols == k
                                : b.rows == k && b.cols == c.cols);
  assert(e.multiply.data == nullptr || (e.multiply.rows == c.rows && e.multiply.cols == c.cols));
  return product(left_operand(t, a), b, t == Transposition::nt, k, c, e);
}

uint64_t rank_k(ConstView a, ConstView b, std::span<const int32_t> rows, bool all_rows, float scale,
                View c) {
  assert(a.rows == b.rows && c.rows == a.cols && c.cols == b.cols);
  const Epilogue e{.scale = scale, .accumulate = true};
  if (all_rows) return gemm(Transposition::tn, a, b, c, e);
  if (rows.empty()) return 0;
  for ([[maybe_unused]] const int32_t r : rows) assert(r >= 0 && static_cast<size_t>(r) < a.rows);
  return product(LeftOperand{a.data, 1, a.stride, rows.data()}, b, false, rows.size(), c, e);
}

uint64_t gemm_each(size_t count, const Steps& steps, Transposition t, ConstView a, ConstView b,
                   View c, const Epilogue& e) {
  const size_t k = t == Transposition::tn ? a.rows : a.cols;
  const uint64_t macs = uint64_t{c.rows} * c.cols * k;
  in_parts(count, 1, macs, [&](size_t begin, size_t end) {
    HWY_DYNAMIC_DISPATCH(gemm_each_simd)
    (begin, end, steps, left_operand(t, a), b, t == Transposition::nt, k, c, e, nullptr, nullptr);
  });
  return count * macs;
}

uint64_t rank_k_each(size_t count, const Steps& steps, ConstView a, ConstView b,
                     std::span<const int32_t> rows, std::span<const int64_t> first, float scale,
                     View c) {
  assert(a.rows == b.rows && c.rows == a.cols && c.cols == b.cols && first.size() == count + 1);
  const Epilogue e{.scale = scale, .accumulate = true};
  const auto all = static_cast<uint64_t>(first[count] - first[0]);
  const uint64_t macs = uint64_t{c.rows} * c.cols * all;
  if (count == 0 || macs == 0) return 0;
  in_parts(count, 1, macs / count, [&](size_t begin, size_t end) {
    HWY_DYNAMIC_DISPATCH(gemm_each_simd)
    (begin, end, steps, left_operand(Transposition::tn, a), b, false, 0, c, e, rows.data(),
     first.data());
  });
  return macs;
}

}  // namespace agon::core
#endif
