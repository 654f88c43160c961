// SPDX-License-Identifier: MIT
//
// Row-major float32 matrices with rows padded to 16 floats and 64-byte alignment: what the host's
// kernels ask for. A Matrix owns its memory; View and ConstView are the ABI's own structs.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>
#include <span>

#include "agon/plugin.h"

namespace agon {

using View = agon_mat;
using ConstView = agon_cmat;

inline ConstView as_const(View m) { return {m.data, m.rows, m.cols, m.stride}; }

// Rows [begin, end) of m.
inline View rows_of(View m, int64_t begin, int64_t end) {
  return {m.data + begin * m.stride, end - begin, m.cols, m.stride};
}
inline ConstView rows_of(ConstView m, int64_t begin, int64_t end) {
  return {m.data + begin * m.stride, end - begin, m.cols, m.stride};
}

class Matrix {
 public:
  Matrix() = default;
  // rows x cols zeros. Throws std::bad_alloc.
  Matrix(int64_t rows, int64_t cols) : rows_(rows), cols_(cols), stride_((cols + 15) / 16 * 16) {
    const size_t count = static_cast<size_t>(rows_ * stride_);
    if (count == 0) return;
    data_.reset(static_cast<float*>(::operator new[](count * sizeof(float), std::align_val_t{64})));
    std::fill_n(data_.get(), count, 0.0f);
  }

  int64_t rows() const noexcept { return rows_; }
  int64_t cols() const noexcept { return cols_; }
  int64_t stride() const noexcept { return stride_; }
  float* data() noexcept { return data_.get(); }
  const float* data() const noexcept { return data_.get(); }
  std::span<float> row(int64_t r) noexcept {
    return {data_.get() + r * stride_, static_cast<size_t>(cols_)};
  }
  std::span<const float> row(int64_t r) const noexcept {
    return {data_.get() + r * stride_, static_cast<size_t>(cols_)};
  }
  float& at(int64_t r, int64_t c) noexcept { return data_[static_cast<size_t>(r * stride_ + c)]; }
  float at(int64_t r, int64_t c) const noexcept {
    return data_[static_cast<size_t>(r * stride_ + c)];
  }
  void fill(float value) noexcept {
    for (int64_t r = 0; r < rows_; ++r) std::ranges::fill(row(r), value);
  }

  View view() noexcept { return {data_.get(), rows_, cols_, stride_}; }
  ConstView view() const noexcept { return {data_.get(), rows_, cols_, stride_}; }
  // The first `rows` rows: a minibatch may be smaller than max_batch.
  View top(int64_t rows) noexcept { return {data_.get(), rows, cols_, stride_}; }
  operator View() noexcept { return view(); }
  operator ConstView() const noexcept { return view(); }

 private:
  struct Release {
    void operator()(float* p) const noexcept { ::operator delete[](p, std::align_val_t{64}); }
  };
  int64_t rows_ = 0, cols_ = 0, stride_ = 0;
  std::unique_ptr<float[], Release> data_;
};

inline std::span<const float> row_of(ConstView m, int64_t r) {
  return {m.data + r * m.stride, static_cast<size_t>(m.cols)};
}
inline std::span<float> row_of(View m, int64_t r) {
  return {m.data + r * m.stride, static_cast<size_t>(m.cols)};
}

}  // namespace agon
