// SPDX-License-Identifier: MIT
//
// Memory of whole pages with a page behind it that nobody may touch, so that a rule which reads
// beyond its inputs or writes to them is stopped where it does so.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include "agon/plugin.h"

namespace agon::conformance {

// `count` zeros that end where the forbidden page begins.
template <typename T>
class Pages {
 public:
  Pages() = default;
  explicit Pages(size_t count) : count_(count) {
    const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    size_ = (count * sizeof(T) + page - 1) / page * page;
    void* const all =
        mmap(nullptr, size_ + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) throw std::bad_alloc();
    begin_ = static_cast<std::byte*>(all);
    guard_ = page;
    mprotect(begin_ + size_, page, PROT_NONE);
  }
  Pages(Pages&& other) noexcept { *this = std::move(other); }
  Pages& operator=(Pages&& other) noexcept {
    std::swap(begin_, other.begin_);
    std::swap(size_, other.size_);
    std::swap(guard_, other.guard_);
    std::swap(count_, other.count_);
    return *this;
  }
  ~Pages() {
    if (begin_ != nullptr) munmap(begin_, size_ + guard_);
  }

  T* data() const noexcept {
    return begin_ == nullptr ? nullptr
                             : reinterpret_cast<T*>(begin_ + (size_ - count_ * sizeof(T)));
  }
  size_t size() const noexcept { return count_; }
  void make_read_only() const {
    if (begin_ != nullptr) mprotect(begin_, size_, PROT_READ);
  }

 private:
  std::byte* begin_ = nullptr;
  size_t size_ = 0, guard_ = 0, count_ = 0;
};

// A matrix as the ABI asks for one, in such pages.
class PageMatrix {
 public:
  PageMatrix() = default;
  PageMatrix(int64_t rows, int64_t cols)
      : rows_(rows),
        cols_(cols),
        stride_((cols + 15) / 16 * 16),
        pages_(static_cast<size_t>(rows * stride_)) {}
  int64_t rows() const noexcept { return rows_; }
  int64_t cols() const noexcept { return cols_; }
  float& at(int64_t r, int64_t c) const noexcept { return pages_.data()[r * stride_ + c]; }
  agon_cmat top(int64_t rows) const noexcept { return {pages_.data(), rows, cols_, stride_}; }
  agon_cmat view() const noexcept { return top(rows_); }
  void make_read_only() const { pages_.make_read_only(); }

 private:
  int64_t rows_ = 0, cols_ = 0, stride_ = 0;
  Pages<float> pages_;
};

}  // namespace agon::conformance
