// SPDX-License-Identifier: MIT
#include "core/matrix.h"

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

namespace agon::core {
namespace {
constexpr std::align_val_t kAlignment{64};
}

void Matrix::Release::operator()(float* p) const noexcept {
  if (!owner) ::operator delete[](p, kAlignment);
}

Matrix::Matrix(float* data, size_t rows, size_t cols, std::shared_ptr<const void> owner)
    : rows_(rows), cols_(cols), stride_(padded(cols)), data_(data, Release{std::move(owner)}) {}

Matrix::Matrix(size_t rows, size_t cols) : rows_(rows), cols_(cols), stride_(padded(cols)) {
  constexpr size_t kMost = std::numeric_limits<size_t>::max() / (2 * sizeof(float));
  if (cols > kMost || (stride_ != 0 && rows > kMost / stride_)) throw std::bad_alloc();
  const size_t count = rows * stride_;
  if (count == 0) return;
  data_.reset(static_cast<float*>(::operator new[](count * sizeof(float), kAlignment)));
  std::fill_n(data_.get(), count, 0.0f);
}

}  // namespace agon::core
