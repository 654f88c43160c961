// SPDX-License-Identifier: MIT
//
// Reductions and softmax. Column c of a row belongs to virtual lane c mod 16 whatever the vector
// width; lanes are summed in double by a fixed tree, so every target gives the same bits (a product
// of two floats is exact in double, with or without FMA).
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/reduce.cc"
#include <hwy/foreach_target.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "core/kernels.h"
#include "core/math-inl.h"
#include "core/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace agon::core::HWY_NAMESPACE {

using Double = hn::ScalableTag<double>;
using HalfFloat = hn::Rebind<float, Double>;  // as many floats as a vector has doubles

// The sums of 16 virtual lanes, in double, kept in registers. Behind the end of a row an add reads the
// padding and takes it for zero.
class LaneSums {
 public:
  LaneSums() {
#pragma GCC unroll 16
    for (size_t v = 0; v < kVectors; ++v) sums_[v] = hn::Zero(Double());
  }
  // Adds x[c] y[c] for c in [0, cols), cols arbitrary.
  HWY_INLINE void add(const float* x, const float* y, size_t cols) {
    walk(cols, [&](size_t c, auto&& kept) HWY_ATTR { return hn::Mul(kept(x + c), kept(y + c)); });
  }
  HWY_INLINE void add(const float* x, size_t cols) {
    walk(cols, [&](size_t c, auto&& kept) HWY_ATTR { return kept(x + c); });
  }
  // By a fixed tree: lane l and lane l + 8, then l + 4, 2, 1.
  HWY_INLINE double total() const {
    const Double d;
    hn::Vec<Double> sums[kVectors];
#pragma GCC unroll 16
    for (size_t v = 0; v < kVectors; ++v) sums[v] = sums_[v];
#pragma GCC unroll 4
    for (size_t half = kVectors / 2; half > 0; half /= 2) {
#pragma GCC unroll 8
      for (size_t v = 0; v < half; ++v) sums[v] = hn::Add(sums[v], sums[v + half]);
    }
    return fold(d, sums[0]);
  }

 private:
  static constexpr size_t kWidth = hn::MaxLanes(Double()), kVectors = kLanes / kWidth;

  // Lane l and lane l + half of the vector, down to one.
  template <class D>
  HWY_INLINE static double fold([[maybe_unused]] D d, hn::Vec<D> v) {
#if HWY_TARGET != HWY_SCALAR
    if constexpr (hn::MaxLanes(d) > 1) {
      const hn::Half<D> half;
      return fold(half, hn::Add(hn::LowerHalf(half, v), hn::UpperHalf(half, v)));
    }
#endif
    return hn::GetLane(v);
  }

  // sums += term(c, load) for every vector of columns c; load reads one, zeros behind the last column.
  template <class Term>
  HWY_INLINE void walk(size_t cols, const Term& term) {
    const Double d;
    const HalfFloat half;
    size_t c = 0;
    for (; c + kLanes <= cols; c += kLanes) {
#pragma GCC unroll 16
      for (size_t v = 0; v < kVectors; ++v) {
        const auto whole = [&](const float* p)
                               HWY_ATTR { return hn::PromoteTo(d, hn::LoadU(half, p)); };
        sums_[v] = hn::Add(sums_[v], term(c + v * kWidth, whole));
      }
    }
#pragma GCC unroll 16
    for (size_t v = 0; v < kVectors; ++v) {
      if (c + v * kWidth >= cols) break;
      const auto first = hn::FirstN(half, cols - c - v * kWidth);
      const auto part = [&](const float* p) HWY_ATTR {
        return hn::PromoteTo(d, hn::IfThenElseZero(first, hn::LoadU(half, p)));
      };
      sums_[v] = hn::Add(sums_[v], term(c + v * kWidth, part));
    }
  }

  hn::Vec<Double> sums_[kVectors];
};

double sum_simd(ConstView x) {
  LaneSums sums;
  for (size_t r = 0; r < x.rows; ++r) sums.add(x.row(r), x.cols);
  return sums.total();
}

double dot_simd(ConstView x, ConstView y) {
  LaneSums sums;
  for (size_t r = 0; r < x.rows; ++r) sums.add(x.row(r), y.row(r), x.cols);
  return sums.total();
}

// One sequential chain over the rows per column.
void column_sums_simd(ConstView x, float scale, bool accumulate, float* out) {
  const Float d;
  const size_t lanes = hn::Lanes(d);
  constexpr size_t kVectors = 4;  // independent chains hide the latency of Add
  alignas(64) float sums[kVectors * HWY_MAX_BYTES / sizeof(float)];
  for (size_t c = 0; c < x.cols; c += kVectors * lanes) {
    const size_t width = std::min(kVectors * lanes, x.cols - c);
    const size_t vectors = (width + lanes - 1) / lanes;
    Vector s[kVectors] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
    if (vectors == kVectors) {
      for (size_t r = 0; r < x.rows; ++r) {
        const float* row = x.row(r) + c;
        for (size_t v = 0; v < kVectors; ++v) s[v] = hn::Add(s[v], hn::LoadU(d, row + v * lanes));
      }
    } else {
      for (size_t v = 0; v < vectors; ++v) {
        for (size_t r = 0; r < x.rows; ++r)
          s[v] = hn::Add(s[v], hn::LoadU(d, x.row(r) + c + v * lanes));
      }
    }
    for (size_t v = 0; v < kVectors; ++v)
      hn::Store(hn::Mul(hn::Set(d, scale), s[v]), d, sums + v * lanes);
    // `out` has no padding, so its tail is written element by element.
    for (size_t i = 0; i < width; ++i) out[c + i] = accumulate ? out[c + i] + sums[i] : sums[i];
  }
}

void row_sums_simd(ConstView x, float scale, bool accumulate, float* out) {
  for (size_t r = 0; r < x.rows; ++r) {
    LaneSums sums;
    sums.add(x.row(r), x.cols);
    const float sum = static_cast<float>(static_cast<double>(scale) * sums.total());
    out[r] = accumulate ? out[r] + sum : sum;
  }
}

void row_norms_simd(ConstView x, float* out) {
  for (size_t r = 0; r < x.rows; ++r) {
    LaneSums squares;
    squares.add(x.row(r), x.row(r), x.cols);
    out[r] = static_cast<float>(std::sqrt(squares.total()));
  }
}

float row_max(const float* x, size_t cols) {
  const Float d;
  const size_t lanes = hn::Lanes(d);
  float most = -std::numeric_limits<float>::infinity();
  size_t c = 0;
  if (cols >= lanes) {
    Vector m = hn::LoadU(d, x);
    for (c = lanes; c + lanes <= cols; c += lanes) m = hn::Max(m, hn::LoadU(d, x + c));
    most = hn::GetLane(hn::MaxOfLanes(d, m));
  }
  if (c < cols) {
    const Vector least = hn::Set(d, -std::numeric_limits<float>::infinity());
    const Vector rest = hn::IfThenElse(hn::FirstN(d, cols - c), hn::LoadU(d, x + c), least);
    most = std::max(most, hn::GetLane(hn::MaxOfLanes(d, rest)));
  }
  return most;
}

// out = exp(x - max); returns the sum.
double exp_row(const float* x, size_t cols, float most, float* out) {
  const Float d;
  const Vector shift = hn::Set(d, most);
  for_vectors(1, cols, false, [&](size_t, size_t c, size_t left) HWY_ATTR {
    put(d, exp_negative(d, hn::Sub(hn::LoadU(d, x + c), shift)), out + c, left);
  });
  LaneSums sums;
  sums.add(out, cols);
  return sums.total();
}

void scale_row(float total, size_t cols, float* out) {
  const Float d;
  const Vector divisor = hn::Set(d, total);
  for_vectors(1, cols, false, [&](size_t, size_t c, size_t left) HWY_ATTR {
    put(d, hn::Div(hn::LoadU(d, out + c), divisor), out + c, left);
  });
}

void softmax_simd(ConstView logits, View out) {
  for (size_t r = 0; r < logits.rows; ++r) {
    const float most = row_max(logits.row(r), logits.cols);
    const double total = exp_row(logits.row(r), logits.cols, most, out.row(r));
    scale_row(static_cast<float>(total), logits.cols, out.row(r));
  }
}

// sum over rows of -sum_c target (x - max - log sum exp(x - max))
double softmax_cross_entropy_simd(ConstView logits, ConstView target, View delta) {
  const Float d;
  double loss = 0;
  for (size_t r = 0; r < logits.rows; ++r) {
    const float *x = logits.row(r), *wanted = target.row(r);
    float* out = delta.row(r);
    const float most = row_max(x, logits.cols);
    LaneSums along, mass;
    along.add(wanted, x, logits.cols);
    mass.add(wanted, logits.cols);
    const double total = exp_row(x, logits.cols, most, out);
    loss += (static_cast<double>(most) + std::log(total)) * mass.total() - along.total();
    const Vector divisor = hn::Set(d, static_cast<float>(total));
    for_vectors(1, logits.cols, false, [&](size_t, size_t c, size_t left) HWY_ATTR {
      const Vector p = hn::Div(hn::LoadU(d, out + c), divisor);
      put(d, hn::Sub(p, hn::LoadU(d, wanted + c)), out + c, left);
    });
  }
  return loss;
}

}  // namespace agon::core::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace agon::core {
namespace {

HWY_EXPORT(sum_simd);
HWY_EXPORT(dot_simd);
HWY_EXPORT(column_sums_simd);
HWY_EXPORT(row_sums_simd);
HWY_EXPORT(row_norms_simd);
HWY_EXPORT(softmax_simd);
HWY_EXPORT(softmax_cross_entropy_simd);

}  // namespace

uint64_t sum(ConstView x, double* out) noexcept {
  *out = HWY_DYNAMIC_DISPATCH(sum_simd)(x);
  return x.rows * x.cols;
}

uint64_t dot(ConstView x, ConstView y, double* out) noexcept {
  assert(x.rows == y.rows && x.cols == y.cols);
  *out = HWY_DYNAMIC_DISPATCH(dot_simd)(x, y);
  return x.rows * x.cols;
}

uint64_t column_sums(ConstView x, float scale, bool accumulate, float* out) noexcept {
  HWY_DYNAMIC_DISPATCH(column_sums_simd)(x, scale, accumulate, out);
  return x.rows * x.cols;
}

uint64_t row_sums(ConstView x, float scale, bool accumulate, float* out) noexcept {
  HWY_DYNAMIC_DISPATCH(row_sums_simd)(x, scale, accumulate, out);
  return x.rows * x.cols;
}

uint64_t row_norms(ConstView x, float* out) noexcept {
  HWY_DYNAMIC_DISPATCH(row_norms_simd)(x, out);
  return x.rows * x.cols;
}

uint64_t softmax(ConstView logits, View out) noexcept {
  assert(logits.rows == out.rows && logits.cols == out.cols);
  HWY_DYNAMIC_DISPATCH(softmax_simd)(logits, out);
  return logits.rows * logits.cols;
}

uint64_t softmax_cross_entropy(ConstView logits, ConstView target, View delta,
                               double* loss) noexcept {
  assert(logits.rows == delta.rows && logits.cols == delta.cols);
  assert(logits.rows == target.rows && logits.cols == target.cols);
  const double total = HWY_DYNAMIC_DISPATCH(softmax_cross_entropy_simd)(logits, target, delta);
  *loss = logits.rows == 0 ? 0.0 : total / static_cast<double>(logits.rows);
  return logits.rows * logits.cols;
}

}  // namespace agon::core
#endif
