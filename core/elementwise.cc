// SPDX-License-Identifier: MIT
//
// Kernels that treat every element on its own: lane width cannot change a result.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/elementwise.cc"
#include <hwy/foreach_target.h>

#include <cassert>

#include "core/kernels.h"
#include "core/math-inl.h"
#include "core/rows-inl.h"
#include "core/shared.h"

HWY_BEFORE_NAMESPACE();
namespace agon::core::HWY_NAMESPACE {

struct Activate {
  Activation f;
  ConstView a;
  View out;
  template <ActivationKind kKind>
  void run() const {
    const Float d;
    const Vector gain = hn::Set(d, f.gain), shift = hn::Set(d, f.shift);
    for_vectors(a.rows, a.cols, dense(a, out), [&](size_t r, size_t c, size_t left) HWY_ATTR {
      put(d, apply<kKind>(d, gain, shift, hn::LoadU(d, a.row(r) + c)), out.row(r) + c, left);
    });
  }
};

void activate_simd(Activation f, ConstView a, View out) { with_kind(f.kind, Activate{f, a, out}); }

struct Derivative {
  Activation f;
  ConstView source;  // h for sigmoid and tanh, a for the others
  View out;
  template <ActivationKind kKind>
  void run() const {
    const Float d;
    const Vector gain = hn::Set(d, f.gain), shift = hn::Set(d, f.shift);
    for_vectors(source.rows, source.cols, dense(source, out),
                [&](size_t r, size_t c, size_t left) HWY_ATTR {
                  const Vector v = hn::LoadU(d, source.row(r) + c);
                  put(d, slope<kKind>(d, gain, shift, v), out.row(r) + c, left);
                });
  }
};

void derivative_simd(Activation f, ConstView a, ConstView h, View out) {
  const bool from_h = f.kind == ActivationKind::sigmoid || f.kind == ActivationKind::tanh;
  with_kind(f.kind, Derivative{f, from_h ? h : a, out});
}

void axpy_simd(float alpha, ConstView x, View y) {
  const Float d;
  const Vector factor = hn::Set(d, alpha);
  for_vectors(y.rows, y.cols, dense(x, y), [&](size_t r, size_t c, size_t left) HWY_ATTR {
    float* out = y.row(r) + c;
    put(d, hn::MulAdd(factor, hn::LoadU(d, x.row(r) + c), hn::LoadU(d, out)), out, left);
  });
}

void multiply_simd(ConstView x, ConstView y, View out) {
  const Float d;
  for_vectors(out.rows, out.cols, dense(x, y, out), [&](size_t r, size_t c, size_t left) HWY_ATTR {
    put(d, hn::Mul(hn::LoadU(d, x.row(r) + c), hn::LoadU(d, y.row(r) + c)), out.row(r) + c, left);
  });
}

void affine_simd(float scale, float shift, View y) {
  const Float d;
  const Vector factor = hn::Set(d, scale), constant = hn::Set(d, shift);
  for_vectors(y.rows, y.cols, dense(y), [&](size_t r, size_t c, size_t left) HWY_ATTR {
    float* out = y.row(r) + c;
    put(d, hn::MulAdd(factor, hn::LoadU(d, out), constant), out, left);
  });
}

void clip_simd(float low, float high, View y) {
  const Float d;
  const Vector least = hn::Set(d, low), most = hn::Set(d, high);
  for_vectors(y.rows, y.cols, dense(y), [&](size_t r, size_t c, size_t left) HWY_ATTR {
    float* out = y.row(r) + c;
    const Vector v = hn::LoadU(d, out);  // compared, as Min and Max may lose a NaN
    const Vector above = hn::IfThenElse(hn::Lt(v, least), least, v);
    put(d, hn::IfThenElse(hn::Gt(v, most), most, above), out, left);
  });
}

void copy_simd(ConstView x, View out) {
  const Float d;
  for_vectors(out.rows, out.cols, dense(x, out), [&](size_t r, size_t c, size_t left) HWY_ATTR {
    put(d, hn::LoadU(d, x.row(r) + c), out.row(r) + c, left);
  });
}

}  // namespace agon::core::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace agon::core {
namespace {

HWY_EXPORT(activate_simd);
HWY_EXPORT(derivative_simd);
HWY_EXPORT(axpy_simd);
HWY_EXPORT(multiply_simd);
HWY_EXPORT(affine_simd);
HWY_EXPORT(clip_simd);
HWY_EXPORT(copy_simd);

[[maybe_unused]] bool same_shape(ConstView a, ConstView b) {
  return a.rows == b.rows && a.cols == b.cols;
}

}  // namespace

uint64_t activate(Activation f, ConstView a, View out) {
  assert(same_shape(a, out));
  by_rows(out, [&](size_t begin, size_t end) {
    HWY_DYNAMIC_DISPATCH(activate_simd)(f, part_of(a, begin, end), part_of(out, begin, end));
  });
  return a.rows * a.cols;
}

uint64_t derivative(Activation f, ConstView a, ConstView h, View out) {
  assert(f.kind == ActivationKind::sigmoid || f.kind == ActivationKind::tanh ? same_shape(h, out)
                                                                             : same_shape(a, out));
  by_rows(out, [&](size_t begin, size_t end) {
    HWY_DYNAMIC_DISPATCH(derivative_simd)
    (f, part_of(a, begin, end), part_of(h, begin, end), part_of(out, begin, end));
  });
  return out.rows * out.cols;
}

uint64_t axpy(float alpha, ConstView x, View y) {
  assert(same_shape(x, y));
  by_rows(y, [&](size_t begin, size_t end) {
    HWY_DYNAMIC_DISPATCH(axpy_simd)(alpha, part_of(x, begin, end), part_of(y, begin, end));
  });
  return y.rows * y.cols;
}

uint64_t multiply(ConstView x, ConstView y, View out) {
  assert(same_shape(x, out) && same_shape(y, out));
  by_rows(out, [&](size_t begin, size_t end) {
    HWY_DYNAMIC_DISPATCH(multiply_simd)
    (part_of(x, begin, end), part_of(y, begin, end), part_of(out, begin, end));
  });
  return out.rows * out.cols;
}

uint64_t affine(float scale, float shift, View y) {
  by_rows(y, [&](size_t begin, size_t end) {
    HWY_DYNAMIC_DISPATCH(affine_simd)(scale, shift, part_of(y, begin, end));
  });
  return y.rows * y.cols;
}

uint64_t clip(float low, float high, View y) {
  by_rows(y, [&](size_t begin, size_t end) {
    HWY_DYNAMIC_DISPATCH(clip_simd)(low, high, part_of(y, begin, end));
  });
  return y.rows * y.cols;
}

uint64_t copy(ConstView x, View out) {
  assert(same_shape(x, out));
  by_rows(out, [&](size_t begin, size_t end) {
    HWY_DYNAMIC_DISPATCH(copy_simd)(part_of(x, begin, end), part_of(out, begin, end));
  });
  return 0;
}

}  // namespace agon::core
#endif
