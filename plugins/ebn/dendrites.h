// SPDX-License-Identifier: MIT
//
// The dendritic nonlinearities phi, applied to a whole row at once: linear, tanh, the Gaussian
// ridge exp(-s^2), exp.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace agon::ebn {

enum class Dendrite { linear, tanh, gauss, exp };

// e^x to 2 units in the last place for x in [-87, 88], which x is cut to; exactly 1 at 0. Cephes'
// polynomial on x - n ln 2; without branches or calls, so that a loop over it vectorises.
inline float exponential(float x) noexcept {
  constexpr float kShift = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
  x = x < -87.0f ? -87.0f : x;
  x = x > 88.0f ? 88.0f : x;
  const float shifted = x * 1.44269504f + kShift;
  const float n = shifted - kShift;
  const float f = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * f + 1.3981999507e-3f;
  p = p * f + 8.3334519073e-3f;
  p = p * f + 4.1665795894e-2f;
  p = p * f + 1.6666665459e-1f;
  p = p * f + 5.0000001201e-1f;
  const uint32_t exponent =
      (std::bit_cast<uint32_t>(shifted) - std::bit_cast<uint32_t>(kShift) + 127u) << 23;
  return (p * f * f + f + 1.0f) * std::bit_cast<float>(exponent);
}
inline double exponential(double x) noexcept { return std::exp(x); }

// s_j = phi(s_j) for n values, in place.
template <typename Real>
void apply(Dendrite phi, Real* s, int64_t n) noexcept {
  switch (phi) {
    case Dendrite::linear: return;
    case Dendrite::tanh:
      for (int64_t j = 0; j < n; ++j)
        s[j] = Real{1} - Real{2} / (exponential(s[j] * Real{2}) + Real{1});
      return;
    case Dendrite::gauss:
      for (int64_t j = 0; j < n; ++j) s[j] = exponential(-(s[j] * s[j]));
      return;
    case Dendrite::exp:
      for (int64_t j = 0; j < n; ++j) s[j] = exponential(s[j]);
      return;
  }
}

}  // namespace agon::ebn
