// SPDX-License-Identifier: MIT
//
// Shape checks of the kernel table: cheap when all is well, a sentence in the Call when not.
#pragma once

#include <fmt/format.h>

#include <cstdint>

#include "agon/plugin.h"
#include "core/matrix.h"
#include "harness/plugins/call.h"

namespace agon::harness {

inline agon_cmat read_only(agon_mat m) noexcept { return {m.data, m.rows, m.cols, m.stride}; }

inline core::ConstView to_core(agon_cmat m) noexcept {
  return {m.data, static_cast<size_t>(m.rows), static_cast<size_t>(m.cols),
          static_cast<size_t>(m.stride)};
}
inline core::View to_core(agon_mat m) noexcept {
  return {m.data, static_cast<size_t>(m.rows), static_cast<size_t>(m.cols),
          static_cast<size_t>(m.stride)};
}

// One kernel call's checks, chained; the first that fails is recorded and the rest are skipped.
class Check {
 public:
  Check(agon_call* call, const char* kernel) noexcept : call_(Call::of(call)), kernel_(kernel) {}

  // A view that a kernel may touch: see agon_mat.
  Check& view(const char* name, agon_cmat m) noexcept {
    if (m.rows < 0 || m.cols < 0) {
      return refuse("{} has a negative size: {} x {}", name, m.rows, m.cols);
    }
    if (m.rows == 0 || m.cols == 0) return *this;
    if (m.data == nullptr) return refuse("{} is NULL", name);
    if (m.stride < m.cols || m.stride % static_cast<int64_t>(core::kLanes) != 0) {
      return refuse("{} has stride {} for {} columns; a multiple of 16 at least as long is needed",
                    name, m.stride, m.cols);
    }
    if (reinterpret_cast<uintptr_t>(m.data) % 64 != 0)
      return refuse("{} is not aligned to 64 bytes", name);
    return *this;
  }
  Check& view(const char* name, agon_mat m) noexcept { return view(name, read_only(m)); }

  Check& shape(const char* name, agon_cmat m, int64_t rows, int64_t cols) noexcept {
    view(name, m);
    if (m.rows == rows && m.cols == cols) return *this;
    return refuse("{} is {} x {}, expected {} x {}", name, m.rows, m.cols, rows, cols);
  }
  Check& shape(const char* name, agon_mat m, int64_t rows, int64_t cols) noexcept {
    return shape(name, read_only(m), rows, cols);
  }

  // A product's result must not overlap its factors: they are read while it is written.
  Check& apart(const char* name, agon_cmat a, const char* other, agon_mat b) noexcept {
    const auto begin = [](const auto& m) { return reinterpret_cast<uintptr_t>(m.data); };
    // A view of some columns ends before its last row's stride does.
    const auto end = [&](const auto& m) {
      if (m.rows == 0) return begin(m);
      const int64_t floats = (m.rows - 1) * m.stride + (m.cols + 15) / 16 * 16;
      return begin(m) + static_cast<uintptr_t>(floats) * sizeof(float);
    };
    if (!ok_ || begin(a) >= end(b) || begin(b) >= end(a)) return *this;
    return refuse("{} overlaps {}", name, other);
  }

  Check& pointer(const char* name, const void* p) noexcept {
    return p != nullptr ? *this : refuse("{} is NULL", name);
  }

  Check& activation(agon_activation f) noexcept {
    if (f.kind >= AGON_IDENTITY && f.kind <= AGON_GELU) return *this;
    return refuse("there is no activation {}", f.kind);
  }

  template <typename... T>
  Check& require(bool condition, fmt::format_string<T...> text, T&&... values) noexcept {
    return condition ? *this : refuse(text, std::forward<T>(values)...);
  }

  bool ok() const noexcept { return ok_; }

 private:
  template <typename... T>
  Check& refuse(fmt::format_string<T...> text, T&&... values) noexcept {
    if (!ok_) return *this;
    ok_ = false;
    try {
      call_.fail(AGON_INVALID,
                 fmt::format("{}: {}", kernel_, fmt::format(text, std::forward<T>(values)...)));
    } catch (...) {
      call_.fail(AGON_INVALID, kernel_);
    }
    return *this;
  }

  Call& call_;
  const char* kernel_;
  bool ok_ = true;
};

}  // namespace agon::harness
