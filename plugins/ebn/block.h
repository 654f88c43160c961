// SPDX-License-Identifier: MIT
//
// Row-major arrays of float or double with rows padded by zeros to 16 elements and aligned to 64
// bytes, so that plain loops over whole rows vectorise without a rest. A Block of floats is what
// the host's kernels take.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#include "agon/matrix.h"

namespace agon::ebn {

inline constexpr int64_t kLanes = 16;

inline constexpr int64_t padded(int64_t n) { return (n + kLanes - 1) / kLanes * kLanes; }

template <typename Real>
class Block {
 public:
  Block() = default;
  // rows x cols zeros. Throws std::bad_alloc.
  Block(int64_t rows, int64_t cols) : rows_(rows), cols_(cols), stride_(padded(cols)) {
    const size_t count = static_cast<size_t>(rows_ * stride_);
    data_.reset(static_cast<Real*>(::operator new[](count * sizeof(Real), std::align_val_t{64})));
    std::fill_n(data_.get(), count, Real{0});
  }

  int64_t rows() const noexcept { return rows_; }
  int64_t cols() const noexcept { return cols_; }
  int64_t stride() const noexcept { return stride_; }
  Real* row(int64_t r = 0) noexcept { return data_.get() + r * stride_; }
  const Real* row(int64_t r = 0) const noexcept { return data_.get() + r * stride_; }
  Real& at(int64_t r, int64_t c) noexcept { return row(r)[c]; }
  Real at(int64_t r, int64_t c) const noexcept { return row(r)[c]; }
  void fill(Real value) noexcept {
    for (int64_t r = 0; r < rows_; ++r) std::fill_n(row(r), cols_, value);
  }

  operator View() noexcept requires std::same_as<Real, float> {
    return {data_.get(), rows_, cols_, stride_};
  }
  operator ConstView() const noexcept requires std::same_as<Real, float> {
    return {data_.get(), rows_, cols_, stride_};
  }

 private:
  struct Release {
    void operator()(Real* p) const noexcept { ::operator delete[](p, std::align_val_t{64}); }
  };
  int64_t rows_ = 0, cols_ = 0, stride_ = 0;
  std::unique_ptr<Real[], Release> data_;
};

// Sum of a_i b_i over n (a multiple of 16) elements, in 16 lanes and a fixed tree.
template <typename Real>
Real dot(const Real* a, const Real* b, int64_t n) noexcept {
  Real lane[kLanes] = {};
  for (int64_t i = 0; i < n; i += kLanes) {
    for (int64_t l = 0; l < kLanes; ++l) lane[l] += a[i + l] * b[i + l];
  }
  for (int64_t width = kLanes / 2; width > 0; width /= 2) {
    for (int64_t l = 0; l < width; ++l) lane[l] += lane[l + width];
  }
  return lane[0];
}

// y += alpha x over n elements.
template <typename Real>
void axpy(Real alpha, const Real* x, Real* y, int64_t n) noexcept {
  for (int64_t i = 0; i < n; ++i) y[i] += alpha * x[i];
}

}  // namespace agon::ebn
