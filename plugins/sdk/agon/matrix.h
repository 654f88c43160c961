// SPDX-License-Identifier: MIT
//
// Row-major matrices with rows padded by zeros to 16 elements and 64-byte alignment: what the host's
// kernels ask for. A Matrix owns its memory; View and ConstView are the ABI's own structs.
//
// Errors: std::bad_alloc of the constructor; nothing else fails, and no bounds are checked. Thread: any, one at
// a time for what is written.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <memory>
#include <new>
#include <span>

#include "agon/plugin.h"

namespace agon {

using ConstView = agon_cmat;

// The ABI's agon_mat, nothing added: what may be written may be read as a ConstView, too.
struct View : agon_mat {
  View() = default;
  View(agon_mat m) : agon_mat(m) {}
  View(float* first, int64_t row_count, int64_t col_count, int64_t row_stride)
      : agon_mat{first, row_count, col_count, row_stride} {}
  operator ConstView() const { return {data, rows, cols, stride}; }
};
static_assert(sizeof(View) == sizeof(agon_mat));

// Elements of a padded row: whole rows can be walked 16 elements at a time, without a rest.
inline constexpr int64_t padded(int64_t cols) { return (cols + 15) / 16 * 16; }

// Rows [begin, end) of m.
inline View rows_of(View m, int64_t begin, int64_t end) {
  return {m.data + begin * m.stride, end - begin, m.cols, m.stride};
}
inline ConstView rows_of(ConstView m, int64_t begin, int64_t end) {
  return {m.data + begin * m.stride, end - begin, m.cols, m.stride};
}

// rows x cols of T; those of floats are what the host's kernels take.
template <typename T>
class MatrixOf {
 public:
  MatrixOf() = default;
  // rows x cols zeros. Throws std::bad_alloc.
  MatrixOf(int64_t rows, int64_t cols) : rows_(rows), cols_(cols), stride_(padded(cols)) {
    const size_t count = static_cast<size_t>(rows_ * stride_);
    if (count == 0) return;
    data_.reset(static_cast<T*>(::operator new[](count * sizeof(T), std::align_val_t{64})));
    std::fill_n(data_.get(), count, T{0});
  }

  int64_t rows() const noexcept { return rows_; }
  int64_t cols() const noexcept { return cols_; }
  int64_t stride() const noexcept { return stride_; }
  // From row r on.
  T* data(int64_t r = 0) noexcept { return data_.get() + r * stride_; }
  const T* data(int64_t r = 0) const noexcept { return data_.get() + r * stride_; }
  std::span<T> row(int64_t r) noexcept { return {data(r), static_cast<size_t>(cols_)}; }
  std::span<const T> row(int64_t r) const noexcept { return {data(r), static_cast<size_t>(cols_)}; }
  T& at(int64_t r, int64_t c) noexcept { return data(r)[c]; }
  T at(int64_t r, int64_t c) const noexcept { return data(r)[c]; }
  void fill(T value) noexcept {
    for (int64_t r = 0; r < rows_; ++r) std::ranges::fill(row(r), value);
  }

  // All rows, without a copy.
  View view() noexcept requires std::same_as<T, float> { return top(rows_); }
  ConstView view() const noexcept requires std::same_as<T, float> {
    return {data(), rows_, cols_, stride_};
  }
  // The first `rows` rows: a minibatch may be smaller than max_batch.
  View top(int64_t rows) noexcept requires std::same_as<T, float> {
    return {data(), rows, cols_, stride_};
  }
  operator View() noexcept requires std::same_as<T, float> { return view(); }
  operator ConstView() const noexcept requires std::same_as<T, float> { return view(); }

 private:
  struct Release {
    void operator()(T* p) const noexcept { ::operator delete[](p, std::align_val_t{64}); }
  };
  int64_t rows_ = 0, cols_ = 0, stride_ = 0;
  std::unique_ptr<T[], Release> data_;
};

using Matrix = MatrixOf<float>;

// Row r, [cols] floats.
inline std::span<const float> row_of(ConstView m, int64_t r) {
  return {m.data + r * m.stride, static_cast<size_t>(m.cols)};
}
// The same, to be written.
inline std::span<float> row_of(View m, int64_t r) {
  return {m.data + r * m.stride, static_cast<size_t>(m.cols)};
}

}  // namespace agon
