// SPDX-License-Identifier: MIT
//
// Replaces operator new of a test executable, and of the plugins it opens, by one that counts while
// it is asked to. Include it in one source file of the executable.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace agon::test {

inline std::atomic<bool> counting{false};
inline std::atomic<int> allocations{0};

// Null where there is no memory.
inline void* take(size_t size, size_t alignment) noexcept {
  if (counting) ++allocations;
  const size_t rounded = (size + alignment - 1) / alignment * alignment;
  return std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
}

inline void* allocate(size_t size, size_t alignment) {
  if (void* const p = take(size, alignment)) return p;
  throw std::bad_alloc();
}

// The allocations while fn runs.
template <typename Fn>
int count_allocations(Fn&& fn) {
  allocations = 0;
  counting = true;
  fn();
  counting = false;
  return allocations;
}

}  // namespace agon::test

// The arrays' forms call these; a sanitizer's own are of one kind with their deletes.
// Not inlined: a compiler that sees free() behind a new expression takes the pair for a mismatch.
#define AGON_NOINLINE __attribute__((noinline))
AGON_NOINLINE void* operator new(size_t size) {
  return agon::test::allocate(size, alignof(std::max_align_t));
}
AGON_NOINLINE void* operator new(size_t size, std::align_val_t a) {
  return agon::test::allocate(size, static_cast<size_t>(a));
}
AGON_NOINLINE void* operator new(size_t size, const std::nothrow_t&) noexcept {
  return agon::test::take(size, alignof(std::max_align_t));
}
AGON_NOINLINE void* operator new(size_t size, std::align_val_t a, const std::nothrow_t&) noexcept {
  return agon::test::take(size, static_cast<size_t>(a));
}
AGON_NOINLINE void operator delete(void* p) noexcept { std::free(p); }
AGON_NOINLINE void operator delete(void* p, size_t) noexcept { std::free(p); }
AGON_NOINLINE void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
AGON_NOINLINE void operator delete(void* p, size_t, std::align_val_t) noexcept { std::free(p); }
#undef AGON_NOINLINE
