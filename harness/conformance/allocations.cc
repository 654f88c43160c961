// SPDX-License-Identifier: MIT
#include "harness/conformance/allocations.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<bool> counting{false};
std::atomic<size_t> count{0};

void* allocate(size_t size, size_t alignment) {
  if (counting.load(std::memory_order_relaxed)) [[unlikely]]
    count.fetch_add(1, std::memory_order_relaxed);
  void* p = nullptr;
  if (alignment <= alignof(std::max_align_t)) {
    p = std::malloc(size == 0 ? 1 : size);
  } else {
    const size_t rounded = (size + alignment - 1) / alignment * alignment;
    if (rounded >= size) p = std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
  }
  if (p == nullptr) throw std::bad_alloc();
  return p;
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
AGON_NOINLINE void operator delete(void* p) noexcept { std::free(p); }
AGON_NOINLINE void operator delete[](void* p) noexcept { std::free(p); }
AGON_NOINLINE void operator delete(void* p, size_t) noexcept { std::free(p); }
AGON_NOINLINE void operator delete[](void* p, size_t) noexcept { std::free(p); }
AGON_NOINLINE void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
AGON_NOINLINE void operator delete[](void* p, std::align_val_t) noexcept { std::free(p); }
AGON_NOINLINE void operator delete(void* p, size_t, std::align_val_t) noexcept { std::free(p); }
AGON_NOINLINE void operator delete[](void* p, size_t, std::align_val_t) noexcept { std::free(p); }
#undef AGON_NOINLINE
