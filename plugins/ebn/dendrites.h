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

// e^x to 2 units in the last place for x in [-87, 88]; exactly 1 at 0. Cephes' polynomial on x - n ln 2;
// without branches or calls, so that a loop over it vectorises.
inline float exponential(float x) noexcept {
  constexpr float kShift = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
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

// x where e^x can be had of it; NaN stays.
inline float cut_below(float x) noexcept { return x < -87.0f ? -87.0f : x; }
inline double cut_below(double x) noexcept { return x; }
inline float cut(float x) noexcept {
  x = cut_below(x);
  return x > 88.0f ? 88.0f : x;
}
inline double cut(double x) noexcept { return x; }

// Each phi is value(e^argument(s)). In two steps, each a loop of its own: a choice and the polynomial in one
// loop would be computed once for either side of the choice.
struct Gauss {
  static auto argument(auto s) noexcept { return cut_below(-(s * s)); }
  static auto value(auto e) noexcept { return e; }
};
struct Tanh {
  static auto argument(auto s) noexcept { return cut(s * 2); }
  static auto value(auto e) noexcept { return 1 - 2 / (e + 1); }
};
struct Exp {
  static auto argument(auto s) noexcept { return cut(s); }
  static auto value(auto e) noexcept { return e; }
};

// fn(phi) for a phi known at run time; linear dendrites have none.
template <typename Fn>
void with_dendrite(Dendrite phi, const Fn& fn) {
  switch (phi) {
    case Dendrite::linear: return;
    case Dendrite::tanh: return fn(Tanh());
    case Dendrite::gauss: return fn(Gauss());
    case Dendrite::exp: return fn(Exp());
  }
}

}  // namespace agon::ebn
