// SPDX-License-Identifier: MIT
//
// Row-major float32 matrices: 64-byte aligned, rows padded to a multiple of 16 floats, padding
// zero. Kernels may read a row's padding and may write anything finite to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace agon::core {

inline constexpr size_t kLanes = 16;  // the fixed virtual vector width, in floats

constexpr size_t padded(size_t n) noexcept { return (n + kLanes - 1) / kLanes * kLanes; }

struct View {
  float* data = nullptr;
  size_t rows = 0, cols = 0, stride = 0;
  float* row(size_t r) const noexcept { return data + r * stride; }
};

struct ConstView {
  const float* data = nullptr;
  size_t rows = 0, cols = 0, stride = 0;
  ConstView() = default;
  ConstView(const float* d, size_t r, size_t c, size_t s) noexcept
      : data(d), rows(r), cols(c), stride(s) {}
  ConstView(const View& v) noexcept : data(v.data), rows(v.rows), cols(v.cols), stride(v.stride) {}
  const float* row(size_t r) const noexcept { return data + r * stride; }
};

class Matrix {
 public:
  Matrix() = default;
  Matrix(size_t rows, size_t cols);  // zeros; throws std::bad_alloc
  // In memory of another's, which lives as long as `owner`: rows x padded(cols) floats with zeros
  // behind each row, aligned as those of a matrix.
  Matrix(float* data, size_t rows, size_t cols, std::shared_ptr<const void> owner);

  size_t rows() const noexcept { return rows_; }
  size_t cols() const noexcept { return cols_; }
  size_t stride() const noexcept { return stride_; }
  float* data() noexcept { return data_.get(); }
  const float* data() const noexcept { return data_.get(); }
  std::span<float> row(size_t r) noexcept { return {data_.get() + r * stride_, cols_}; }
  std::span<const float> row(size_t r) const noexcept { return {data_.get() + r * stride_, cols_}; }
  float& at(size_t r, size_t c) noexcept { return data_[r * stride_ + c]; }
  float at(size_t r, size_t c) const noexcept { return data_[r * stride_ + c]; }

  View view() noexcept { return {data_.get(), rows_, cols_, stride_}; }
  ConstView view() const noexcept { return {data_.get(), rows_, cols_, stride_}; }
  View top(size_t rows) noexcept { return {data_.get(), rows, cols_, stride_}; }
  operator View() noexcept { return view(); }
  operator ConstView() const noexcept { return view(); }

 private:
  struct Release {
    std::shared_ptr<const void> owner;  // null: the matrix itself
    void operator()(float* p) const noexcept;
  };
  size_t rows_ = 0, cols_ = 0, stride_ = 0;
  std::unique_ptr<float[], Release> data_;
};

}  // namespace agon::core
