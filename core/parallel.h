// SPDX-License-Identifier: MIT
//
// parallel_for over fixed chunks. Chunk borders depend on n and grain only, so that a loop whose
// chunks write disjoint memory gives the same bits with every back end and thread count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace agon::core {

// tbb: oneTBB task arena; std_threads: std::jthread, which ThreadSanitizer can see;
// serial: the calling thread.
enum class Backend { tbb, std_threads, serial };

// Process-wide; set between cells, never while a parallel_for runs. threads >= 1.
void set_parallel(Backend backend, unsigned threads);
// What the build chose (AGON_PARALLEL): the back end of a cell with several threads.
Backend default_backend() noexcept;
Backend parallel_backend() noexcept;
unsigned parallel_threads() noexcept;

// The multiply-accumulates from which on a kernel is shared by the threads, in parts of half as much:
// less than that, some 40 us, is done before another thread has woken. For tests, which set it to 1 so
// that every kernel is shared, in parts as small as they can be. Process-wide.
inline constexpr uint64_t kSharedFrom = uint64_t{1} << 22;
void set_shared_from(uint64_t macs) noexcept;
uint64_t shared_from() noexcept;
// Whether a kernel of so many is shared here: not with one thread, and not inside a chunk.
bool is_shared(uint64_t macs) noexcept;

// fn(begin, end) for chunks of at most grain >= 1 that cover [0, n). A call from inside a chunk
// runs serially. The first exception of fn is rethrown here after all chunks have ended.
void parallel_for(size_t n, size_t grain, const std::function<void(size_t, size_t)>& fn);

}  // namespace agon::core
