// SPDX-License-Identifier: MIT
//
// Optimiser steps on one tensor. Weight decay is decoupled (Loshchilov and Hutter 2019): W is
// scaled by 1 - lr decay before the step.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/optimiser.cc"
#include <hwy/foreach_target.h>

#include <cassert>
#include <cmath>

#include "core/kernels.h"
#include "core/rows-inl.h"
#include "core/shared.h"

HWY_BEFORE_NAMESPACE();
namespace agon::core::HWY_NAMESPACE {

// W = keep W - lr g
void sgd_simd(float lr, float keep, ConstView gradient, View weights) {
  const Float d;
  const Vector rate = hn::Set(d, lr), kept = hn::Set(d, keep);
  for_vectors(weights.rows, weights.cols, dense(gradient, weights),
              [&](size_t r, size_t c, size_t left) HWY_ATTR {
                float* w = weights.row(r) + c;
                const Vector g = hn::LoadU(d, gradient.row(r) + c);
                put(d, hn::NegMulAdd(rate, g, hn::Mul(kept, hn::LoadU(d, w))), w, left);
              });
}

// v = mu v + g; W = keep W - lr v
void momentum_simd(float lr, float mu, float keep, ConstView gradient, View velocity,
                   View weights) {
  const Float d;
  const Vector rate = hn::Set(d, lr), inertia = hn::Set(d, mu), kept = hn::Set(d, keep);
  for_vectors(weights.rows, weights.cols, dense(gradient, velocity, weights),
              [&](size_t r, size_t c, size_t left) HWY_ATTR {
                float* w = weights.row(r) + c;
                float* v = velocity.row(r) + c;
                const Vector speed =
                    hn::MulAdd(inertia, hn::LoadU(d, v), hn::LoadU(d, gradient.row(r) + c));
                put(d, speed, v, left);
                put(d, hn::NegMulAdd(rate, speed, hn::Mul(kept, hn::LoadU(d, w))), w, left);
              });
}

// m = b1 m + (1-b1) g; v = b2 v + (1-b2) g^2; W = keep W - rate m / (sqrt(correct v) + eps)
void adam_simd(const Adam& adam, float keep, float rate, float correct, ConstView gradient, View m,
               View v, View weights) {
  const Float d;
  const Vector b1 = hn::Set(d, adam.beta1), a1 = hn::Set(d, 1.0f - adam.beta1);
  const Vector b2 = hn::Set(d, adam.beta2), a2 = hn::Set(d, 1.0f - adam.beta2);
  const Vector eps = hn::Set(d, adam.eps), kept = hn::Set(d, keep), step = hn::Set(d, rate);
  const Vector corrected = hn::Set(d, correct);
  for_vectors(weights.rows, weights.cols, dense(gradient, m, v, weights),
              [&](size_t r, size_t c, size_t left) HWY_ATTR {
                float* w = weights.row(r) + c;
                const Vector g = hn::LoadU(d, gradient.row(r) + c);
                const Vector first = hn::MulAdd(b1, hn::LoadU(d, m.row(r) + c), hn::Mul(a1, g));
                const Vector second =
                    hn::MulAdd(b2, hn::LoadU(d, v.row(r) + c), hn::Mul(a2, hn::Mul(g, g)));
                put(d, first, m.row(r) + c, left);
                put(d, second, v.row(r) + c, left);
                const Vector scale = hn::Add(hn::Sqrt(hn::Mul(corrected, second)), eps);
                put(d, hn::NegMulAdd(step, hn::Div(first, scale), hn::Mul(kept, hn::LoadU(d, w))),
                    w, left);
              });
}

}  // namespace agon::core::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace agon::core {
namespace {

HWY_EXPORT(sgd_simd);
HWY_EXPORT(momentum_simd);
HWY_EXPORT(adam_simd);

float keep(float lr, float decay) {
  return static_cast<float>(1.0 - static_cast<double>(lr) * static_cast<double>(decay));
}

// 1 - beta^t of both moments: the same for all tensors of a step, so those of this thread's last call are kept.
struct Corrections {
  float beta1, beta2;
  int64_t step;  // 0: none yet
  double first, second;
};

Corrections corrections(const Adam& a) {
  thread_local Corrections last{};
  if (last.step != a.step || last.beta1 != a.beta1 || last.beta2 != a.beta2) {
    const double t = static_cast<double>(a.step);
    last = {a.beta1, a.beta2, a.step, 1.0 - std::pow(static_cast<double>(a.beta1), t),
            1.0 - std::pow(static_cast<double>(a.beta2), t)};
  }
  return last;
}

}  // namespace

uint64_t sgd(float lr, float decay, ConstView gradient, View weights) {
  assert(gradient.rows == weights.rows && gradient.cols == weights.cols);
  by_rows(weights, [&](size_t begin, size_t end) {
    HWY_DYNAMIC_DISPATCH(sgd_simd)
    (lr, keep(lr, decay), part_of(gradient, begin, end), part_of(weights, begin, end));
  });
  return weights.rows * weights.cols;
}

uint64_t momentum(float lr, float mu, float decay, ConstView gradient, View velocity,
                  View weights) {
  assert(gradient.rows == weights.rows && gradient.cols == weights.cols);
  assert(velocity.rows == weights.rows && velocity.cols == weights.cols);
  by_rows(weights, [&](size_t begin, size_t end) {
    HWY_DYNAMIC_DISPATCH(momentum_simd)
    (lr, mu, keep(lr, decay), part_of(gradient, begin, end), part_of(velocity, begin, end),
     part_of(weights, begin, end));
  });
  return 2 * weights.rows * weights.cols;
}

uint64_t adam(const Adam& a, ConstView gradient, View m, View v, View weights) {
  assert(gradient.rows == weights.rows && gradient.cols == weights.cols && a.step >= 1);
  assert(m.rows == weights.rows && m.cols == weights.cols && v.rows == weights.rows &&
         v.cols == weights.cols);
  const Corrections c = corrections(a);
  // keras: lr sqrt(c2)/c1 m / (sqrt(v) + eps); otherwise lr/c1 m / (sqrt(v/c2) + eps)
  const double rate = static_cast<double>(a.lr) / c.first * (a.keras ? std::sqrt(c.second) : 1.0);
  const double correct = a.keras ? 1.0 : 1.0 / c.second;
  by_rows(weights, [&](size_t begin, size_t end) {
    HWY_DYNAMIC_DISPATCH(adam_simd)
    (a, keep(a.lr, a.decay), static_cast<float>(rate), static_cast<float>(correct),
     part_of(gradient, begin, end), part_of(m, begin, end), part_of(v, begin, end),
     part_of(weights, begin, end));
  });
  return 4 * weights.rows * weights.cols;
}

}  // namespace agon::core
#endif
