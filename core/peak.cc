// SPDX-License-Identifier: MIT
#include "core/peak.h"

#include <cstddef>
#include <span>

#include "core/cpu_time.h"
#include "core/machine.h"
#include "core/matrix.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace agon::core {
namespace {

constexpr size_t kChains = 12;   // independent ones: a latency of 4 or 5 cycles times two ports
constexpr size_t kSteps = 4000;  // of each

constexpr size_t kBlock = 256 * 1024 / sizeof(float);  // read by read_rate()
constexpr size_t kPasses = 32;

// Of each loop of multiply-adds: `unknown` is read and written as it stands. The compiler knows no value, so that equal
// chains are not merged, and drops none.

#if defined(__x86_64__)

__attribute__((target("avx512f"))) void chains_of_16() {
  volatile float unknown = 0.0f;
  __m512 sums[kChains];
  const __m512 factor = _mm512_set1_ps(unknown), term = _mm512_set1_ps(unknown);
#pragma GCC unroll 16
  for (__m512& sum : sums) sum = _mm512_set1_ps(unknown);
  for (size_t step = 0; step < kSteps; ++step) {
#pragma GCC unroll 16
    for (__m512& sum : sums) sum = _mm512_fmadd_ps(factor, sum, term);
  }
#pragma GCC unroll 16
  for (const __m512& sum : sums) unknown = _mm512_cvtss_f32(sum);
  _mm256_zeroupper();
}

__attribute__((target("avx512f"))) float read_by_16(std::span<const float> block) {
  __m512 sums[4] = {};
  for (size_t i = 0; i < block.size(); i += 4 * 16) {
#pragma GCC unroll 4
    for (size_t k = 0; k < 4; ++k)
      sums[k] = _mm512_add_ps(sums[k], _mm512_loadu_ps(block.data() + i + 16 * k));
  }
  const float sum = _mm512_cvtss_f32(
      _mm512_add_ps(_mm512_add_ps(sums[0], sums[1]), _mm512_add_ps(sums[2], sums[3])));
  _mm256_zeroupper();
  return sum;
}

__attribute__((target("avx2,fma"))) void chains_of_8() {
  volatile float unknown = 0.0f;
  __m256 sums[kChains];
  const __m256 factor = _mm256_set1_ps(unknown), term = _mm256_set1_ps(unknown);
#pragma GCC unroll 16
  for (__m256& sum : sums) sum = _mm256_set1_ps(unknown);
  for (size_t step = 0; step < kSteps; ++step) {
#pragma GCC unroll 16
    for (__m256& sum : sums) sum = _mm256_fmadd_ps(factor, sum, term);
  }
#pragma GCC unroll 16
  for (const __m256& sum : sums) unknown = _mm256_cvtss_f32(sum);
  _mm256_zeroupper();
}

__attribute__((target("avx2"))) float read_by_8(std::span<const float> block) {
  __m256 sums[8] = {};
  for (size_t i = 0; i < block.size(); i += 8 * 8) {
#pragma GCC unroll 8
    for (size_t k = 0; k < 8; ++k)
      sums[k] = _mm256_add_ps(sums[k], _mm256_loadu_ps(block.data() + i + 8 * k));
  }
#pragma GCC unroll 8
  for (size_t k = 1; k < 8; ++k) sums[0] = _mm256_add_ps(sums[0], sums[k]);
  const float sum = _mm256_cvtss_f32(sums[0]);
  _mm256_zeroupper();
  return sum;
}

#endif

// What every 64-bit processor has; whether it fuses the two is the compiler's choice.
void chains_of_4() {
  typedef float Four __attribute__((vector_size(16)));
  volatile float unknown = 0.0f;
  Four sums[kChains];
  const Four factor = Four{} + unknown, term = Four{} + unknown;
#pragma GCC unroll 16
  for (Four& sum : sums) sum = Four{} + unknown;
  for (size_t step = 0; step < kSteps; ++step) {
#pragma GCC unroll 16
    for (Four& sum : sums) sum = factor * sum + term;
  }
#pragma GCC unroll 16
  for (const Four& sum : sums) unknown = sum[0];
}

float read_by_4(std::span<const float> block) {
  typedef float Four __attribute__((vector_size(16)));
  Four sums[8] = {};
  for (size_t i = 0; i < block.size(); i += 8 * 4) {
#pragma GCC unroll 8
    for (size_t k = 0; k < 8; ++k)
      sums[k] += *reinterpret_cast<const Four*>(block.data() + i + 4 * k);
  }
#pragma GCC unroll 8
  for (size_t k = 1; k < 8; ++k) sums[0] += sums[k];
  return sums[0][0];
}

struct Loops {
  void (*chains)();
  float (*read)(std::span<const float> block);
  double lanes;
};

Loops widest() {
#if defined(__x86_64__)
  switch (simd_vectors()) {
    case SimdVectors::avx512: return {chains_of_16, read_by_16, 16};
    case SimdVectors::avx2: return {chains_of_8, read_by_8, 8};
    case SimdVectors::other: break;
  }
#endif
  return {chains_of_4, read_by_4, 4};
}

}  // namespace

double fma_rate() {
  const Loops loops = widest();
  const double start = thread_seconds();
  loops.chains();
  const double seconds = thread_seconds() - start;
  return 2.0 * loops.lanes * static_cast<double>(kChains * kSteps) / seconds;
}

double read_rate() {
  const Loops loops = widest();
  const Matrix block(1, kBlock);  // aligned
  const auto row = block.row(0);
  [[maybe_unused]] volatile float sink = loops.read(row);  // into the cache
  const double start = thread_seconds();
  for (size_t pass = 0; pass < kPasses; ++pass) sink = loops.read(row);
  const double seconds = thread_seconds() - start;
  return static_cast<double>(kPasses * kBlock * sizeof(float)) / seconds;
}

}  // namespace agon::core
