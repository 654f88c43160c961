// SPDX-License-Identifier: MIT
//
// How a kernel is shared by threads: in parts that depend on its shape alone, so that the bits do not
// depend on the number of threads. For kernels whose outputs do not depend on the outputs beside them.
#pragma once

#include <algorithm>
#include <functional>

#include "core/kernels.h"
#include "core/matrix.h"
#include "core/parallel.h"

namespace agon::core {

// fn(begin, end) over parts of [0, n), each item of `macs`: one part unless the whole is worth sharing.
// All parts but the last are multiples of `unit` items.
template <class Fn>
void in_parts(size_t n, size_t unit, uint64_t macs, const Fn& fn) {
  if (!is_shared(n * macs)) {
    fn(size_t{0}, n);
    return;
  }
  const uint64_t least = std::max<uint64_t>(1, shared_from() / 2),
                 each = std::max<uint64_t>(1, macs);
  const size_t items = static_cast<size_t>((least + each - 1) / each);
  parallel_for(n, (items + unit - 1) / unit * unit, std::cref(fn));
}

// fn(begin, end) over parts of the rows of m, for kernels that treat every element on its own. They wait
// for memory: an element costs as much as kElementMacs multiply-accumulates.
inline constexpr uint64_t kElementMacs = 32;
template <class Fn>
void by_rows(ConstView m, const Fn& fn) {
  in_parts(m.rows, 1, m.cols * kElementMacs, fn);
}

// Rows, and columns, [begin, end) of a matrix, or of none.
inline View part_of(View m, size_t begin, size_t end) {
  return {m.row(begin), end - begin, m.cols, m.stride};
}
inline ConstView part_of(ConstView m, size_t begin, size_t end) {
  return {m.data == nullptr ? nullptr : m.row(begin), end - begin, m.cols, m.stride};
}
inline View columns_of(View m, size_t begin, size_t end) {
  return {m.data + begin, m.rows, end - begin, m.stride};
}
inline ConstView columns_of(ConstView m, size_t begin, size_t end) {
  return {m.data == nullptr ? nullptr : m.data + begin, m.rows, end - begin, m.stride};
}
// The epilogue of columns [begin, end) of C.
inline Epilogue columns_of(Epilogue e, size_t begin, size_t end) {
  if (e.bias != nullptr) e.bias += begin;
  e.multiply = columns_of(e.multiply, begin, end);
  return e;
}

}  // namespace agon::core
