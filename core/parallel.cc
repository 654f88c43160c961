// SPDX-License-Identifier: MIT
#include "core/parallel.h"

#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <cassert>
#include <exception>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace agon::core {
namespace {

#if defined(AGON_PARALLEL_tbb)
constexpr Backend kDefaultBackend = Backend::tbb;
#elif defined(AGON_PARALLEL_std)
constexpr Backend kDefaultBackend = Backend::std_threads;
#else
constexpr Backend kDefaultBackend = Backend::serial;
#endif

struct Setting {
  Backend backend = kDefaultBackend;
  unsigned threads = 1;
  // tbb only. Without the control an arena larger than the machine makes the library warn on
  // stderr.
  std::unique_ptr<tbb::global_control> control;
  std::unique_ptr<tbb::task_arena> arena;
};

Setting& setting() {
  static Setting s;
  return s;
}

thread_local bool inside_chunk = false;

// What is_shared() reads: with one thread nothing reaches it.
constexpr uint64_t kNever = std::numeric_limits<uint64_t>::max();
std::atomic<uint64_t> from{kSharedFrom}, from_now{kNever};

void share(unsigned threads) noexcept { from_now = threads > 1 ? from.load() : kNever; }

// Chunks run in the caller's floating-point mode, so that flushed denormals do not depend on the
// thread.
class ChunkScope {
 public:
  explicit ChunkScope(unsigned mode) noexcept : outer_(inside_chunk), saved_(read()) {
    inside_chunk = true;
    write(mode);
  }
  ~ChunkScope() {
    write(saved_);
    inside_chunk = outer_;
  }
  ChunkScope(const ChunkScope&) = delete;
  ChunkScope& operator=(const ChunkScope&) = delete;

#if defined(__SSE__)
  static unsigned read() noexcept { return _mm_getcsr(); }
  static void write(unsigned mode) noexcept { _mm_setcsr(mode); }
#else
  static unsigned read() noexcept { return 0; }
  static void write(unsigned) noexcept {}
#endif

 private:
  bool outer_;
  unsigned saved_;
};

// One loop: its chunks and the exception of the lowest chunk that threw.
class Loop {
 public:
  Loop(size_t n, size_t grain, const std::function<void(size_t, size_t)>& fn)
      : n_(n), grain_(grain), fn_(fn), mode_(ChunkScope::read()) {}

  size_t chunks() const noexcept { return n_ / grain_ + (n_ % grain_ != 0 ? 1 : 0); }

  void run(size_t chunk) noexcept {
    const ChunkScope scope(mode_);
    const size_t begin = chunk * grain_;
    try {
      fn_(begin, begin + std::min(grain_, n_ - begin));
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_ || chunk < failed_) {
        error_ = std::current_exception();
        failed_ = chunk;
      }
    }
  }

  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  size_t n_, grain_;
  const std::function<void(size_t, size_t)>& fn_;
  unsigned mode_;
  std::mutex mutex_;
  std::exception_ptr error_;
  size_t failed_ = 0;
};

void run_serial(Loop& loop) {
  for (size_t c = 0; c < loop.chunks(); ++c) loop.run(c);
}

void run_tbb(Loop& loop, tbb::task_arena& arena) {
  arena.execute([&] {
    tbb::parallel_for(
        tbb::blocked_range<size_t>(0, loop.chunks(), 1),
        [&](const tbb::blocked_range<size_t>& range) {
          for (size_t c = range.begin(); c < range.end(); ++c) loop.run(c);
        },
        tbb::simple_partitioner());
  });
}

void run_threads(Loop& loop, unsigned threads) {
  std::atomic<size_t> next{0};
  const auto work = [&] {
    for (size_t c; (c = next.fetch_add(1)) < loop.chunks();) loop.run(c);
  };
  std::vector<std::jthread> helpers;
  const size_t others = std::min<size_t>(threads, loop.chunks()) - 1;
  helpers.reserve(others);
  for (size_t i = 0; i < others; ++i) helpers.emplace_back(work);
  work();
}

}  // namespace

void set_parallel(Backend backend, unsigned threads) {
  assert(threads >= 1);
  Setting& s = setting();
  s.backend = backend;
  s.threads = std::max(1u, threads);
  s.arena.reset();
  s.control.reset();
  if (backend == Backend::tbb && s.threads > 1) {
    s.control = std::make_unique<tbb::global_control>(tbb::global_control::max_allowed_parallelism,
                                                      s.threads);
    s.arena = std::make_unique<tbb::task_arena>(static_cast<int>(s.threads));
  }
  share(backend == Backend::serial ? 1 : s.threads);
}

Backend default_backend() noexcept { return kDefaultBackend; }
Backend parallel_backend() noexcept { return setting().backend; }
unsigned parallel_threads() noexcept { return setting().threads; }

void set_shared_from(uint64_t macs) noexcept {
  from = std::max<uint64_t>(1, macs);
  if (from_now != kNever) share(setting().threads);
}
uint64_t shared_from() noexcept { return from; }
bool is_shared(uint64_t macs) noexcept {
  return macs >= from_now.load(std::memory_order_relaxed) && !inside_chunk;
}

void parallel_for(size_t n, size_t grain, const std::function<void(size_t, size_t)>& fn) {
  if (n == 0) return;
  Loop loop(n, std::max<size_t>(1, grain), fn);
  Setting& s = setting();
  if (inside_chunk || s.threads == 1 || s.backend == Backend::serial || loop.chunks() == 1) {
    run_serial(loop);
  } else if (s.backend == Backend::tbb) {
    run_tbb(loop, *s.arena);
  } else {
    run_threads(loop, s.threads);
  }
  loop.rethrow();
}

}  // namespace agon::core
