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
#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>

#include "agon/ext/kernels.h"

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

}  // namespace agon
