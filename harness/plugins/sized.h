// SPDX-License-Identifier: MIT
//
// Reads structs that another version of the ABI may have written: what lies beyond their size is zero
// (agon/plugin.h, "Growth"). Threads: any.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <vector>

#include "agon/plugin.h"

namespace agon::harness {

template <typename T>
T read_sized(const void* from, size_t size) noexcept {
  T out{};
  // A compiler's size ends at an alignment: another one would leave half a pointer.
  std::memcpy(&out, from, std::min(size - size % alignof(T), sizeof(T)));
  return out;
}

template <typename T>
T whole(const T& given) noexcept {
  return read_sized<T>(&given, given.struct_size);
}

// The table that the rule offers under this id.
template <typename T>
std::optional<T> offered(const agon_rule& rule, const char* id) {
  const void* const table = rule.extension(&rule, id);
  if (table == nullptr) return std::nullopt;
  return whole(*static_cast<const T*>(table));
}

// `count` elements from `first` on, `stride` bytes apart.
template <typename T>
std::vector<T> read_rows(const T* first, size_t count, size_t stride) {
  std::vector<T> out;
  out.reserve(count);
  const auto* at = reinterpret_cast<const std::byte*>(first);
  for (size_t i = 0; i < count; ++i, at += stride) {
    if constexpr (requires(T t) { t.struct_size; }) {
      out.push_back(
          read_sized<T>(at, std::min<size_t>(read_sized<T>(at, stride).struct_size, stride)));
    } else {
      out.push_back(read_sized<T>(at, stride));
    }
  }
  return out;
}

}  // namespace agon::harness
