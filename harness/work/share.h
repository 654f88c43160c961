// SPDX-License-Identifier: MIT
//
// How many threads a cell gets. Pure, any thread.
#pragma once

#include <algorithm>
#include <cstddef>

#include "harness/work/worker_handle.h"

namespace agon::harness {

// Of `all` threads for the cell that starts now, one of `left` that have not ended (itself among them),
// while others have `taken` some: `asked` each, and where that leaves threads without a cell its share.
// Never more than are free, but for what was asked.
constexpr unsigned threads_of_next(unsigned all, unsigned asked, size_t left, unsigned taken) {
  const unsigned share =
      all / static_cast<unsigned>(std::clamp<size_t>(left, 1, std::max(1u, all)));
  return std::max(asked, std::min(share, all - std::min(all, taken)));
}

// The same, with `waiting` cells that have no worker yet, this one among them, and these workers at work.
template <typename Workers>
unsigned threads_for_next(size_t waiting, const Workers& workers, unsigned all, unsigned asked) {
  unsigned taken = 0;
  for (const auto& worker : workers) {
    if (worker->cell == kNoCell) continue;
    ++waiting;
    taken += worker->threads;
  }
  return threads_of_next(all, asked, waiting, taken);
}

}  // namespace agon::harness
