// SPDX-License-Identifier: MIT
#include "harness/conformance/allocations.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<bool> counting{false};
std::atomic<size_t> count{0};

// Null where there is no memory.
void* take(size_t size, size_t alignment) noexcept {
  if (counting.load(std::memory_order_relaxed)) [[unlikely]]
    count.fetch_add(1, std::memory_order_relaxed);
  if (alignment <= alignof(std::max_align_t)) return std::malloc(size == 0 ? 1 : size);
  const size_t rounded = (size + alignment - 1) / alignment * alignment;
  if (rounded < size) return nullptr;
  return std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
}

void* allocate(size_t size, size_t alignment) {
  if (void* const p = take(size, alignment)) return p;
  throw std::bad_alloc();
}

}  // namespace

namespace agon::conformance {

size_t allocations_of(const std::function<void()>& work) {
  struct Counting {
    Counting() {
      count = 0;
      counting = true;
    }
    ~Counting() { counting = false; }
  };
  {
    const Counting until_here;
    work();
  }
  return count;
}

}  // namespace agon::conformance

// All forms: with one left out, a sanitizer's own would give what these here take back.
// Not inlined: a compiler that sees free() behind a new expression takes the pair for a mismatch.
#define AGON_NOINLINE __attribute__((noinline))
AGON_NOINLINE void* operator new(size_t size) { return allocate(size, alignof(std::max_align_t)); }
AGON_NOINLINE void* operator new[](size_t size) {
  return allocate(size, alignof(std::max_align_t));
}
AGON_NOINLINE void* operator new(size_t size, std::align_val_t a) {
  return allocate(size, static_cast<size_t>(a));
}
AGON_NOINLINE void* operator new[](size_t size, std::align_val_t a) {
  return allocate(size, static_cast<size_t>(a));
}
AGON_NOINLINE void* operator new(size_t size, const std::nothrow_t&) noexcept {
  return take(size, alignof(std::max_align_t));
}
AGON_NOINLINE void* operator new[](size_t size, const std::nothrow_t&) noexcept {
  return take(size, alignof(std::max_align_t));
}
AGON_NOINLINE void* operator new(size_t size, std::align_val_t a, const std::nothrow_t&) noexcept {
  return take(size, static_cast<size_t>(a));
}
AGON_NOINLINE void* operator new[](size_t size, std::align_val_t a,
                                   const std::nothrow_t&) noexcept {
  return take(size, static_cast<size_t>(a));
}
AGON_NOINLINE void operator delete(void* p) noexcept { std::free(p); }
AGON_NOINLINE void operator delete[](void* p) noexcept { std::free(p); }
AGON_NOINLINE void operator delete(void* p, size_t) noexcept { std::free(p); }
AGON_NOINLINE void operator delete[](void* p, size_t) noexcept { std::free(p); }
AGON_NOINLINE void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
AGON_NOINLINE void operator delete[](void* p, std::align_val_t) noexcept { std::free(p); }
AGON_NOINLINE void operator delete(void* p, size_t, std::align_val_t) noexcept { std::free(p); }
AGON_NOINLINE void operator delete[](void* p, size_t, std::align_val_t) noexcept { std::free(p); }
#undef AGON_NOINLINE
