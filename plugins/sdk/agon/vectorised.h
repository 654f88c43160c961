// SPDX-License-Identifier: MIT
//
// Loops of a rule's own, compiled for the machine they run on. vectorised(level, fn) calls fn once, in
// a copy that the compiler made for the vectors of that level: everything fn calls that is defined in
// headers or in the rule's file is drawn into the copy, so a plain loop over float is enough. Context
// has the level, which follows the host's --simd:
//
//   ctx.vectorised([&] { for (int64_t i = 0; i < n; ++i) y[i] += alpha * x[i]; });
//
// Put whole steps or minibatches inside, not single additions: the copies cost size, and a call some
// nanoseconds. Results have the same bits on every level if the source says in which order to add,
// as C++ does anyway, and is compiled with -ffp-contract=off, as agon_add_plugin does: sums in 16
// lanes of their own and a fixed tree vectorise, one running sum does not.
//
// Errors: what fn throws. Thread: any.
#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>

#include "agon/ext/kernels.h"
#include "agon/matrix.h"

namespace agon {
namespace detail {

// Flattened, so that what fn calls is compiled for the same vectors. No FMA for AVX2: only a kernel
// rounds once.
#if defined(__x86_64__) && defined(__GNUC__)
template <typename Fn>
[[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,prefer-vector-width=512"), gnu::flatten]] auto
run_avx512(Fn& fn) {
  return fn();
}
template <typename Fn>
[[gnu::target("avx2"), gnu::flatten]] auto run_avx2(Fn& fn) {
  return fn();
}
#endif

}  // namespace detail

// What fn returns, by value; what it throws is thrown. level: AGON_SIMD_...; one that is not known here
// is AGON_SIMD_PLAIN.
template <std::invocable Fn>
auto vectorised([[maybe_unused]] int32_t level, Fn&& fn) {
#if defined(__x86_64__) && defined(__GNUC__)
  if (level == AGON_SIMD_AVX512) return detail::run_avx512(fn);
  if (level == AGON_SIMD_AVX2) return detail::run_avx2(fn);
#endif
  return fn();
}

// For inside of fn: each(l) for l below kCount, at most 16 or a multiple of it, in lanes: what it writes for
// one l it neither reads nor writes for another. Of a plain loop of constant length GCC would make single
// steps before it looks for vectors, and then find none where there is a choice in it, or where two arrays
// might overlap.
template <int64_t kCount = 16, typename Each>
[[gnu::always_inline]] inline void in_lanes(const Each& each) {
  constexpr int64_t kLanes = kCount < 16 ? kCount : 16;
#pragma GCC unroll 16
  for (int64_t at = 0; at < kCount; at += kLanes) {
#pragma GCC ivdep
#pragma GCC unroll 1
    for (int64_t l = at; l < at + kLanes; ++l) each(l);
  }
}

// For inside of fn: out[i] = f(in[i]...) for i below n, a multiple of 16, which is whole vectors without a
// rest. out lies apart from all of in.
template <typename F, typename... In>
void combine(int64_t n, float* __restrict out, const F& f, const In* __restrict... in) {
  for (int64_t at = 0; at < n; at += 16)
    in_lanes([&](int64_t l) { out[at + l] = f(in[at + l]...); });
}

// The same of matrices of one shape with their padding: what f makes of that must be finite.
template <typename F, std::same_as<ConstView>... In>
void combine(View out, const F& f, const In&... in) {
  const int64_t width = padded(out.cols);
  if (out.stride == width && (... && (in.stride == width)))  // one row of all
    return combine(out.rows * width, out.data, f, in.data...);
  for (int64_t r = 0; r < out.rows; ++r)
    combine(width, out.data + r * out.stride, f, (in.data + r * in.stride)...);
}

}  // namespace agon
