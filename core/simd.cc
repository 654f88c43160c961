// SPDX-License-Identifier: MIT
//
// The choice of SIMD target. Compiled with the kernels' HWY_DISABLED_TARGETS, so that HWY_TARGETS
// here is what they contain.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <string_view>

#include "core/error.h"
#include "core/machine.h"

#if defined(__SSE__)
#include <pmmintrin.h>
#include <xmmintrin.h>
#endif

namespace agon::core {
namespace {

// Best first: Highway gives better targets lower bits.
const std::vector<int64_t>& available() {
  static const std::vector<int64_t> targets = hwy::SupportedAndGeneratedTargets();
  return targets;
}

std::atomic<int64_t> chosen{0};  // 0: the best one

}  // namespace

std::vector<std::string> simd_targets() {
  std::vector<std::string> names;
  for (const int64_t target : available()) names.emplace_back(hwy::TargetName(target));
  return names;
}

std::string simd_target() {
  const int64_t target = chosen.load();
  return hwy::TargetName(target != 0 ? target : available().front());
}

// These multiply, round and add in Highway's MulAdd; in all others it rounds once.
std::string simd_class() {
  constexpr std::array<std::string_view, 5> kRoundTwice{"SSE2", "SSSE3", "SSE4", "EMU128",
                                                        "SCALAR"};
  const bool twice = std::ranges::find(kRoundTwice, simd_target()) != kRoundTwice.end();
  return twice ? "no-fma" : "fma";
}

SimdVectors simd_vectors() noexcept {
  int64_t target = chosen.load(std::memory_order_relaxed);
  if (target == 0) target = available().front();
  if ((target & (HWY_AVX3 | HWY_AVX3_DL)) != 0) return SimdVectors::avx512;
  return target == HWY_AVX2 ? SimdVectors::avx2 : SimdVectors::other;
}

void pin_simd_target(const std::string& name) {
  for (const int64_t target : available()) {
    if (name != hwy::TargetName(target)) continue;
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(target);
    chosen.store(target);
    return;
  }
  throw Error(Exit::usage, "SIMD target '" + name + "'", "this CPU or build does not have it",
              fmt::format("use one of {}", fmt::join(simd_targets(), ", ")));
}

void detect_simd_target() {
  const int64_t target = chosen.load();
  hwy::GetChosenTarget().Update(target != 0 ? target : hwy::SupportedTargets());
  available();
}

void flush_denormals() noexcept {
#if defined(__SSE__)
  _MM_SET_FLUSH_ZERO_MODE(_MM_FLUSH_ZERO_ON);
  _MM_SET_DENORMALS_ZERO_MODE(_MM_DENORMALS_ZERO_ON);
#endif
}

}  // namespace agon::core
