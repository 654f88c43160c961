// SPDX-License-Identifier: MIT
//
// Plain loops over whole rows of a matrix: the zeros at their ends let them vectorise without a rest.
#pragma once

#include <cstdint>

namespace agon::ebn {

inline constexpr int64_t kLanes = 16;

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
