// SPDX-License-Identifier: MIT
//
// The machine's FMA peak: independent chains on vector registers, by compiler vector extensions so
// that nothing stands between the loop and the instruction.
#include "peers.h"

namespace agon::bench {
namespace {

#if defined(__AVX512F__)
constexpr size_t kBytes = 64;
#elif defined(__AVX__)
constexpr size_t kBytes = 32;
#else
constexpr size_t kBytes = 16;
#endif
typedef float Vec __attribute__((vector_size(kBytes)));

constexpr size_t kChains = 12;  // latency 4-5 times two ports

}  // namespace

double fma_burst(size_t rounds) {
  Vec sums[kChains] = {};
  Vec factor = {}, term = {};
  // Values the compiler cannot know: equal chains would be merged into one.
  asm volatile("" : "+x"(factor), "+x"(term));
#pragma GCC unroll 16
  for (size_t i = 0; i < kChains; ++i) asm volatile("" : "+x"(sums[i]));
  for (size_t r = 0; r < rounds; ++r) {
#pragma GCC unroll 16
    for (size_t repeat = 0; repeat < 16; ++repeat) {
#pragma GCC unroll 16
      for (size_t i = 0; i < kChains; ++i) sums[i] = factor * sums[i] + term;
    }
  }
#pragma GCC unroll 16
  for (size_t i = 0; i < kChains; ++i) asm volatile("" : : "x"(sums[i]));
  return 2.0 * static_cast<double>(rounds * 16 * kChains * (kBytes / sizeof(float)));
}

}  // namespace agon::bench
