// SPDX-License-Identifier: MIT
//
// exp, sigmoid, tanh and the Gaussian CDF for one vector. Errors are bounds found by the tests
// against double. NaN in gives NaN out, so that divergence is never hidden. Coefficients are
// minimax fits (Lawson iteration) of the stated function on the stated interval.

#if defined(AGON_CORE_MATH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef AGON_CORE_MATH_INL_H_
#undef AGON_CORE_MATH_INL_H_
#else
#define AGON_CORE_MATH_INL_H_
#endif

#include <hwy/highway.h>

#include "core/kernels.h"
#include "core/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace agon::core::HWY_NAMESPACE {

// x = n ln 2 + r with |r| <= ln(2)/2: e^x = power (tail + 1), power = 2^n, tail = e^r - 1. For
// -87.33 < x <= 0, where power is a normal float.
struct ExpParts {
  Vector power, tail;
};
HWY_INLINE ExpParts exp_parts(Float d, Vector x) {
  const hn::Rebind<int32_t, Float> di;
  // ln 2 in two parts, the first short enough for exact products
  const auto n = hn::NearestInt(hn::Mul(x, hn::Set(d, 1.442695041f)));
  const Vector nf = hn::ConvertTo(d, n);
  Vector r = hn::MulAdd(nf, hn::Set(d, -0.693145751953125f), x);
  r = hn::MulAdd(nf, hn::Set(d, -1.428606820e-6f), r);
  // (e^r - 1 - r) / r^2, relative error of e^r 3.3e-9
  Vector p = hn::Set(d, 1.381314243e-03f);
  p = hn::MulAdd(p, r, hn::Set(d, 8.369418792e-03f));
  p = hn::MulAdd(p, r, hn::Set(d, 4.166845605e-02f));
  p = hn::MulAdd(p, r, hn::Set(d, 1.666651517e-01f));
  p = hn::MulAdd(p, r, hn::Set(d, 4.999999404e-01f));
  return {hn::BitCast(d, hn::ShiftLeft<23>(hn::Add(n, hn::Set(di, 127)))),
          hn::MulAdd(p, hn::Mul(r, r), r)};
}

// e^x for x <= 0; 0 below the smallest normal float, ln(2^-126) = -87.3365. Relative error < 2e-7.
HWY_INLINE Vector exp_negative(Float d, Vector x) {
  const ExpParts e = exp_parts(d, x);
  return hn::IfThenZeroElse(hn::Lt(x, hn::Set(d, -87.33f)),
                            hn::Mul(e.power, hn::Add(e.tail, hn::Set(d, 1.0f))));
}

// 1 / (1 + e^-x). Relative error < 4e-7 in both tails, down to the smallest normal float.
HWY_INLINE Vector sigmoid(Float d, Vector x) {
  const Vector one = hn::Set(d, 1.0f);
  const Vector e = exp_negative(d, hn::Neg(hn::Abs(x)));
  return hn::Div(hn::IfThenElse(hn::Lt(x, hn::Zero(d)), e, one), hn::Add(one, e));
}

// tanh |x| = -m / (2 + m) with m = e^(-2|x|) - 1, which exp_parts gives without cancellation.
// Relative error < 4e-7.
HWY_INLINE Vector tanh(Float d, Vector x) {
  const Vector least = hn::Set(d, -40.0f);  // e^-40 vanishes beside 1
  Vector y = hn::Mul(hn::Abs(x), hn::Set(d, -2.0f));
  y = hn::IfThenElse(hn::Lt(y, least), least, y);
  const ExpParts e = exp_parts(d, y);
  const Vector m = hn::MulAdd(e.power, e.tail, hn::Sub(e.power, hn::Set(d, 1.0f)));
  return hn::CopySign(hn::Div(m, hn::Add(hn::Set(d, 2.0f), m)), x);
}

struct Gauss {
  Vector cdf, density;
};

// The standard normal's CDF and density. Absolute error < 2e-7, relative error of the lower tail <
// 3e-6.
HWY_INLINE Gauss gauss(Float d, Vector x) {
  const hn::Rebind<uint32_t, Float> du;
  const Vector one = hn::Set(d, 1.0f), half = hn::Set(d, 0.5f), most = hn::Set(d, 20.0f);
  Vector size = hn::Abs(x);
  size = hn::IfThenElse(hn::Gt(size, most), most, size);
  // e^(-x^2/2) with x = high + low, high of 12 bits: high^2 is exact, and low (2 high + low)/2 is
  // small.
  const Vector high = hn::BitCast(d, hn::And(hn::BitCast(du, size), hn::Set(du, 0xFFFFF000u)));
  const Vector rest = hn::Mul(half, hn::Mul(hn::Sub(size, high), hn::Add(size, high)));
  Vector correction = hn::MulAdd(rest, hn::Set(d, 1.0f / 24), hn::Set(d, -1.0f / 6));
  correction = hn::MulAdd(correction, rest, half);
  correction = hn::MulAdd(correction, rest, hn::Set(d, -1.0f));
  correction = hn::MulAdd(correction, rest, one);
  const Vector bell =
      hn::Mul(exp_negative(d, hn::Mul(hn::Mul(high, high), hn::Set(d, -0.5f))), correction);
  // e^(x^2/2) cdf(-x) for x >= 0 in s = (x - 3) / (x + 3), relative error 9e-9
  const Vector three = hn::Set(d, 3.0f);
  const Vector s = hn::Div(hn::Sub(size, three), hn::Add(size, three));
  Vector p = hn::Set(d, 5.328284169e-05f);
  p = hn::MulAdd(p, s, hn::Set(d, 1.150582029e-04f));
  p = hn::MulAdd(p, s, hn::Set(d, -3.391753125e-04f));
  p = hn::MulAdd(p, s, hn::Set(d, -9.833184304e-04f));
  p = hn::MulAdd(p, s, hn::Set(d, 2.904462162e-03f));
  p = hn::MulAdd(p, s, hn::Set(d, 6.131944712e-03f));
  p = hn::MulAdd(p, s, hn::Set(d, -4.621327668e-02f));
  p = hn::MulAdd(p, s, hn::Set(d, 1.232250407e-01f));
  p = hn::MulAdd(p, s, hn::Set(d, -2.064026147e-01f));
  p = hn::MulAdd(p, s, hn::Set(d, 1.215139478e-01f));
  const Vector tail = hn::Mul(p, bell);
  // 1 / sqrt(2 pi)
  return {hn::IfThenElse(hn::Lt(x, hn::Zero(d)), tail, hn::Sub(one, tail)),
          hn::Mul(bell, hn::Set(d, 0.3989422804f))};
}

// f(gain a) of kernels.h.
template <ActivationKind kKind>
HWY_INLINE Vector apply(Float d, Vector gain, Vector shift, Vector a) {
  const Vector x = hn::Mul(gain, a);
  if constexpr (kKind == ActivationKind::sigmoid) return sigmoid(d, x);
  if constexpr (kKind == ActivationKind::tanh) return tanh(d, x);
  if constexpr (kKind == ActivationKind::relu) {
    const Vector v = hn::Sub(x, shift);
    return hn::IfThenZeroElse(hn::Le(v, hn::Zero(d)), v);
  }
  if constexpr (kKind == ActivationKind::gelu) return hn::Mul(x, gauss(d, x).cdf);
  return x;
}

// f'(a) with the gain in it, from h = f(a) for sigmoid and tanh and from a for the others.
template <ActivationKind kKind>
HWY_INLINE Vector slope(Float d, Vector gain, Vector shift, Vector v) {
  const Vector one = hn::Set(d, 1.0f);
  if constexpr (kKind == ActivationKind::sigmoid) return hn::Mul(gain, hn::Mul(v, hn::Sub(one, v)));
  if constexpr (kKind == ActivationKind::tanh)
    return hn::Mul(gain, hn::Mul(hn::Sub(one, v), hn::Add(one, v)));
  if constexpr (kKind == ActivationKind::relu) {
    const Vector x = hn::Sub(hn::Mul(gain, v), shift);
    return hn::Mul(gain, hn::IfThenZeroElse(hn::Le(x, hn::Zero(d)), one));
  }
  if constexpr (kKind == ActivationKind::gelu) {
    const Vector x = hn::Mul(gain, v);
    const Gauss g = gauss(d, x);
    // cdf(x) + x density(x); far out the density is 0 whatever x is
    return hn::Mul(gain, hn::MulAdd(x, g.density, g.cdf));
  }
  return hn::Mul(gain, one);
}

// fn.run<kind>() for a kind known at run time.
template <class Fn>
HWY_INLINE void with_kind(ActivationKind kind, const Fn& fn) {
  switch (kind) {
    case ActivationKind::identity: return fn.template run<ActivationKind::identity>();
    case ActivationKind::sigmoid: return fn.template run<ActivationKind::sigmoid>();
    case ActivationKind::tanh: return fn.template run<ActivationKind::tanh>();
    case ActivationKind::relu: return fn.template run<ActivationKind::relu>();
    case ActivationKind::gelu: return fn.template run<ActivationKind::gelu>();
  }
}

}  // namespace agon::core::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
