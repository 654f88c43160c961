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
    if (is_whole(m) || m.rows == 0 || m.cols == 0) [[likely]] {
      if ((m.rows | m.cols) >= 0) [[likely]]
        return *this;
    }
    return refuse_view(name, m);
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
      const int64_t floats = (m.rows - 1) * m.stride + whole(m.cols);
      return begin(m) + static_cast<uintptr_t>(floats) * sizeof(float);
    };
    if (!ok_ || begin(a) >= end(b) || begin(b) >= end(a)) return *this;
    return refuse("{} overlaps {}", name, other);
  }

  // The same of several at equal steps: no result may overlap a factor of any other either.
  Check& apart(const char* name, agon_cmat a, const char* other, agon_mat b, int64_t count,
               int64_t a_step, int64_t b_step) noexcept {
    const auto all = [&](auto m, int64_t step) {  // as one view, from the first to the last
      if (m.rows > 0 && count > 0) {
        m.cols = (m.rows - 1) * m.stride + whole(m.cols) + (count - 1) * step;
        m.rows = 1;
      }
      return m;
    };
    return apart(name, all(a, a_step), other, all(b, b_step));
  }
  Check& step(const char* name, int64_t floats) noexcept {
    if (floats >= 0 && floats % static_cast<int64_t>(core::kLanes) == 0) return *this;
    return refuse("the step of {} is {} floats; a multiple of 16 is needed", name, floats);
  }
  // `count` results at equal steps: one below the other, or side by side in their rows.
  Check& spread(const char* name, agon_mat m, int64_t count, int64_t floats) noexcept {
    step(name, floats);
    const int64_t width = whole(m.cols);
    const bool below = floats >= (m.rows - 1) * m.stride + width;
    const bool beside = floats >= width && (count - 1) * floats + width <= m.stride;
    if (count <= 1 || m.rows == 0 || m.cols == 0 || below || beside) return *this;
    return refuse("{} results of {} x {} at steps of {} floats overlap", count, m.rows, m.cols,
                  floats);
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
  static int64_t whole(int64_t cols) noexcept { return (cols + 15) & ~int64_t{15}; }

  // All at once, for it nearly always holds.
  static bool is_whole(agon_cmat m) noexcept {
    constexpr int64_t kLanes = core::kLanes;
    const bool shaped = (m.stride >= m.cols) & ((m.stride & (kLanes - 1)) == 0);
    return shaped & (m.data != nullptr) & ((reinterpret_cast<uintptr_t>(m.data) & 63) == 0);
  }
  [[gnu::cold, gnu::noinline]] Check& refuse_view(const char* name, agon_cmat m) noexcept {
    if (m.rows < 0 || m.cols < 0)
      return refuse("{} has a negative size: {} x {}", name, m.rows, m.cols);
    if (m.data == nullptr) return refuse("{} is NULL", name);
    if (reinterpret_cast<uintptr_t>(m.data) % 64 != 0)
      return refuse("{} is not aligned to 64 bytes", name);
    return refuse("{} has stride {} for {} columns; a multiple of 16 at least as long is needed",
                  name, m.stride, m.cols);
  }

  template <typename... T>
  [[gnu::cold, gnu::noinline]] Check& refuse(fmt::format_string<T...> text,
                                             T&&... values) noexcept {
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
