// SPDX-License-Identifier: MIT
//
// parallel_for over fixed chunks. Chunk borders depend on n and grain only, so that a loop whose
// chunks write disjoint memory gives the same bits with every back end and thread count.
#pragma once

#include <cstddef>
#include <functional>

namespace agon::core {

// tbb: oneTBB task arena (the default); std_threads: std::jthread, which ThreadSanitizer can see;
// serial: the calling thread.
enum class Backend { tbb, std_threads, serial };

// Process-wide, set once at start-up before the first parallel_for. threads >= 1.
void set_parallel(Backend backend, unsigned threads);
Backend parallel_backend() noexcept;
unsigned parallel_threads() noexcept;

// fn(begin, end) for chunks of at most grain >= 1 that cover [0, n). A call from inside a chunk
// runs serially. The first exception of fn is rethrown here after all chunks have ended.
void parallel_for(size_t n, size_t grain, const std::function<void(size_t, size_t)>& fn);

}  // namespace agon::core
