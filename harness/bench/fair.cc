// SPDX-License-Identifier: MIT
#include "harness/bench/fair.h"

#include <cstdlib>
#include <initializer_list>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace agon::harness::bench {
namespace {

constexpr int kNever = 1'000'000'000;  // bytes

}  // namespace

void make_fair() {
  for (const char* threads : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"})
    setenv(threads, "1", 1);
  unsetenv("OPENBLAS_CORETYPE");
  for (const char* threshold : {"MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"})
    setenv(threshold, "1000000000", 1);  // for processes yet to start
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, kNever);
  mallopt(M_TRIM_THRESHOLD, kNever);
#endif
}

}  // namespace agon::harness::bench
